// Package proofs shows on a rig of its own that every promise of the tool holds.
package proofs

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"cachecluster.dev/kuberig/internal/images"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// stage is a rig on which one proof after the other is shown. A proof leaves it as it found it.
type stage struct {
	ctx    context.Context
	self   string
	dir    string
	rig    *rig.Rig
	config *rest.Config
	client kubernetes.Interface
	out    io.Writer
	checks int
	// before is the machine as it was.
	before string
	// conformance is the text of conformance.md, and world what it describes, once it is made.
	conformance string
	world       *world
}

type proof struct {
	group string
	name  string
	run   func(*stage) error
}

// Groups of proofs. One can be run alone, between the beginning and "down".
const (
	beginning = "beginning"
	work      = "work"
	policies  = "netpol"
	disks     = "storage"
	broken    = "faults"
	ending    = "end"
)

// all are in the order in which they run; the first brings the rig up and the last takes it down.
var all = []proof{
	{beginning, "up with three nodes, DNS, idempotent", proveUp},
	{beginning, "images load once, also into a node that starts later", proveImages},
	{work, "logs, exec and port-forward", proveKubectl},
	{work, "names of services", proveNames},
	{work, "PodSecurity restricted", provePodSecurity},
	{work, "the outside host, and no other way out", proveOutside},
	{policies, "network policies deny and allow, both ways", proveDefaultDeny},
	{policies, "every row of conformance.md", proveConformance},
	{policies, "a new pod starts closed", proveClosedStart},
	{policies, "an address that another pod had is as closed as a new one", proveReuse},
	{policies, "a policy ends connections that exist", proveConnectionCut},
	{policies, "so does whatever else changes what policies allow", proveCuts},
	{policies, "a pod cannot lie about who it is", proveIdentity},
	{policies, "no IPv6, not even of the link", proveNoIPv6},
	{policies, "netpol off and on", proveSwitch},
	{disks, "a volume is a file system of its size, and a full one is full", proveSize},
	{disks, "a volume grows while it is used, and while it is not", proveGrowth},
	{disks, "what cannot be given is refused", proveStorageRefusals},
	{disks, "a shared volume follows its pod, and hangs on one node at a time", proveShared},
	{disks, "bytes of the plain area lie on the disk, those of the encrypted area do not", proveEncrypted},
	{disks, "a deleted claim leaves nothing", proveReclaimed},
	{broken, "node stop and start", proveNodeStop},
	{broken, "node cut and heal", proveNodeCut},
	{broken, "link cut and heal", proveLinkCut},
	{broken, "pod pause and resume", provePodPause},
	{broken, "pod kill", provePodKill},
	{broken, "audit log", proveAudit},
	{broken, "nonsense is refused", proveRefusals},
	{broken, "two rigs do not meet", proveTwoRigs},
	{broken, "apiserver stop and start", proveAPIServer},
	{broken, "heal undoes everything", proveHeal},
	{ending, "a dead rig is cleared away, and down leaves nothing behind", proveNothingLeft},
}

// Groups are the names that Run takes.
var Groups = []string{work, policies, disks, broken}

// Names lists the proofs.
func Names() []string {
	var names []string
	for _, p := range all {
		names = append(names, p.name)
	}
	return names
}

// Run runs all proofs, or those of one group, on a rig in an own directory. Conformance is the text of conformance.md.
func Run(out io.Writer, only, conformance string) error {
	if only != "" && !slices.Contains(Groups, only) {
		return fmt.Errorf("no group of proofs %q: there are %s", only, strings.Join(Groups, ", "))
	}
	self, err := filepath.EvalSymlinks("/proc/self/exe")
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "kuberig-proofs-")
	if err != nil {
		return err
	}
	s := &stage{ctx: context.Background(), self: self, dir: filepath.Join(tmp, "rig"), out: out, before: settings(), conformance: conformance}
	failed, shown := 0, 0
	begin := time.Now()
	for _, p := range all {
		if only != "" && p.group != only && p.group != beginning {
			continue
		}
		shown++
		if s.show(p) {
			continue
		}
		failed++
		logs := filepath.Join(tmp, fmt.Sprintf("logs-%d", failed))
		if err := process.Run("cp", "-r", s.dir+"/logs", logs); err != nil {
			fmt.Fprintf(out, "  %v\n", err)
		}
		if s.client == nil {
			break // nothing runs on which the others could be shown
		}
		if text, err := s.kuberig("heal"); err != nil {
			fmt.Fprintf(out, "  heal: %v: %s\n", err, text)
		}
	}
	if failed > 0 || only != "" {
		if text, err := s.kuberig("down"); err != nil {
			fmt.Fprintf(out, "down: %v: %s\n", err, text)
			failed = max(failed, 1)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d proofs failed; the logs of that moment are in %s", failed, shown, tmp)
	}
	fmt.Fprintf(out, "%d proofs, %d checks, %.0f s\n", shown, s.checks, time.Since(begin).Seconds())
	return os.RemoveAll(tmp)
}

