package dev.cachecluster.stories.rig;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The objects that bear the label of a cache, of every kind the operator makes, without the pods of
 * the probe, which come and go.
 */
public final class OwnedObjects {
  public static final String CLUSTER = "cachecluster.dev/cluster";
  static final String MEMBER = "cachecluster.dev/member";

  private OwnedObjects() {}

  /** One object, by what tells it from a later one of the same name. */
  public record Owned(String kind, String name, String uid) {}

  /** All of them in a namespace, sorted. */
  public static List<Owned> in(KubernetesClient client, String namespace) {
    var all = new ArrayList<HasMetadata>();
    all.addAll(client.secrets().inNamespace(namespace).withLabel(CLUSTER).list().getItems());
    all.addAll(client.configMaps().inNamespace(namespace).withLabel(CLUSTER).list().getItems());
    all.addAll(client.services().inNamespace(namespace).withLabel(CLUSTER).list().getItems());
    all.addAll(
        client
            .pods()
            .inNamespace(namespace)
            .withLabel(CLUSTER)
            .withLabel(MEMBER)
            .list()
            .getItems());
    all.addAll(
        client.apps().statefulSets().inNamespace(namespace).withLabel(CLUSTER).list().getItems());
    all.addAll(
        client
            .policy()
            .v1()
            .podDisruptionBudget()
            .inNamespace(namespace)
            .withLabel(CLUSTER)
            .list()
            .getItems());
    all.addAll(
        client
            .network()
            .v1()
            .networkPolicies()
            .inNamespace(namespace)
            .withLabel(CLUSTER)
            .list()
            .getItems());
    return all.stream()
        .map(
            object ->
                new Owned(
                    object.getKind(),
                    object.getMetadata().getName(),
                    object.getMetadata().getUid()))
        .sorted(Comparator.comparing(Owned::kind).thenComparing(Owned::name))
        .toList();
  }
}
