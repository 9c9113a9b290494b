package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.SelectorSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Services and the NetworkPolicy of a cluster. */
final class Networking {
  private final Names names;

  Networking(Names names) {
    this.names = names;
  }

  /** Gives every pod a name, also before it serves: the servers speak to each other by it. */
  Service headless() {
    return service(names.headlessService())
        .editSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(Labels.members(names.cluster()))
        .endSpec()
        .build();
  }

  /**
   * Selects the primary by its pod's name: one atomic write moves it, and it can never list two. A
   * cluster without a primary yet selects a name that no pod bears.
   */
  Service primary(Optional<String> primary) {
    return service(names.primaryService())
        .editSpec()
        .withSelector(
            Map.of(
                "statefulset.kubernetes.io/pod-name",
                primary.map(names::pod).orElse("none." + names.cluster())))
        .endSpec()
        .build();
  }

  Service replicas() {
    var selector = new LinkedHashMap<>(Labels.selector(names.cluster()));
    selector.put(Labels.ROLE, Labels.ROLE_REPLICA);
    return service(names.replicasService()).editSpec().withSelector(selector).endSpec().build();
  }

  /**
   * Default deny both ways, and the exceptions: in come the operator and the other members; out go
   * the members to each other and to the cluster's DNS, and where the spec says. Applications come
   * by paths of their own.
   */
  NetworkPolicy policy(OperatorIdentity operator, List<NetworkPolicyEgressRule> openings) {
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(names.networkPolicy())
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(Labels.selector(names.cluster()))
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .addNewIngress()
        .withFrom(members(), operator(operator))
        .withPorts(port("TCP", Names.PORT))
        .endIngress()
        .addNewEgress()
        .withTo(members())
        .withPorts(port("TCP", Names.PORT))
        .endEgress()
        .addNewEgress()
        .withTo(dns())
        .withPorts(port("UDP", 53), port("TCP", 53), port("UDP", 5353), port("TCP", 5353))
        .endEgress()
        .addAllToEgress(openings)
        .endSpec()
        .build();
  }

  private NetworkPolicyPeer members() {
    return new NetworkPolicyPeerBuilder()
        .withNewPodSelector()
        .withMatchLabels(Labels.selector(names.cluster()))
        .endPodSelector()
        .build();
  }

  private static NetworkPolicyPeer operator(OperatorIdentity operator) {
    return new NetworkPolicyPeerBuilder()
        .withNewNamespaceSelector()
        .withMatchLabels(Map.of("kubernetes.io/metadata.name", operator.namespace()))
        .endNamespaceSelector()
        .withNewPodSelector()
        .withMatchLabels(operator.podLabels())
        .endPodSelector()
        .build();
  }

  /** Lets the pods in that an application's CacheUser selects, and nobody else. */
  NetworkPolicy path(Grant grant) {
    var user = grant.user();
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(names.userPolicy(user))
        .withNamespace(names.namespace())
        .withLabels(Labels.ofUser(names.cluster(), user, Labels.PATH))
        .endMetadata()
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(Labels.selector(names.cluster()))
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .addNewIngress()
        .addNewFrom()
        .withNewNamespaceSelector()
        .withMatchLabels(Map.of("kubernetes.io/metadata.name", user.namespace()))
        .endNamespaceSelector()
        .withPodSelector(selector(grant.spec().podSelector()))
        .endFrom()
        .withPorts(port("TCP", Names.PORT))
        .endIngress()
        .endSpec()
        .build();
  }

  private static LabelSelector selector(SelectorSpec spec) {
    var expressions = Optional.ofNullable(spec.matchExpressions()).orElse(List.of());
    return new LabelSelectorBuilder()
        .withMatchLabels(spec.matchLabels())
        .withMatchExpressions(
            expressions.stream()
                .map(
                    each ->
                        new LabelSelectorRequirement(each.key(), each.operator(), each.values()))
                .toList())
        .build();
  }

  /** The cluster's DNS, wherever its pods listen: a policy judges a packet by its final port. */
  private static NetworkPolicyPeer dns() {
    return new NetworkPolicyPeerBuilder()
        .withNewNamespaceSelector()
        .withMatchLabels(Map.of("kubernetes.io/metadata.name", "kube-system"))
        .endNamespaceSelector()
        .withNewPodSelector()
        .withMatchLabels(Map.of("k8s-app", "kube-dns"))
        .endPodSelector()
        .build();
  }

  static NetworkPolicyPort port(String protocol, int port) {
    return new NetworkPolicyPortBuilder()
        .withProtocol(protocol)
        .withPort(new IntOrString(port))
        .build();
  }

  private ServiceBuilder service(String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withNewSpec()
        .withType("ClusterIP")
        .addNewPort()
        .withName("tls")
        .withProtocol("TCP")
        .withPort(Names.PORT)
        .withTargetPort(new IntOrString("tls"))
        .endPort()
        .endSpec();
  }
}