// show runs one proof and says how it went.
func (s *stage) show(p proof) bool {
	begin := time.Now()
	fmt.Fprintf(s.out, "%s\n", p.name)
	if err := p.run(s); err != nil {
		fmt.Fprintf(s.out, "  FAILED after %.1f s: %v\n", time.Since(begin).Seconds(), err)
		return false
	}
	fmt.Fprintf(s.out, "  proved in %.1f s\n", time.Since(begin).Seconds())
	return true
}

// kuberig runs the tool's own command line on this stage's rig.
func (s *stage) kuberig(args ...string) (string, error) {
	return s.kuberigIn(s.dir, args...)
}

func (s *stage) kuberigIn(dir string, args ...string) (string, error) {
	c := exec.Command(s.self, args...)
	c.Env = append(os.Environ(), "KUBERIG_DIR="+dir)
	b, err := c.CombinedOutput()
	return string(b), err
}

func (s *stage) kubectl(args ...string) (string, error) {
	return s.kuberig(append([]string{"kubectl"}, args...)...)
}

// connect makes the API client once the rig is up.
func (s *stage) connect() error {
	r, err := rig.Open(s.dir)
	if err != nil {
		return err
	}
	s.rig = r
	cfg, err := clientcmd.BuildConfigFromFlags("", r.Kubeconfig())
	if err != nil {
		return err
	}
	cfg.Timeout = 10 * time.Second
	cfg.QPS, cfg.Burst = 100, 100
	s.config = cfg
	s.client, err = kubernetes.NewForConfig(cfg)
	return err
}

// check is one statement that must hold now.
func (s *stage) check(what string, holds bool, seen ...any) error {
	s.checks++
	if holds {
		fmt.Fprintf(s.out, "  ok: %s\n", what)
		return nil
	}
	return fmt.Errorf("not so: %s; seen: %s", what, strings.TrimSpace(fmt.Sprint(seen...)))
}

// soon is one statement that must hold within the limit. The last thing seen goes into the error.
func (s *stage) soon(what string, limit time.Duration, holds func() (bool, string)) error {
	s.checks++
	last := ""
	begin := time.Now()
	if process.WaitFor(what, limit, func() bool {
		ok, seen := holds()
		last = seen
		return ok
	}) != nil {
		return fmt.Errorf("not so within %s: %s; last seen: %s", limit, what, strings.TrimSpace(last))
	}
	fmt.Fprintf(s.out, "  ok: %s (%.1f s)\n", what, time.Since(begin).Seconds())
	return nil
}

// says runs the tool and checks what it prints.
func (s *stage) says(text string, args ...string) error {
	out, err := s.kuberig(args...)
	return s.check(fmt.Sprintf("kuberig %s says %q", strings.Join(args, " "), text), err == nil && strings.Contains(out, text), err, " ", out)
}

// prints says whether the tool prints a text, and gives all that it prints.
func (s *stage) prints(text string, args ...string) (bool, string) {
	out, err := s.kuberig(args...)
	return err == nil && strings.Contains(out, text), out
}

// refuses runs the tool and checks that it fails with a reason.
func (s *stage) refuses(text string, args ...string) error {
	out, err := s.kuberig(args...)
	return s.check(fmt.Sprintf("kuberig %s is refused: %q", strings.Join(args, " "), text), err != nil && strings.Contains(out, text), err, " ", out)
}

// inOrder runs steps until one fails.
func inOrder(steps ...func() error) error {
	for _, f := range steps {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) archive(name, image string) (string, error) {
	file := filepath.Join(filepath.Dir(s.dir), name)
	return file, images.WriteProbeAs(file, image)
}
