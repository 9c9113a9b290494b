package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const (
	// A definition that was applied a moment ago, or an API server that comes back, needs seconds.
	patience = 10 * time.Second
	askAgain = 250 * time.Millisecond
	ask      = 5 * time.Second
)

// access checks the kubeconfig before cert-manager reads it, which would take the cluster that it runs in for a missing one.
func access(file string) (*rest.Config, error) {
	if file == "" {
		return nil, usageError(`run: --kubeconfig is missing: name the file with the cluster's address and credentials; ` +
			`"kuberig kubeconfig" prints the rig's`)
	}
	config, err := clientcmd.LoadFromFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf(`--kubeconfig %s: there is no such file; "kuberig kubeconfig" prints the rig's`, file)
	case err != nil:
		return nil, fmt.Errorf("--kubeconfig %s: cannot be read as a kubeconfig: %w", file, err)
	}
	chosen, ok := config.Contexts[config.CurrentContext]
	if !ok {
		return nil, fmt.Errorf("--kubeconfig %s: current-context is %q, which is none of its contexts: choose one of them (kubectl config use-context)",
			file, config.CurrentContext)
	}
	if config.Clusters[chosen.Cluster] == nil {
		return nil, fmt.Errorf("--kubeconfig %s: context %q is of cluster %q, which is none of its clusters: correct contexts[].context.cluster",
			file, config.CurrentContext, chosen.Cluster)
	}
	client, err := clientcmd.NewDefaultClientConfig(*config, &clientcmd.ConfigOverrides{}).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("--kubeconfig %s: %w", file, err)
	}
	return client, nil
}

// awaitDefinitions returns when the cluster knows cert-manager's resources. Without them the informers would try for ever.
func awaitDefinitions(ctx context.Context, file string, access *rest.Config, patience time.Duration) error {
	brief := rest.CopyConfig(access)
	brief.Timeout = ask
	client, err := discovery.NewDiscoveryClientForConfig(brief)
	if err != nil {
		return fmt.Errorf("--kubeconfig %s: %w", file, err)
	}
	group := certmanager.SchemeGroupVersion.String()
	end, said := time.Now().Add(patience), false
	for {
		var known metav1.APIResourceList
		err := client.RESTClient().Get().AbsPath("/apis/" + group).Do(ctx).Into(&known)
		refused := apierrors.IsUnauthorized(err) || apierrors.IsForbidden(err)
		problem := explain(file, access.Host, group, &known, err)
		if problem == nil || refused || time.Now().After(end) {
			return problem
		}
		if !said {
			klog.Warningf("waiting for up to %s: %v", patience, problem)
			said = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(askAgain):
		}
	}
}

func explain(file, host, group string, known *metav1.APIResourceList, err error) error {
	const fix = `apply what "certmanager crds" prints (certmanager crds | kubectl apply --server-side -f -)`
	switch {
	case apierrors.IsUnauthorized(err) || apierrors.IsForbidden(err):
		return fmt.Errorf("--kubeconfig %s: the API server at %s does not accept its user: %w", file, host, err)
	case apierrors.IsNotFound(err):
		return fmt.Errorf("the cluster at %s does not know %s: %s", host, group, fix)
	case err != nil:
		return fmt.Errorf("--kubeconfig %s: the API server at %s does not answer; start it, or name another cluster: %w", file, host, err)
	}
	var missing []string
	for _, name := range resources {
		if !slices.ContainsFunc(known.APIResources, func(r metav1.APIResource) bool { return r.Name == name }) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("the cluster at %s does not know the %s of %s: %s", host, strings.Join(missing, " and "), group, fix)
	}
	return nil
}
