// Package images reads image archives, makes the rig's own, and brings them into a node's container runtime.
package images

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"cachecluster.dev/kuberig/internal/process"
)

var ctr = []string{"ctr", "--namespace", "k8s.io"}

// Main is the command "images" inside a node: sync DIR, or list.
func Main(args []string, out io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "sync":
		return Sync(args[1], out)
	case len(args) == 1 && args[0] == "list":
		return list(out)
	}
	return fmt.Errorf("images %q: unknown", args)
}

// RuntimeReady says whether the node's container runtime answers.
func RuntimeReady() bool { return exec.Command(ctr[0], "version").Run() == nil }

// present gives the digest of each name that the runtime knows. The runtime also knows every image by its ID.
func present() (map[string]string, error) {
	text, err := process.Output("", append(ctr, "images", "list")...)
	if err != nil {
		return nil, err
	}
	return parseList(text), nil
}

func parseList(text string) map[string]string {
	all := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if f := strings.Fields(line); len(f) >= 3 && f[0] != "REF" {
			all[f[0]] = f[2]
		}
	}
	return all
}

// missing picks the images that the runtime lacks or knows with other content.
func missing(wanted []Image, have map[string]string) []Image {
	var out []Image
	for _, i := range wanted {
		digest := have[i.Name]
		switch {
		case digest == "":
			out = append(out, i)
		case i.Digest != "" && digest != i.Digest:
			out = append(out, i)
		case i.ID != "" && have[i.ID] == "":
			out = append(out, i)
		case i.Digest == "" && digest != have[i.ID]:
			out = append(out, i)
		}
	}
	return out
}

// Sync imports every archive of a directory that holds an image which the runtime lacks.
func Sync(dir string, out io.Writer) error {
	archives, err := byAge(dir)
	if err != nil {
		return err
	}
	for _, file := range archives {
		if err := load(file, out); err != nil {
			return err
		}
	}
	return nil
}

func load(file string, out io.Writer) error {
	wanted, err := ReadArchive(file)
	if err != nil {
		return err
	}
	have, err := present()
	if err != nil {
		return err
	}
	lacking := missing(wanted, have)
	if len(lacking) == 0 {
		return nil
	}
	begin := time.Now()
	// Under a name that it has already, containerd 1.6 takes the new content but never learns its ID: the old name goes first.
	for _, i := range lacking {
		if have[i.Name] == "" {
			continue
		}
		if err := process.Run(append(ctr, "images", "remove", i.Name)...); err != nil {
			return err
		}
	}
	if err := process.Run(append(ctr, "images", "import", file)...); err != nil {
		return err
	}
	// The kubelet's side of the runtime learns of an import a moment later; a pod started before would not find it.
	err = process.WaitFor("the runtime to know the images of "+file, 20*time.Second, func() bool {
		have, err := present()
		return err == nil && len(missing(wanted, have)) == 0
	})
	if err != nil {
		return err
	}
	for _, i := range lacking {
		if _, err := fmt.Fprintf(out, "loaded %s in %.1f s\n", i.Name, time.Since(begin).Seconds()); err != nil {
			return err
		}
	}
	return nil
}

// byAge lists a directory's archives, oldest first: where two hold the same name, the newer one wins.
func byAge(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	age := map[string]time.Time{}
	var files []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(e.Name(), ".tar") {
			f := filepath.Join(dir, e.Name())
			age[f] = info.ModTime()
			files = append(files, f)
		}
	}
	sort.Slice(files, func(i, j int) bool { return age[files[i]].Before(age[files[j]]) })
	return files, nil
}

func list(out io.Writer) error {
	have, err := present()
	if err != nil {
		return err
	}
	var names []string
	for n := range have {
		// The runtime also lists every image by its digest and by its ID.
		if !strings.HasPrefix(n, "sha256:") && !strings.Contains(n, "@sha256:") {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	for _, n := range names {
		if _, err := fmt.Fprintf(out, "%s  %s\n", n, have[n]); err != nil {
			return err
		}
	}
	return nil
}
