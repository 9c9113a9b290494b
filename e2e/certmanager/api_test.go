package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
)

// api is as much of an API server as cert-manager needs: it keeps objects, lists and watches them, and refuses to overwrite
// what changed meanwhile. It validates nothing, gives no defaults, and everybody may do everything.
type api struct {
	t        *testing.T
	mutex    sync.Mutex
	known    []string // the resources of cert-manager's group; nil: no such group
	objects  map[string]object
	version  int
	watchers map[*watcher]bool
	asked    map[string]bool // resources that were listed or watched
	agents   map[string]bool
}

type object = map[string]any

func newAPI(t *testing.T, known []string) *api {
	return &api{t: t, known: known, objects: map[string]object{}, watchers: map[*watcher]bool{}, asked: map[string]bool{},
		agents: map[string]bool{}}
}

// target is what the path of a request names.
type target struct{ apiVersion, namespace, resource, name, sub string }

func parse(path string) target {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) < 2 {
		return target{}
	}
	t := target{apiVersion: parts[1]}
	parts = parts[2:]
	if strings.HasPrefix(path, "/apis/") && len(parts) > 0 {
		t.apiVersion += "/" + parts[0]
		parts = parts[1:]
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		t.namespace, parts = parts[1], parts[2:]
	}
	for i, field := range []*string{&t.resource, &t.name, &t.sub} {
		if i < len(parts) {
			*field = parts[i]
		}
	}
	return t
}

func (t target) key() string { return t.resource + "/" + t.namespace + "/" + t.name }

// covers says whether a list or watch of the target includes the key.
func (t target) covers(key string) bool {
	if t.namespace == "" {
		return strings.HasPrefix(key, t.resource+"/")
	}
	return strings.HasPrefix(key, t.resource+"/"+t.namespace+"/")
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := parse(r.URL.Path)
	a.mutex.Lock()
	a.agents[r.UserAgent()] = true
	if t.resource != "" && r.Method == http.MethodGet && t.name == "" {
		a.asked[t.resource] = true
	}
	if r.URL.Query().Get("watch") == "true" {
		a.watch(w, r, t) // unlocks
		return
	}
	defer a.mutex.Unlock()
	var body object
	if r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch {
		var err error
		if body, err = read(r); err != nil {
			a.t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		}
	}
	code, answer := a.answer(r, t, body)
	// So says every API server that shares its time out itself; clients then do not hold back.
	w.Header().Set("X-Kubernetes-PF-FlowSchema-UID", "x")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer)
}

// read takes JSON, and the protobuf in which clients send Kubernetes' own objects.
func read(r *http.Request) (object, error) {
	text, err := io.ReadAll(r.Body)
	if err == nil && r.Header.Get("Content-Type") == "application/vnd.kubernetes.protobuf" {
		var typed runtime.Object
		var kind *schema.GroupVersionKind
		if typed, kind, err = scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil); err == nil {
			typed.GetObjectKind().SetGroupVersionKind(*kind)
			text, err = json.Marshal(typed)
		}
	}
	if err != nil {
		return nil, err
	}
	var o object
	err = json.Unmarshal(text, &o)
	return o, err
}

func refuse(code int, reason metav1.StatusReason) (int, any) {
	return code, metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: string(reason)}
}

func (a *api) answer(r *http.Request, t target, body object) (int, any) {
	old := a.objects[t.key()]
	switch {
	case t.resource == "" && t.apiVersion == "cert-manager.io/v1" && a.known != nil:
		list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: t.apiVersion}
		for _, name := range a.known {
			list.APIResources = append(list.APIResources, metav1.APIResource{Name: name})
		}
		return 200, list
	case t.resource == "":
		return refuse(404, metav1.StatusReasonNotFound)
	case t.resource == "events":
		return 201, body
	case r.Method == http.MethodGet && t.name == "":
		return 200, a.list(r, t)
	case r.Method == http.MethodPost:
		u := unstructured.Unstructured{Object: body}
		if u.GetName() == "" {
			u.SetName(u.GetGenerateName() + fmt.Sprint(a.version))
		}
		t.name = u.GetName()
		if a.objects[t.key()] != nil {
			return refuse(409, metav1.StatusReasonAlreadyExists)
		}
		return 201, a.store(t, body)
	case r.Method == http.MethodPatch && r.Header.Get("Content-Type") == "application/apply-patch+yaml":
		return 200, a.store(t, applied(old, body, r.URL.Query().Get("fieldManager")))
	case old == nil:
		return refuse(404, metav1.StatusReasonNotFound)
	case r.Method == http.MethodGet:
		return 200, old
	case r.Method == http.MethodDelete:
		delete(a.objects, t.key())
		a.version++
		a.tell(t.key(), old, true)
		return 200, old
	case r.Method == http.MethodPut:
		is, was := unstructured.Unstructured{Object: body}, unstructured.Unstructured{Object: old}
		if v := is.GetResourceVersion(); v != "" && v != was.GetResourceVersion() {
			return refuse(409, metav1.StatusReasonConflict)
		}
		// As every definition of cert-manager has it: a status is written by itself, and only so.
		changed := maps.Clone(body)
		if t.sub == "status" {
			changed = maps.Clone(old)
			changed["status"] = body["status"]
		} else if t.resource != "secrets" {
			changed["status"] = old["status"]
		}
		return 200, a.store(t, changed)
	}
	a.t.Errorf("unexpected %s %s (%s)", r.Method, r.URL, r.Header.Get("Content-Type"))
	return refuse(405, metav1.StatusReasonMethodNotAllowed)
}

func (a *api) list(r *http.Request, t target) object {
	items := []any{}
	selected := a.selector(r)
	for _, key := range slices.Sorted(maps.Keys(a.objects)) {
		if t.covers(key) && selects(selected, a.objects[key]) {
			items = append(items, shown(a.objects[key], onlyMetadata(r)))
		}
	}
	kind, version := "List", t.apiVersion
	if onlyMetadata(r) {
		kind, version = "PartialObjectMetadataList", "meta.k8s.io/v1"
	}
	return object{"kind": kind, "apiVersion": version, "items": items, "metadata": object{"resourceVersion": fmt.Sprint(a.version)}}
}

// store keeps a copy, so that nobody changes what others read. What changes nothing is no event.
func (a *api) store(t target, o object) object {
	var kept object
	text, err := json.Marshal(o)
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil {
		a.t.Error(err)
	}
	u := unstructured.Unstructured{Object: kept}
	u.SetNamespace(t.namespace)
	if old := a.objects[t.key()]; old != nil {
		was := unstructured.Unstructured{Object: old}
		if u.SetResourceVersion(was.GetResourceVersion()); reflect.DeepEqual(kept, old) {
			return old
		}
	}
	a.version++
	u.SetResourceVersion(fmt.Sprint(a.version))
	if u.GetUID() == "" {
		u.SetUID(types.UID(fmt.Sprint("uid-", a.version)))
		u.SetCreationTimestamp(metav1.Now())
		u.SetGeneration(1)
	}
	a.objects[t.key()] = kept
	a.tell(t.key(), kept, false)
	return kept
}
