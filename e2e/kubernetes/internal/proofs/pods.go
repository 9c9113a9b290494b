package proofs

import (
	"fmt"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cachecluster.dev/kuberig/internal/images"
	"cachecluster.dev/kuberig/internal/rig"
)

// home is the namespace of the pods that all proofs share: one server on each node, s1 to s3.
const home = "proofs"

func yes() *bool            { b := true; return &b }
func no() *bool             { b := false; return &b }
func number(n int64) *int64 { return &n }

// pod is a pod of the test image that PodSecurity "restricted" accepts.
func pod(namespace, name string, node int, args ...string) *v1.Pod {
	p := &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app": name}},
		Spec: v1.PodSpec{
			TerminationGracePeriodSeconds: number(0),
			SecurityContext: &v1.PodSecurityContext{
				RunAsNonRoot: yes(), RunAsUser: number(1000), FSGroup: number(1000),
				SeccompProfile: &v1.SeccompProfile{Type: v1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []v1.Container{{
				Name: "probe", Image: images.ProbeImage, ImagePullPolicy: v1.PullNever, Args: args,
				SecurityContext: &v1.SecurityContext{
					AllowPrivilegeEscalation: no(), ReadOnlyRootFilesystem: yes(),
					Capabilities: &v1.Capabilities{Drop: []v1.Capability{"ALL"}},
				},
			}},
		},
	}
	if node > 0 {
		p.Spec.NodeName = rig.NodeName(node)
	}
	return p
}

func (s *stage) namespace(name string, labels map[string]string) error {
	_, err := s.client.CoreV1().Namespaces().Create(s.ctx, &v1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.serviceAccount(name)
}

// serviceAccount waits for the account without which no pod can be made in a new namespace.
func (s *stage) serviceAccount(namespace string) error {
	return s.soon("namespace "+namespace+" has its service account", 10*time.Second, func() (bool, string) {
		_, err := s.client.CoreV1().ServiceAccounts(namespace).Get(s.ctx, "default", metav1.GetOptions{})
		return err == nil, fmt.Sprint(err)
	})
}

// start makes pods and waits until all are Running.
func (s *stage) start(pods ...*v1.Pod) error {
	for _, p := range pods {
		if _, err := s.client.CoreV1().Pods(p.Namespace).Create(s.ctx, p, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	for _, p := range pods {
		if err := s.running(p.Namespace, p.Name, 30*time.Second); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) running(namespace, name string, limit time.Duration) error {
	return s.soon(fmt.Sprintf("pod %s/%s runs", namespace, name), limit, func() (bool, string) {
		p, err := s.client.CoreV1().Pods(namespace).Get(s.ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, c := range p.Status.Conditions {
			if c.Type == v1.PodReady && c.Status == v1.ConditionTrue {
				return p.Status.PodIP != "", string(p.Status.Phase)
			}
		}
		return false, fmt.Sprintf("%s %v", p.Status.Phase, p.Status.ContainerStatuses)
	})
}

func (s *stage) drop(namespace, name string) error {
	return s.client.CoreV1().Pods(namespace).Delete(s.ctx, name, metav1.DeleteOptions{GracePeriodSeconds: number(0)})
}

func (s *stage) dropNamespace(name string) error {
	return s.client.CoreV1().Namespaces().Delete(s.ctx, name, metav1.DeleteOptions{})
}

func (s *stage) ip(namespace, name string) (string, error) {
	p, err := s.client.CoreV1().Pods(namespace).Get(s.ctx, name, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	if p.Status.PodIP == "" {
		return "", fmt.Errorf("pod %s/%s has no address", namespace, name)
	}
	return p.Status.PodIP, nil
}

// call lets a pod call an address, and gives what it printed.
func (s *stage) call(namespace, name, address string) (string, bool) {
	out, err := s.kubectl("exec", "-n", namespace, name, "--", "/probe", "call", address, "1500ms")
	return out, err == nil && strings.Contains(out, "echo hello")
}

func (s *stage) reaches(namespace, name, what, address string) error {
	return s.soon(fmt.Sprintf("%s/%s reaches %s", namespace, name, what), 15*time.Second, func() (bool, string) {
		out, ok := s.call(namespace, name, address)
		return ok, out
	})
}

// blocked wants a time-out and not a refusal: the packet is lost on the way.
func (s *stage) blocked(namespace, name, what, address string) error {
	return s.soon(fmt.Sprintf("%s/%s does not reach %s", namespace, name, what), 15*time.Second, func() (bool, string) {
		out, ok := s.call(namespace, name, address)
		return !ok && strings.Contains(out, "timeout"), out
	})
}

func (s *stage) nodeReady(node int, want v1.ConditionStatus, limit time.Duration) error {
	return s.soon(fmt.Sprintf("node n%d has Ready=%s", node, want), limit, func() (bool, string) {
		n, err := s.client.CoreV1().Nodes().Get(s.ctx, rig.NodeName(node), metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, c := range n.Status.Conditions {
			if c.Type == v1.NodeReady {
				return c.Status == want, string(c.Status)
			}
		}
		return false, "no condition"
	})
}

// deny is a policy without a single rule.
func deny(namespace string, types ...networkingv1.PolicyType) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "deny"},
		Spec:       networkingv1.NetworkPolicySpec{PolicyTypes: types},
	}
}

func (s *stage) policy(p *networkingv1.NetworkPolicy) error {
	_, err := s.client.NetworkingV1().NetworkPolicies(p.Namespace).Create(s.ctx, p, metav1.CreateOptions{})
	return err
}
