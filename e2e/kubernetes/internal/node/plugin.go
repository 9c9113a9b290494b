package node

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cachecluster.dev/kuberig/internal/process"
)

// PolicyPlugin is the name under which rigd is a CNI plugin, the last of the chain.
const PolicyPlugin = "kuberig-policy"

// PodsDir holds one file per pod address in use on this node; the policy agent watches it.
const PodsDir = "/run/kuberig/pods"

// Pod says which pod has an address. This is the node's own knowledge, which the API learns a moment later.
type Pod struct {
	UID       string `json:"uid"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Sandbox   string `json:"sandbox"`
	// Link is the node's end of the pod's cable.
	Link string `json:"link"`
}

// Key tells one use of an address from the next: by another pod, or by the same one after its sandbox was made anew.
func (p Pod) Key() string { return p.Link + " " + p.UID }

// judgedWithin is how long a pod's start waits for its policies. If they come later, the pod starts closed.
const judgedWithin = 5 * time.Second

// Plugin speaks the CNI protocol: the environment says what to do, standard input holds the configuration.
func Plugin(in io.Reader, out io.Writer) error {
	var conf struct {
		CNIVersion string          `json:"cniVersion"`
		PrevResult json.RawMessage `json:"prevResult"`
		// Off is there while nothing is enforced.
		Off string `json:"off"`
	}
	b, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &conf); err != nil {
		return err
	}
	sandbox := os.Getenv("CNI_CONTAINERID")
	switch os.Getenv("CNI_COMMAND") {
	case "VERSION":
		_, err := io.WriteString(out, `{"cniVersion":"0.4.0","supportedVersions":["0.3.1","0.4.0"]}`)
		return err
	case "DEL":
		return forgetSandbox(sandbox)
	case "ADD":
		ips, link, err := addresses(conf.PrevResult)
		if err != nil {
			return err
		}
		pod := podOf(os.Getenv("CNI_ARGS"), sandbox)
		pod.Link = link
		for _, ip := range ips {
			if err := remember(ip, pod); err != nil {
				return err
			}
		}
		for _, ip := range ips {
			// Giving up is not an error: the pod starts, and stays closed until it is judged.
			_ = process.WaitFor("policies of "+ip, judgedWithin, func() bool { return Judged(ip) == pod.Key() || process.Exists(conf.Off) })
		}
		_, err = out.Write(conf.PrevResult)
		return err
	}
	return nil // CHECK
}

// podOf reads CNI_ARGS, "K8S_POD_NAME=…;K8S_POD_UID=…".
func podOf(args, sandbox string) Pod {
	p := Pod{Sandbox: sandbox}
	for _, a := range strings.Split(args, ";") {
		k, v, _ := strings.Cut(a, "=")
		switch k {
		case "K8S_POD_UID":
			p.UID = v
		case "K8S_POD_NAMESPACE":
			p.Namespace = v
		case "K8S_POD_NAME":
			p.Name = v
		}
	}
	return p
}

// addresses takes the pod's addresses, and the node's end of its cable, out of the result of the plugins before this one.
func addresses(result []byte) (ips []string, link string, err error) {
	var r struct {
		IPs []struct {
			Address string `json:"address"`
		} `json:"ips"`
		Interfaces []struct {
			Name    string `json:"name"`
			Sandbox string `json:"sandbox"`
		} `json:"interfaces"`
	}
	if err := json.Unmarshal(result, &r); err != nil {
		return nil, "", fmt.Errorf("no readable result of the plugins before: %w", err)
	}
	for _, ip := range r.IPs {
		p, err := netip.ParsePrefix(ip.Address)
		if err != nil {
			return nil, "", err
		}
		ips = append(ips, p.Addr().String())
	}
	for _, i := range r.Interfaces {
		if i.Sandbox == "" {
			link = i.Name
		}
	}
	if link == "" {
		return nil, "", fmt.Errorf("the plugins before name no link on the node: %s", result)
	}
	return ips, link, nil
}

// remember writes the address's file in one step, so that a reader never sees half of it.
func remember(ip string, pod Pod) error {
	b, err := json.Marshal(pod)
	if err != nil {
		return err
	}
	tmp := filepath.Join(filepath.Dir(PodsDir), ip+".new")
	if err := os.WriteFile(tmp, b, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(PodsDir, ip))
}

func forgetSandbox(sandbox string) error {
	for ip, p := range Pods() {
		if p.Sandbox == sandbox {
			if err := os.Remove(filepath.Join(PodsDir, ip)); err != nil && !os.IsNotExist(err) {
				return err
			}
		}
	}
	return nil
}

// Pods are the addresses in use on this node.
func Pods() map[string]Pod {
	all := map[string]Pod{}
	entries, _ := os.ReadDir(PodsDir)
	for _, e := range entries {
		var p Pod
		if b, err := os.ReadFile(filepath.Join(PodsDir, e.Name())); err == nil && json.Unmarshal(b, &p) == nil {
			all[e.Name()] = p
		}
	}
	return all
}
