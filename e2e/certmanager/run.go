package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cert-manager/cert-manager/pkg/controller"
	logs "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/util"
	"golang.org/x/sync/errgroup"
	"k8s.io/klog/v2"
)

const (
	workers = 5 // of each controller, as upstream's default has it
	// Upstream's Helm chart names its own namespace, which is this in nearly every cluster.
	clusterNamespace = "cert-manager"
)

// options are upstream's defaults, so that the rig shows what users see: after a failed request an hour passes before the next.
func options(kubeconfig string) controller.ContextOptions {
	return controller.ContextOptions{
		Kubeconfig:         kubeconfig,
		KubernetesAPIQPS:   20, // these two hold only where the API server does not share its time out itself
		KubernetesAPIBurst: 50,
		IssuerOptions:      controller.IssuerOptions{ClusterResourceNamespace: clusterNamespace},
		CertificateOptions: controller.CertificateOptions{
			CopiedAnnotationPrefixes:                 []string{"*", "-kubectl.kubernetes.io/", "-fluxcd.io/", "-argocd.argoproj.io/"},
			CertificateRequestMinimumBackoffDuration: time.Hour,
			CertificateRequestMaximumBackoffDuration: 32 * time.Hour,
		},
	}
}

func runWith(ctx context.Context, kubeconfig string, out io.Writer) error {
	config, err := access(kubeconfig)
	if err != nil {
		return err
	}
	var verbosity klog.Level
	if err := verbosity.Set("2"); err != nil { // upstream's Helm chart says so, too
		return err
	}
	logs.InitLogs()
	defer logs.FlushLogs()
	util.AppVersion = version() // the API server's audit log shows it

	err = awaitDefinitions(ctx, kubeconfig, config, patience)
	if err == nil {
		err = run(ctx, kubeconfig, out)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // the signal came before all was up
	}
	return err
}

func run(ctx context.Context, kubeconfig string, out io.Writer) error {
	group, ctx := errgroup.WithContext(ctx)
	factory, err := controller.NewContextFactory(ctx, options(kubeconfig))
	if err != nil {
		return fmt.Errorf("--kubeconfig %s: %w", kubeconfig, err)
	}
	base, err := factory.Build()
	if err != nil {
		return fmt.Errorf("--kubeconfig %s: %w", kubeconfig, err)
	}
	// First all of them: building one makes known which informers it needs.
	controllers := map[string]controller.Interface{}
	for name, build := range controller.Known() {
		if controllers[name], err = build(factory); err != nil {
			return fmt.Errorf("controller %s: %w", name, err)
		}
	}
	own, kubernetes := base.SharedInformerFactory, base.KubeSharedInformerFactory
	own.Start(ctx.Done())
	kubernetes.Start(ctx.Done())
	for name, c := range controllers {
		group.Go(func() error {
			// One that is stopped before its informers are synced calls it an error.
			if err := c.Run(workers, ctx); err != nil && ctx.Err() == nil {
				return fmt.Errorf("controller %s: %w", name, err)
			}
			return nil
		})
	}
	group.Go(func() error {
		own.WaitForCacheSync(ctx.Done())
		kubernetes.WaitForCacheSync(ctx.Done())
		if ctx.Err() != nil {
			return nil
		}
		_, err := fmt.Fprintln(out, "certmanager: running")
		return err
	})
	err = group.Wait()
	own.Shutdown()
	kubernetes.Shutdown()
	return err
}
