package proofs

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cachecluster.dev/kuberig/internal/images"
)

func proveUp(s *stage) error {
	begin := time.Now()
	text, err := s.kuberig("up", "--nodes", "3", "--encrypted-mb", "1024")
	fmt.Fprint(s.out, text)
	if err := s.check(fmt.Sprintf("kuberig up works (%.1f s)", time.Since(begin).Seconds()), err == nil, err); err != nil {
		return err
	}
	if err := s.connect(); err != nil {
		return err
	}
	begin = time.Now()
	if err := s.says("is up already", "up", "--nodes", "3"); err != nil {
		return err
	}
	if err := s.check("up again is quick", time.Since(begin) < 2*time.Second, time.Since(begin)); err != nil {
		return err
	}
	if err := s.refuses("run `kuberig down` first", "up", "--nodes", "2"); err != nil {
		return err
	}
	for n := 1; n <= 3; n++ {
		if err := s.nodeReady(n, v1.ConditionTrue, 5*time.Second); err != nil {
			return err
		}
	}
	ns, err := s.client.CoreV1().Namespaces().Get(s.ctx, "kube-system", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if err := s.check("kube-system says that this is a rig", ns.Labels["cachecluster.dev/rig"] == "true", ns.Labels); err != nil {
		return err
	}
	out, err := s.kubectl("config", "current-context")
	return s.check("the context is kuberig", err == nil && strings.TrimSpace(out) == "kuberig", out)
}

// proveImages loads the test image and starts the servers that the other proofs use.
func proveImages(s *stage) error {
	file, err := s.archive("probe.tar", images.ProbeImage)
	if err != nil {
		return err
	}
	later, err := s.archive("later.tar", "docker.io/library/later:1")
	if err != nil {
		return err
	}
	if err := inOrder(
		func() error { return s.says("n3: loaded "+images.ProbeImage, "images", "load", file) },
		func() error {
			out, err := s.kuberig("images", "load", file)
			return s.check("loading it again loads nothing", err == nil && !strings.Contains(out, "loaded"), out)
		},
		func() error { return s.says("stopped", "node", "stop", "3") },
		func() error { return s.says("n1: loaded docker.io/library/later:1", "images", "load", later) },
		func() error { return s.says("started", "node", "start", "3") },
		func() error {
			return s.soon("the node that was off has the image, too", 20*time.Second, func() (bool, string) {
				out, err := s.kuberig("images", "list")
				return err == nil && strings.Contains(out, "n3  docker.io/library/later:1"), out
			})
		},
		func() error { return s.nodeReady(3, v1.ConditionTrue, 30*time.Second) },
		func() error {
			return s.namespace(home, map[string]string{"pod-security.kubernetes.io/enforce": "restricted"})
		},
	); err != nil {
		return err
	}
	var servers []*v1.Pod
	for n := 1; n <= 3; n++ {
		servers = append(servers, pod(home, fmt.Sprintf("s%d", n), n, "serve", ":7000"))
	}
	if err := s.start(servers...); err != nil {
		return err
	}
	wrong := filepath.Join(filepath.Dir(s.dir), "wrong.tar")
	if err := os.WriteFile(wrong, []byte("no archive"), 0o644); err != nil {
		return err
	}
	return s.refuses("is not an image archive", "images", "load", wrong)
}

func proveKubectl(s *stage) error {
	return inOrder(
		func() error {
			out, err := s.kubectl("logs", "-n", home, "s1")
			return s.check("logs", err == nil && strings.Contains(out, "serving [::]:7000"), err, out)
		},
		func() error { return s.reaches(home, "s1", "itself by exec", "127.0.0.1:7000") },
		func() error { return s.portForward() },
	)
}

// portForward opens a port of this machine's own network to a pod.
func (s *stage) portForward() error {
	c := exec.Command(s.self, "kubectl", "port-forward", "-n", home, "pod/s2", ":7000")
	c.Env = append(os.Environ(), "KUBERIG_DIR="+s.dir)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	defer func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("port-forward said nothing: %w", err)
	}
	address := strings.Fields(strings.TrimPrefix(line, "Forwarding from "))[0]
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(conn, "through"); err != nil {
		return err
	}
	echo, err := bufio.NewReader(conn).ReadString('\n')
	return s.check("port-forward from this machine", echo == "through\n", err, echo)
}

func proveNames(s *stage) error {
	svc := &v1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "servers"},
		Spec:       v1.ServiceSpec{Selector: map[string]string{"app": "s2"}, Ports: []v1.ServicePort{{Port: 70, TargetPort: intstr.FromInt32(7000)}}},
	}
	if _, err := s.client.CoreV1().Services(home).Create(s.ctx, svc, metav1.CreateOptions{}); err != nil {
		return err
	}
	return inOrder(
		func() error {
			return s.reaches(home, "s1", "a service by its full name", "servers.proofs.svc.cluster.local:70")
		},
		func() error { return s.reaches(home, "s3", "a service by its short name", "servers:70") },
		func() error {
			out, err := s.kubectl("exec", "-n", home, "s1", "--", "/probe", "lookup", "kubernetes.default")
			return s.check("kubernetes.default has an address", err == nil && strings.TrimSpace(out) == "10.96.0.1", err, out)
		},
	)
}

func provePodSecurity(s *stage) error {
	p := pod(home, "privileged", 0, "wait")
	p.Spec.Containers[0].SecurityContext.Privileged = yes()
	p.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = yes()
	_, err := s.client.CoreV1().Pods(home).Create(s.ctx, p, metav1.CreateOptions{})
	return s.check("a privileged pod is refused", apierrors.IsForbidden(err) && strings.Contains(err.Error(), `violates PodSecurity "restricted`), err)
}
