package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.DryRun;
import dev.cachecluster.stories.rig.DryRun.Attempt;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nobody opens a cache to the outside of the cluster, and nobody poses as one of its members.
 *
 * <ol>
 *   <li>look at the admission policies → the API server finds nothing odd in their expressions
 *   <li>open a cache by a Service, by the host's network, by the labels of its pods or by what the
 *       operator believes, as an administrator or as a tenant with the role edit → each is refused,
 *       with what mends it
 *   <li>do what looks alike and opens nothing → each is accepted
 *   <li>take away the binding of one policy after the other → what it refused is accepted, so
 *       nothing else had refused it; put it back → refused again
 *   <li>delete a pod of the cache → its StatefulSet may make the new one
 * </ol>
 */
@Order(20)
class OnlyClusterIpReachesMembers {
  private static final String BY_LABEL = "cachecluster-services-by-label";
  private static final String BY_CLUSTER = "cachecluster-services-by-cluster";
  private static final String BY_SERVICE = "cachecluster-clusters-by-service";
  private static final String PODS = "cachecluster-pods";
  private static final String STATEFUL_SETS = "cachecluster-statefulsets";
  private static final String RECORDS = "cachecluster-records";

  private static final Duration IN_FORCE = Duration.ofSeconds(30);
  private static final String MEMBER =
      "{app.kubernetes.io/managed-by: cachecluster-operator, cachecluster.dev/cluster: demo}";
  private static final String SHOP = "{app: shop}";
  private static final String HOST_NETWORK = "hostNetwork: true,";
  private static final String SEEN =
      "{\"metadata\":{\"annotations\":{\"example.com/seen\":\"yes\"}}}";
  private static final String HOST_PORT = ", ports: [{containerPort: 6379, hostPort: 6379}]";

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: other}
      spec: {ports: [{port: 6379}], %s}
      """;
  private static final String CLUSTER =
      """
      apiVersion: cachecluster.dev/v1alpha1
      kind: CacheCluster
      metadata: {name: %s}
      spec:
        engine: {type: Valkey, version: "8.1"}
        topology: {type: Replicated}
        memory: {maxMemory: 64Mi}
      """;
  private static final String EDIT =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: tenant}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: tenant}]
      """;

  @RegisterExtension final Story story = new Story();

  /** By the name of the policy that refuses it. */
  private final Map<String, List<Refused>> refused = new TreeMap<>();

  private final List<Attempt> accepted = new ArrayList<>();

  /** An attempt that a policy refuses with these words. */
  private record Refused(String policy, String words, Attempt attempt) {
    void assertRefused() {
      attempt.assertRefused("'" + policy + "'", words);
    }
  }

  @Test
  void story() {
    var later = story.anotherNamespace("later");
    create(
        later, SERVICE.formatted("type: NodePort, selector: {app.kubernetes.io/instance: late}"));
    create(story.namespace(), EDIT);
    allowHostNetwork();
    var cache = Cache.ready(story, "{placement: {podLabels: {example.com/team: shop}}}");
    outsideServices();
    selectedClusters(later);
    posingPods(cache.replicaPods().getFirst());
    posingStatefulSets();
    forgedRecords(cache.object().getMetadata().getUid());

    story.step(1, "the API server finds nothing odd in the policies");
    refused.keySet().forEach(this::assertNoWarnings);

    story.step(2, "what would open a cache is refused");
    refused.values().forEach(attempts -> attempts.forEach(Refused::assertRefused));

    story.step(3, "what looks alike is accepted");
    accepted.forEach(Attempt::assertAccepted);
    story.tell(accepted.size() + " attempts accepted");

    story.step(4, "it is the policies that refuse");
    refused.forEach(this::withAndWithoutBinding);

    story.step(5, "a StatefulSet of the operator may make its pod");
    var replica = cache.replicaPods().getFirst();
    var uid = cache.podUids().get(replica);
    cache.pod(replica).delete();
    Wait.until(
        replica + " is made again",
        Cache.READY_WITHIN,
        () -> assertThat(cache.podUids().get(replica)).isNotNull().isNotEqualTo(uid));
    cache.awaitHealthy(Cache.READY_WITHIN);
  }

  private void outsideServices() {
    var nodePort = "{\"spec\":{\"type\":\"NodePort\"}}";
    var words = "would open the pods of a cache to the outside";
    for (var spec :
        List.of(
            "type: NodePort, selector: " + MEMBER,
            "type: LoadBalancer, selector: {cachecluster.dev/role: primary}",
            "type: NodePort, selector: {app.kubernetes.io/name: cachecluster}",
            "externalIPs: [192.0.2.1], selector: {cachecluster.dev/member: demo-0-0}")) {
      refuse(BY_LABEL, words, service(spec));
    }
    refuse(BY_LABEL, words, edit(own(), "v1", "Service", "demo-replicas", nodePort));

    words = "would open the pods of CacheCluster demo to the outside";
    for (var spec :
        List.of(
            "type: NodePort, selector: {statefulset.kubernetes.io/pod-name: demo-0-0-0}",
            "type: LoadBalancer, selector: {app.kubernetes.io/instance: demo}",
            "type: NodePort, selector: {example.com/team: shop}",
            "externalIPs: [192.0.2.1], selector: {apps.kubernetes.io/pod-index: '0'}")) {
      refuse(BY_CLUSTER, words, service(spec));
    }
    refuse(BY_CLUSTER, words, edit(own(), "v1", "Service", "demo-primary", nodePort));

    for (var spec :
        List.of(
            "type: LoadBalancer, selector: " + SHOP,
            "externalIPs: [192.0.2.1], selector: " + SHOP,
            "type: NodePort, selector: {app: shop, app.kubernetes.io/instance: demo}",
            "type: NodePort, selector: {example.com/team: other}",
            "type: NodePort, selector: {statefulset.kubernetes.io/pod-name: demo-0}",
            "type: NodePort",
            "type: ClusterIP, selector: " + MEMBER,
            "type: ExternalName, externalName: demo-primary.shop.svc.cluster.local")) {
      accepted.add(service(spec));
    }
  }

  private void selectedClusters(String namespace) {
    refuse(
        BY_SERVICE,
        "the Service other would open the pods of this cache to the outside",
        own().creates("a cache that a Service selects", namespace, CLUSTER.formatted("late")));
    accepted.add(own().creates("a cache beside it", namespace, CLUSTER.formatted("soon")));
  }

  private void posingPods(String pod) {
    var words = "only the operator makes the pods of a cache";
    refuse(PODS, words, pod(tenant(), MEMBER, "", ""));
    for (var label : List.of("\"app\":\"shop\"", "\"cachecluster.dev/cluster\":null")) {
      var patch = "{\"metadata\":{\"labels\":{" + label + "}}}";
      refuse(PODS, words, edit(tenant(), "v1", "Pod", pod, patch));
    }
    refuse(PODS, "may use the host's network", pod(own(), MEMBER, HOST_NETWORK, ""));
    refuse(PODS, "reached by a port of its node", pod(own(), MEMBER, "", HOST_PORT));

    accepted.add(pod(tenant(), SHOP, HOST_NETWORK, ""));
    accepted.add(pod(tenant(), SHOP, "", HOST_PORT));
    accepted.add(edit(tenant(), "v1", "Pod", pod, SEEN));
  }

  private void posingStatefulSets() {
    var words = "only the operator writes StatefulSets";
    var image = "[{\"name\":\"server\",\"image\":\"registry.example/app:1\"}]";
    var patch = "{\"spec\":{\"template\":{\"spec\":{\"containers\":" + image + "}}}}";
    refuse(STATEFUL_SETS, words, statefulSet(MEMBER));
    refuse(STATEFUL_SETS, words, edit(tenant(), "apps/v1", "StatefulSet", "demo-0-1", patch));
    accepted.add(statefulSet(SHOP));
  }

  private void forgedRecords(String uid) {
    var words = "only the operator writes what a CacheCluster owns";
    var owner =
        "{apiVersion: cachecluster.dev/v1alpha1, kind: CacheCluster, name: demo, uid: " + uid + "}";
    var patch = "{\"data\":{\"lineage\":\"forged\"}}";
    refuse(RECORDS, words, secret(MEMBER, owner));
    refuse(RECORDS, words, edit(tenant(), "v1", "ConfigMap", "demo-state", patch));
    accepted.add(secret(MEMBER, ""));
    accepted.add(edit(tenant(), "v1", "ConfigMap", "demo-state", SEEN));
  }

  private void refuse(String policy, String words, Attempt attempt) {
    refused
        .computeIfAbsent(policy, _ -> new ArrayList<>())
        .add(new Refused(policy, words, attempt));
  }

  private void withAndWithoutBinding(String policy, List<Refused> attempts) {
    var bindings =
        story
            .client()
            .genericKubernetesResources(
                "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");
    var binding = bindings.withName(policy).require();
    var live = binding.getMetadata();
    binding.setMetadata(
        new ObjectMetaBuilder()
            .withName(policy)
            .withLabels(live.getLabels())
            .withAnnotations(live.getAnnotations())
            .build());
    story.atTheEnd(
        () -> {
          if (bindings.withName(policy).get() == null) {
            bindings.resource(binding).create();
          }
        });
    bindings.withName(policy).delete();
    for (var each : attempts) {
      Wait.until("accepted without " + policy, IN_FORCE, each.attempt()::assertAccepted);
    }
    bindings.resource(binding).create();
    for (var each : attempts) {
      Wait.until("refused with " + policy, IN_FORCE, each::assertRefused);
    }
    story.tell(attempts.size() + " attempts refused by " + policy + " and by nothing else");
  }

  /**
   * What the API server finds when it holds the expressions against the types of the objects. It
   * does so once, maybe before it knows the CacheClusters, so a copy without effect is looked at.
   */
  private void assertNoWarnings(String policy) {
    var policies = story.client().resources(ValidatingAdmissionPolicy.class);
    var copy =
        new ValidatingAdmissionPolicyBuilder(policies.withName(policy).require())
            .withNewMetadata()
            .withName(policy + "-" + story.namespace())
            .endMetadata()
            .withStatus(null)
            .build();
    var resource = policies.resource(copy);
    resource.create();
    story.atTheEnd(resource::delete);
    Wait.until(
        "the expressions of " + policy + " are checked",
        IN_FORCE,
        () -> {
          var status = resource.require().getStatus();
          assertThat(status).isNotNull();
          assertThat(status.getTypeChecking()).isNotNull();
          assertThat(status.getTypeChecking().getExpressionWarnings()).isEmpty();
        });
  }

  /** A label of the namespace forbids it too, and it is the policy that is judged here. */
  private void allowHostNetwork() {
    var namespace = story.client().namespaces().withName(story.namespace());
    namespace.edit(
        live ->
            new NamespaceBuilder(live)
                .editMetadata()
                .removeFromLabels("pod-security.kubernetes.io/enforce")
                .endMetadata()
                .build());
  }

  private void create(String namespace, String yaml) {
    story.client().resource(yaml).inNamespace(namespace).create();
  }

  private DryRun own() {
    return DryRun.own(story);
  }

  private DryRun tenant() {
    return DryRun.by(story, "tenant");
  }

  private Attempt service(String spec) {
    return own().creates("a Service with " + spec, story.namespace(), SERVICE.formatted(spec));
  }

  private Attempt pod(DryRun who, String labels, String spec, String container) {
    var yaml =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: other, labels: %s}
        spec: {%s containers: [{name: main, image: registry.example/app:1 %s}]}
        """
            .formatted(labels, spec, container);
    return who.creates("a pod " + labels + spec + container, story.namespace(), yaml);
  }

  private Attempt statefulSet(String labels) {
    var yaml =
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: other}
        spec:
          serviceName: other
          selector: {matchLabels: %1$s}
          template:
            metadata: {labels: %1$s}
            spec: {containers: [{name: main, image: registry.example/app:1}]}
        """
            .formatted(labels);
    return tenant().creates("a StatefulSet " + labels, story.namespace(), yaml);
  }

  private Attempt secret(String labels, String owner) {
    var yaml =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: other, labels: %s, ownerReferences: [%s]}
        """
            .formatted(labels, owner);
    return tenant().creates("a Secret " + labels + owner, story.namespace(), yaml);
  }

  private Attempt edit(DryRun who, String apiVersion, String kind, String name, String patch) {
    return who.edits(apiVersion, kind, story.namespace(), name, patch);
  }
}
