package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"cachecluster.dev/kuberig/internal/node"
)

// needs are the programs that a rig uses of the machine, each with the Debian package that brings it.
var needs = []struct{ program, pkg string }{
	{"containerd", "containerd"}, {"ctr", "containerd"}, {"containerd-shim-runc-v2", "containerd"}, {"runc", "runc"},
	{"iptables", "iptables"}, {"nft", "nftables"}, {"ip", "iproute2"},
	{"nsenter", "util-linux"}, {"losetup", "mount"}, {"umount", "mount"}, {"mkfs.ext4", "e2fsprogs"}, {"mkfs.xfs", "xfsprogs"}, {"xfs_growfs", "xfsprogs"}, {"xfs_io", "xfsprogs"},
	{"fsck", "util-linux"}, {"blkid", "util-linux"}, {"blockdev", "util-linux"},
}

const pluginsPackage = "containernetworking-plugins"

// pluginDirs are where distributions put CNI plugins.
var pluginDirs = []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"}

type lack struct{ program, pkg string }

func lacking() (missing []lack, plugins string) {
	for _, n := range needs {
		if _, err := exec.LookPath(n.program); err != nil {
			missing = append(missing, lack{n.program, n.pkg})
		}
	}
	for _, dir := range pluginDirs {
		complete := true
		for _, p := range node.MachinePlugins {
			if _, err := os.Stat(filepath.Join(dir, p)); err != nil {
				complete = false
			}
		}
		if complete {
			return missing, dir
		}
	}
	return append(missing, lack{"the CNI plugins " + strings.Join(node.MachinePlugins, ", "), pluginsPackage}), ""
}

// checkMachine names every missing program. It gives the directory of the CNI plugins.
func checkMachine() (plugins string, err error) {
	missing, plugins := lacking()
	if len(missing) == 0 {
		return plugins, nil
	}
	var lines []string
	for _, m := range missing {
		lines = append(lines, fmt.Sprintf("  %s (package %s)", m.program, m.pkg))
	}
	return "", fmt.Errorf("this machine lacks\n%s\nrun `kuberig setup`", strings.Join(lines, "\n"))
}

func packages(missing []lack) []string {
	seen := map[string]bool{}
	var all []string
	for _, m := range missing {
		if !seen[m.pkg] {
			seen[m.pkg] = true
			all = append(all, m.pkg)
		}
	}
	sort.Strings(all)
	return all
}

func needRoot() error {
	if os.Geteuid() != 0 {
		return errors.New("this needs root, because a rig is made of namespaces, mounts and control groups: run it with sudo")
	}
	return nil
}

func setupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "setup",
		Short: "install the programs that a rig uses of this machine (Debian and Ubuntu); elsewhere, name them",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			missing, _ := lacking()
			if len(missing) == 0 {
				fmt.Println("this machine has everything that a rig needs")
				return nil
			}
			for _, m := range missing {
				fmt.Printf("missing: %s (package %s)\n", m.program, m.pkg)
			}
			if !isDebian() {
				return errors.New("this is neither Debian nor Ubuntu: install these programs in its own way, then run `kuberig up`")
			}
			if err := needRoot(); err != nil {
				return err
			}
			if err := apt("update"); err != nil {
				return err
			}
			return apt(append([]string{"install", "--yes", "--no-install-recommends"}, packages(missing)...)...)
		},
	}
}

func apt(args ...string) error {
	fmt.Println("apt-get", strings.Join(args, " "))
	c := exec.Command("apt-get", args...)
	c.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("apt-get %s: %w", args[0], err)
	}
	return nil
}

func isDebian() bool {
	f, err := os.Open("/etc/os-release")
	if err != nil {
		return false
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		k, v, _ := strings.Cut(s.Text(), "=")
		if v = strings.Trim(v, `"`); k == "ID" && (v == "debian" || v == "ubuntu") || k == "ID_LIKE" && strings.Contains(v, "debian") {
			return true
		}
	}
	return false
}
