package volumes

import (
	"context"
	"errors"
	"flag"
	"time"

	resizing "github.com/kubernetes-csi/external-resizer/pkg/controller"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"

	"cachecluster.dev/kuberig/internal/storage"
)

// Controller runs the half that makes, grows and deletes volumes. It never returns but with an error.
func Controller(args []string) error {
	fs := flag.NewFlagSet("controller", flag.ExitOnError)
	kubeconfig := fs.String("kubeconfig", "", "kubeconfig file")
	root := fs.String("root", "", "volume root on the machine")
	_ = fs.Parse(args) // exits on an error
	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	ctx := klog.NewContext(context.Background(), klog.Background())
	known := informers.NewSharedInformerFactory(client, 0)
	growth := resizing.NewResizeController(storage.Driver, &grower{*root}, client, time.Minute, known,
		workqueue.NewTypedItemExponentialFailureRateLimiter[string](200*time.Millisecond, 10*time.Second), false, 10*time.Second)
	known.Start(ctx.Done())
	go growth.Run(1, ctx)
	controller.NewProvisionController(ctx, client, storage.Driver, &provisioner{*root}, controller.LeaderElection(false)).Run(ctx)
	return errors.New("the provisioner ended")
}
