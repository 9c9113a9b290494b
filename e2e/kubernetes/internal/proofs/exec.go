package proofs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"

	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
	"cachecluster.dev/kuberig/internal/supervisor"
	"cachecluster.dev/kuberig/programs"
)

// inPod runs the probe in a pod. It does so without kubectl, because the conformance table does it hundreds of times.
func (s *stage) inPod(namespace, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(s.ctx, 20*time.Second)
	defer cancel()
	var out bytes.Buffer
	err := s.exec(ctx, namespace, name, &out, args...)
	return out.String(), err
}

func (s *stage) exec(ctx context.Context, namespace, name string, out io.Writer, args ...string) error {
	q := s.client.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(name).SubResource("exec").
		VersionedParams(&v1.PodExecOptions{Container: "probe", Command: append([]string{"/probe"}, args...), Stdout: true, Stderr: true}, scheme.ParameterCodec)
	cfg := rest.CopyConfig(s.config)
	cfg.Timeout = 0 // of the whole command
	e, err := remotecommand.NewSPDYExecutor(cfg, "POST", q.URL())
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	if err := e.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: out, Stderr: &complaint}); err != nil {
		return fmt.Errorf("%s/%s: %w: %s", namespace, name, err, strings.TrimSpace(complaint.String()))
	}
	return nil
}

// onOutside runs a program on the outside host; "probe" is the test image's.
func (s *stage) onOutside(argv ...string) (string, error) {
	if argv[0] == "probe" {
		argv[0] = filepath.Join(filepath.Dir(s.dir), programs.Probe)
		if !process.Exists(argv[0]) {
			if err := programs.Install(programs.Probe, filepath.Dir(s.dir)); err != nil {
				return "", err
			}
		}
	}
	var out bytes.Buffer
	err := supervisor.Ask(s.rig, &out, "outside-exec", argv...)
	return out.String(), err
}

// onNode runs a program of the machine on a node.
func (s *stage) onNode(node int, argv ...string) (string, error) {
	var out bytes.Buffer
	err := supervisor.Ask(s.rig, &out, "node-exec", append([]string{rig.NodeName(node)}, argv...)...)
	return out.String(), err
}
