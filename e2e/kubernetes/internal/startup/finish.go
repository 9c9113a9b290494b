package startup

import (
	"context"
	"fmt"
	"os"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// waiter waits for one stage after the other, and gives up as soon as a part of the rig says that it failed.
type waiter struct {
	rig   *rig.Rig
	ended chan error // the supervisor's end
	say   func(string, ...any)
}

func (w *waiter) until(what string, limit time.Duration, ready func() bool) error {
	var failure error
	err := process.WaitFor(what, limit, func() bool {
		select {
		case err := <-w.ended:
			failure = fmt.Errorf("the supervisor ended: %v; see %s", err, w.rig.Log("supervisor"))
			w.ended <- err
		default:
		}
		if b, err := os.ReadFile(w.rig.FailedFile()); err == nil && failure == nil {
			failure = fmt.Errorf("%s", b)
		}
		return failure != nil || ready()
	})
	if failure != nil {
		return failure
	}
	if err == nil {
		w.say("%s: ready", what)
	}
	return err
}

// finish waits for the API server, applies the add-ons and waits for the nodes and DNS.
func finish(r *rig.Rig, ended chan error, say func(string, ...any)) error {
	w := &waiter{r, ended, say}
	cfg, err := clientcmd.BuildConfigFromFlags("", r.Kubeconfig())
	if err != nil {
		return err
	}
	cfg.Timeout = 5 * time.Second
	cfg.QPS, cfg.Burst = 100, 100
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := w.until("API server", 2*time.Minute, func() bool {
		return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error() == nil
	}); err != nil {
		return err
	}
	if err := applyAddons(ctx, rest.CopyConfig(cfg), r.Kuberig()); err != nil {
		return err
	}
	if err := w.until(fmt.Sprintf("%d node(s)", r.Nodes), time.Minute, func() bool { return nodesReady(ctx, client, r) }); err != nil {
		return err
	}
	if err := w.until("DNS", time.Minute, func() bool {
		d, err := client.AppsV1().Deployments("kube-system").Get(ctx, "coredns", metav1.GetOptions{})
		return err == nil && available(d)
	}); err != nil {
		return err
	}
	if err := os.WriteFile(r.Path("run", "ready"), nil, 0o644); err != nil {
		return err
	}
	say("up. export KUBECONFIG=%s", r.Kubeconfig())
	return nil
}

func available(d *appsv1.Deployment) bool { return d.Status.ReadyReplicas > 0 }

// nodesReady gives every node that has registered its range of pod addresses, and says whether all are Ready.
func nodesReady(ctx context.Context, client kubernetes.Interface, r *rig.Rig) bool {
	list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return false
	}
	ready := 0
	for _, n := range list.Items {
		number, err := r.ParseNode(n.Name)
		if err != nil {
			continue
		}
		if n.Spec.PodCIDR == "" {
			cidr := network.NodePodCIDR(number)
			patch := fmt.Sprintf(`{"spec":{"podCIDR":%q,"podCIDRs":[%q]}}`, cidr, cidr)
			if _, err := client.CoreV1().Nodes().Patch(ctx, n.Name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
				return false
			}
		}
		for _, c := range n.Status.Conditions {
			if c.Type == v1.NodeReady && c.Status == v1.ConditionTrue {
				ready++
			}
		}
	}
	return ready == r.Nodes
}
