package startup

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"cachecluster.dev/kuberig/internal/images"
	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/storage"
)

//go:embed addons.yaml
var addonsYAML string

// addons are the objects that every rig has, in the order in which they are applied.
func addons(kuberig string) ([]*unstructured.Unstructured, error) {
	text := strings.NewReplacer("$KUBERIG", kuberig, "$PAUSE", images.PauseImage, "$DNS", network.DNSIP,
		"$PROVISIONER", storage.Driver).Replace(addonsYAML)
	var all []*unstructured.Unstructured
	for d := yaml.NewYAMLOrJSONDecoder(bytes.NewBufferString(text), 4096); ; {
		o := &unstructured.Unstructured{}
		err := d.Decode(&o.Object)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
}

// namespaced says which of the add-ons' kinds live in a namespace.
var namespaced = map[string]bool{"ServiceAccount": true, "Service": true, "Deployment": true}

func applyAddons(ctx context.Context, cfg *rest.Config, kuberig string) error {
	client, err := dynamic.NewForConfig(cfg)
	if err != nil {
		return err
	}
	all, err := addons(kuberig)
	if err != nil {
		return err
	}
	for _, o := range all {
		if err := apply(ctx, client, o); err != nil {
			return fmt.Errorf("cannot apply %s %s: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return nil
}

func apply(ctx context.Context, client dynamic.Interface, o *unstructured.Unstructured) error {
	gvr, _ := meta.UnsafeGuessKindToResource(schema.FromAPIVersionAndKind(o.GetAPIVersion(), o.GetKind()))
	var resource dynamic.ResourceInterface = client.Resource(gvr)
	if namespaced[o.GetKind()] {
		resource = client.Resource(gvr).Namespace(o.GetNamespace())
	}
	_, err := resource.Apply(ctx, o.GetName(), o, metav1.ApplyOptions{FieldManager: "kuberig", Force: true})
	return err
}
