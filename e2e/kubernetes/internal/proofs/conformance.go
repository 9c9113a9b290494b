package proofs

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cachecluster.dev/kuberig/internal/node"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// proveConformance shows every row of conformance.md. It goes on after a failed case.
func proveConformance(s *stage) error {
	w, err := s.theWorld()
	if err != nil {
		return err
	}
	begin := time.Now()
	var failed []error
	for _, c := range w.table.cases {
		one := time.Now()
		pass, lost, err := w.show(c)
		if err == nil {
			fmt.Fprintf(s.out, "  ok: %s: %d pass, %d are lost (%.1f s)\n", c.name, pass, lost, time.Since(one).Seconds())
		} else {
			err = fmt.Errorf("case %s: %w", c.name, err)
			fmt.Fprintf(s.out, "  not so: %v\n", err)
			failed = append(failed, err)
		}
		if err := w.clean(); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d cases failed; the first: %w", len(failed), len(w.table.cases), failed[0])
	}
	return s.check(fmt.Sprintf("all %d cases of the table took at most two minutes", len(w.table.cases)), time.Since(begin) < 2*time.Minute, time.Since(begin))
}

// show runs one case: everything passes without its policies, and then what the rows say.
func (w *world) show(c tableCase) (pass, lost int, err error) {
	var all []tableRow
	for _, st := range c.stages {
		for _, r := range st.rows {
			r.passes = true
			all = append(all, r)
		}
	}
	if err := w.holds(all, true); err != nil {
		return 0, 0, fmt.Errorf("before it: %w", err)
	}
	for _, st := range c.stages {
		for _, step := range st.steps {
			if err := w.step(step); err != nil {
				return 0, 0, fmt.Errorf("%s: %w", step, err)
			}
		}
		if err := w.loaded(); err != nil {
			return 0, 0, err
		}
		labels := slices.ContainsFunc(st.steps, func(step string) bool { return strings.HasPrefix(step, "label ") })
		if err := w.holds(st.rows, !labels); err != nil {
			return 0, 0, err
		}
		for _, r := range st.rows {
			if n := len(r.from) * len(r.to); r.passes {
				pass += n
			} else {
				lost += n
			}
		}
	}
	w.checks += pass + lost
	return pass, lost, nil
}

// holds tries the rows, all at the same time, until all of them hold at once. Loaded says that all nodes have loaded what the
// rows follow from (of labels nobody can tell): then what must be lost is lost at the first try.
func (w *world) holds(rows []tableRow, loaded bool) error {
	targets := map[string][]string{}
	words := map[string]string{}
	for _, r := range rows {
		for _, to := range r.to {
			t, err := w.target(to)
			if err != nil {
				return fmt.Errorf("line %d: %w", r.line, err)
			}
			words[to] = t
			for _, from := range r.from {
				targets[from] = append(targets[from], t)
			}
		}
	}
	for end := time.Now().Add(10 * time.Second); ; {
		wrong, through := compare(rows, words, w.tryAll(targets))
		if len(wrong) == 0 {
			return nil
		}
		if through && loaded || time.Now().After(end) {
			return errors.New(strings.Join(wrong, "; "))
		}
	}
}

// compare names what does not hold, and says whether anything came through that must not.
func compare(rows []tableRow, words map[string]string, seen map[string]map[string]string) (wrong []string, through bool) {
	for _, r := range rows {
		want := "lost"
		if r.passes {
			want = "ok"
		}
		for _, from := range r.from {
			for _, to := range r.to {
				if got := seen[from][words[to]]; got != want {
					wrong = append(wrong, fmt.Sprintf("line %d, %s to %s: %s instead of %s", r.line, from, to, got, want))
					through = through || !r.passes && !strings.HasPrefix(got, probeFailed)
				}
			}
		}
	}
	return wrong, through
}

// step does what a word of "applies" says.
func (w *world) step(words string) error {
	f := strings.Fields(words)
	policies := w.client.NetworkingV1().NetworkPolicies("x")
	switch {
	case len(f) == 1 && strings.HasPrefix(f[0], "-"):
		return policies.Delete(w.ctx, f[0][1:], metav1.DeleteOptions{})
	case len(f) == 1:
		return w.apply("x", f[0])
	case len(f) == 3 && f[1] == "in":
		return w.apply(f[2], f[0])
	case len(f) == 3 && f[1] == "becomes":
		p, err := policies.Get(w.ctx, f[0], metav1.GetOptions{})
		if err != nil {
			return err
		}
		if p.Spec, err = w.spec(f[2]); err != nil {
			return err
		}
		_, err = policies.Update(w.ctx, p, metav1.UpdateOptions{})
		return err
	case len(f) == 3 && f[0] == "label":
		return w.label(f[1], f[2])
	case len(f) == 4 && f[0] == "label" && f[1] == "namespace":
		return w.label(f[2], f[3])
	}
	return errors.New("unknown words")
}

func (w *world) apply(namespace, name string) error {
	spec, err := w.spec(name)
	if err != nil {
		return err
	}
	return w.policy(&networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: spec})
}

func (w *world) spec(name string) (networkingv1.NetworkPolicySpec, error) {
	spec, ok := w.specs[name]
	if !ok {
		return spec, fmt.Errorf("there is no policy %q below the table", name)
	}
	return spec, nil
}

// label sets a label of a pod (x/a) or a namespace (z); clean takes it away.
func (w *world) label(what, label string) error {
	key, value, _ := strings.Cut(label, "=")
	set := func(value string) error {
		patch := []byte(fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, key, value))
		if ns, name, ok := strings.Cut(what, "/"); ok {
			_, err := w.client.CoreV1().Pods(ns).Patch(w.ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
			return err
		}
		_, err := w.client.CoreV1().Namespaces().Patch(w.ctx, what, types.MergePatchType, patch, metav1.PatchOptions{})
		return err
	}
	w.undo = append(w.undo, func() error { return set("null") })
	return set(fmt.Sprintf("%q", value))
}

// clean takes away what a case has done.
func (w *world) clean() error {
	undo := w.undo
	w.undo = nil
	for _, u := range undo {
		if err := u(); err != nil && !apierrors.IsNotFound(err) { // a proof may have dropped the pod by now
			return err
		}
	}
	for _, ns := range []string{"x", "z"} {
		if err := w.client.NetworkingV1().NetworkPolicies(ns).DeleteCollection(w.ctx, metav1.DeleteOptions{}, metav1.ListOptions{}); err != nil {
			return err
		}
	}
	return w.loaded()
}

// loaded waits until the nodes of the world have loaded just those policies that the API shows for it.
func (w *world) loaded() error {
	want := map[string]string{}
	for _, ns := range []string{"x", "z"} {
		list, err := w.client.NetworkingV1().NetworkPolicies(ns).List(w.ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, p := range list.Items {
			want[ns+"/"+p.Name] = p.ResourceVersion
		}
	}
	for _, n := range []int{1, 2} {
		var e node.Enforcement
		err := process.WaitFor("the policies on "+rig.NodeName(n), 15*time.Second, func() bool {
			out, err := w.onNode(n, "cat", node.EnforcementFile)
			e = node.Enforcement{}
			if err != nil || json.Unmarshal([]byte(out), &e) != nil {
				return false
			}
			maps.DeleteFunc(e.Policies, func(name, _ string) bool { return !strings.HasPrefix(name, "x/") && !strings.HasPrefix(name, "z/") })
			return maps.Equal(e.Policies, want)
		})
		if err != nil {
			return fmt.Errorf("%w: %v instead of %v", err, e.Policies, want)
		}
	}
	return nil
}
