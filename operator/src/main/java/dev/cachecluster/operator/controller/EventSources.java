package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.observed.NodeDeparture;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What wakes a pass: every kind of object that a cluster consists of, and its servers. The
 * informers ask for the operator's own label, so that nobody else's Secrets are ever held in
 * memory.
 */
final class EventSources {
  static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          Secret.class,
          ConfigMap.class,
          Service.class,
          NetworkPolicy.class,
          PodDisruptionBudget.class,
          StatefulSet.class,
          PersistentVolumeClaim.class,
          Pod.class);

  /** Bindings are the users'; their passes tell what matters to the cluster's. */
  private static final String OWN =
      "%s=%s,%s!=%s".formatted(Labels.MANAGED_BY, Labels.OPERATOR, Labels.PART, Labels.BINDING);

  private EventSources() {}

  static List<EventSource<?, CacheCluster>> all(
      EventSourceContext<CacheCluster> context, ServerEvents servers) {
    var sources = new ArrayList<EventSource<?, CacheCluster>>();
    KINDS.stream()
        .filter(kind -> kind != Pod.class)
        .forEach(kind -> sources.add(informer(kind, context)));
    var pods = informer(Pod.class, context);
    sources.add(pods);
    sources.add(nodes(pods, context));
    sources.add(servers);
    return sources;
  }

  /** A node as it was seen last. */
  static Optional<Node> node(Context<CacheCluster> context, String name) {
    return context.eventSourceRetriever().getEventSourceFor(Node.class) instanceof Cache<?> nodes
        ? nodes.get(new ResourceID(name)).map(Node.class::cast)
        : Optional.empty();
  }

  /** Nodes, which are told of only when somebody begins, or ends, to empty one. */
  private static EventSource<?, CacheCluster> nodes(
      InformerEventSource<Pod, CacheCluster> pods, EventSourceContext<CacheCluster> context) {
    var configuration =
        InformerEventSourceConfiguration.from(Node.class, CacheCluster.class)
            .withName(Node.class.getSimpleName())
            .withSecondaryToPrimaryMapper(node -> clustersOn(node, pods))
            .withOnUpdateFilter(
                (now, before) -> !NodeDeparture.of(now).equals(NodeDeparture.of(before)))
            .withWatchAllNamespaces()
            .build();
    return new InformerEventSource<>(configuration, context);
  }

  private static Set<ResourceID> clustersOn(
      Node node, InformerEventSource<Pod, CacheCluster> pods) {
    return pods.list(pod -> node.getMetadata().getName().equals(pod.getSpec().getNodeName()))
        .flatMap(pod -> cluster(pod).stream())
        .collect(Collectors.toSet());
  }

  private static <T extends HasMetadata> InformerEventSource<T, CacheCluster> informer(
      Class<T> kind, EventSourceContext<CacheCluster> context) {
    var configuration =
        InformerEventSourceConfiguration.from(kind, CacheCluster.class)
            .withName(kind.getSimpleName())
            .withLabelSelector(OWN)
            .withSecondaryToPrimaryMapper(EventSources::cluster)
            .withNamespacesInheritedFromController()
            .build();
    return new InformerEventSource<>(configuration, context);
  }

  private static Set<ResourceID> cluster(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    var cluster =
        labels == null ? null : labels.getOrDefault(Labels.CLUSTER, labels.get(Labels.PROBE_OF));
    return cluster == null
        ? Set.of()
        : Set.of(new ResourceID(cluster, object.getMetadata().getNamespace()));
  }
}
