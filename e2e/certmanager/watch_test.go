package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
)

// watcher is one open watch: the objects of its target that its selector selects.
type watcher struct {
	target   target
	selector labels.Selector
	metadata bool
	seen     map[string]bool
	events   chan object
}

func (a *api) selector(r *http.Request) labels.Selector {
	selector, err := labels.Parse(r.URL.Query().Get("labelSelector"))
	if err != nil {
		a.t.Errorf("%s: %v", r.URL, err)
		return labels.Nothing()
	}
	return selector
}

func selects(selector labels.Selector, o object) bool {
	u := unstructured.Unstructured{Object: o}
	return selector.Matches(labels.Set(u.GetLabels()))
}

// onlyMetadata says whether the client asks for metadata alone, as cert-manager does for secrets of others.
func onlyMetadata(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadata")
}

func shown(o object, metadata bool) object {
	if !metadata {
		return o
	}
	return object{"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": o["metadata"]}
}

// watch is called with the lock held, and gives it back once the watcher can miss nothing any more.
func (a *api) watch(w http.ResponseWriter, r *http.Request, t target) {
	query := r.URL.Query()
	to := &watcher{target: t, selector: a.selector(r), metadata: onlyMetadata(r), seen: map[string]bool{}, events: make(chan object, 1000)}
	whole := query.Get("sendInitialEvents") == "true"
	since, _ := strconv.Atoi(query.Get("resourceVersion"))
	for _, key := range slices.Sorted(maps.Keys(a.objects)) {
		u := unstructured.Unstructured{Object: a.objects[key]}
		version, _ := strconv.Atoi(u.GetResourceVersion())
		if whole || version > since {
			to.tell(key, a.objects[key], false)
		} else if t.covers(key) && selects(to.selector, u.Object) {
			to.seen[key] = true
		}
	}
	if whole {
		end := object{"metadata": object{"resourceVersion": fmt.Sprint(a.version), "annotations": object{"k8s.io/initial-events-end": "true"}}}
		kinds := map[string]string{"certificaterequests": "CertificateRequest", "certificates": "Certificate",
			"clusterissuers": "ClusterIssuer", "issuers": "Issuer", "secrets": "Secret"}
		end["kind"], end["apiVersion"] = kinds[t.resource], t.apiVersion
		to.events <- object{"type": "BOOKMARK", "object": shown(end, to.metadata)}
	}
	a.watchers[to] = true
	a.mutex.Unlock()
	defer func() {
		a.mutex.Lock()
		delete(a.watchers, to)
		a.mutex.Unlock()
	}()
	w.Header().Set("Content-Type", "application/json")
	flush := http.NewResponseController(w)
	for {
		if err := flush.Flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case event := <-to.events:
			if err := json.NewEncoder(w).Encode(event); err != nil {
				return
			}
		}
	}
}

func (a *api) tell(key string, o object, deleted bool) {
	for w := range a.watchers {
		w.tell(key, o, deleted)
	}
}

// tell sends what happened as this watcher sees it: an object that is no longer selected is gone.
func (w *watcher) tell(key string, o object, deleted bool) {
	if !w.target.covers(key) {
		return
	}
	selected, kind := selects(w.selector, o) && !deleted, "ADDED"
	switch {
	case !selected && !w.seen[key]:
		return
	case !selected:
		kind = "DELETED"
	case w.seen[key]:
		kind = "MODIFIED"
	}
	w.seen[key] = selected
	w.events <- object{"type": kind, "object": shown(o, w.metadata)}
}
