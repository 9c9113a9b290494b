package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.EgressPodsSpec;
import dev.cachecluster.api.v1alpha1.EgressSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The openings that a spec makes for the members to connect to somewhere else. */
final class Egress {
  private Egress() {}

  /** One rule for each, in the order of the spec: a port of one place is not open at another. */
  static List<NetworkPolicyEgressRule> rules(List<EgressSpec> openings) {
    return openings.stream().map(Egress::rule).toList();
  }

  private static NetworkPolicyEgressRule rule(EgressSpec spec) {
    return new NetworkPolicyEgressRuleBuilder()
        .withTo(peer(spec))
        .withPorts(
            spec.ports().stream()
                .map(each -> Networking.port(each.protocol(), each.port()))
                .toList())
        .build();
  }

  private static NetworkPolicyPeer peer(EgressSpec spec) {
    return switch (spec.type()) {
      case CIDR ->
          new NetworkPolicyPeerBuilder()
              .withNewIpBlock()
              .withCidr(spec.cidr())
              .endIpBlock()
              .build();
      case PODS -> pods(Objects.requireNonNull(spec.pods()));
    };
  }

  private static NetworkPolicyPeer pods(EgressPodsSpec pods) {
    return new NetworkPolicyPeerBuilder()
        .withNewNamespaceSelector()
        .withMatchLabels(Map.of("kubernetes.io/metadata.name", pods.namespace()))
        .endNamespaceSelector()
        .withNewPodSelector()
        .withMatchLabels(pods.matchLabels())
        .endPodSelector()
        .build();
  }
}
