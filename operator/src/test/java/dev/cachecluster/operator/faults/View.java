package dev.cachecluster.operator.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MemoryTransport;
import dev.cachecluster.operator.mockapi.MockApi;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the framework's caches would show; they can be stopped, as a watch that has gone silent. */
final class View {
  private final MockApi api;
  private final KubernetesSerialization json = MemoryTransport.SERIALIZATION;
  private final Map<String, HasMetadata> typed = new HashMap<>();
  private List<ObjectNode> objects = List.of();
  private boolean frozen;
  private String hidden = "";

  View(MockApi api) {
    this.api = api;
  }

  void freeze(boolean stop) {
    refresh();
    frozen = stop;
  }

  /** Lets the caches show no object of a kind, as if each had been deleted. */
  void hide(String kind) {
    hidden = kind;
  }

  private void refresh() {
    if (!frozen) {
      objects = api.lookAll();
    }
  }

  Optional<CacheCluster> cluster() {
    refresh();
    return api.lookAll(Kind.CACHE_CLUSTER).stream()
        .findFirst()
        .map(object -> json.convertValue(object, CacheCluster.class));
  }

  List<CacheUser> users() {
    refresh();
    return api.lookAll(Kind.CACHE_USER).stream()
        .map(object -> json.convertValue(object, CacheUser.class))
        .toList();
  }

  /** The context of one reconciliation, as far as the reconciler asks it. */
  @SuppressWarnings("unchecked")
  <P extends HasMetadata> Context<P> context(KubernetesClient client) {
    return (Context<P>)
        Proxy.newProxyInstance(
            View.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "getClient" -> client;
                  case "getSecondaryResourcesAsStream" ->
                      secondary((Class<? extends HasMetadata>) arguments[0]);
                  case "eventSourceRetriever" -> nodes();
                  default ->
                      throw new UnsupportedOperationException("the reconciler asks for " + method);
                });
  }

  /** Of the event sources, the reconciler asks for that of nodes only, and it for one at a time. */
  private EventSourceRetriever<?> nodes() {
    return proxy(
        EventSourceRetriever.class,
        "getEventSourceFor",
        _ -> proxy(InformerLike.class, "get", id -> node(((ResourceID) id).getName())));
  }

  /** What the framework's informer of nodes is, as far as it is asked. */
  private interface InformerLike extends EventSource<Object, CacheCluster>, Cache<Object> {}

  private static <T> T proxy(Class<T> type, String asked, Function<Object, Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            View.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (!method.getName().equals(asked)) {
                throw new UnsupportedOperationException("the reconciler asks for " + method);
              }
              return answer.apply(arguments[0]);
            }));
  }

  private Optional<Node> node(String name) {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals(Kind.NODE.name()))
        .filter(object -> object.path("metadata").path("name").asText().equals(name))
        .map(object -> json.convertValue(object, Node.class))
        .findFirst();
  }

  private <T extends HasMetadata> Stream<T> secondary(Class<T> kind) {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals(kind.getSimpleName()))
        .filter(_ -> !hidden.equals(kind.getSimpleName()))
        .filter(
            object ->
                kind == CacheCluster.class
                    || object
                        .path("metadata")
                        .path("labels")
                        .path(Labels.MANAGED_BY)
                        .asText()
                        .equals(Labels.OPERATOR))
        .map(
            object ->
                kind.cast(typed.computeIfAbsent(id(object), _ -> json.convertValue(object, kind))));
  }

  private static String id(ObjectNode object) {
    return object.path("metadata").path("uid").asText()
        + "@"
        + object.path("metadata").path("resourceVersion").asText();
  }
}
