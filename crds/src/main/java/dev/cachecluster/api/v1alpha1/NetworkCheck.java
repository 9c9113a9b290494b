package dev.cachecluster.api.v1alpha1;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of {@link SpecCheck} that looks at {@code spec.network}. */
final class NetworkCheck {
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP");
  private static final String FIELD = "spec.network.egress";

  private final ProblemList problems;

  NetworkCheck(ProblemList problems) {
    this.problems = problems;
  }

  void check(NetworkSpec network) {
    List<EgressSpec> egress = network.egress();
    if (egress == null) {
      return;
    }
    problems.atMost(FIELD, egress.size(), NetworkSpec.MAX_PEERS);
    for (int i = 0; i < egress.size(); i++) {
      String item = FIELD + "[" + i + "]";
      if (problems.present(item, egress.get(i))) {
        peer(item, egress.get(i));
      }
    }
  }

  private void peer(String item, EgressSpec peer) {
    if (problems.present(item + ".type", peer.type())) {
      boolean byAddress = peer.type() == EgressType.CIDR;
      problems.require(
          item + ".cidr", byAddress == (peer.cidr() != null), EgressSpec.CIDR_UNION_MESSAGE);
      problems.require(
          item + ".pods", byAddress == (peer.pods() == null), EgressSpec.PODS_UNION_MESSAGE);
    }
    String cidr = peer.cidr();
    problems.require(
        item + ".cidr", cidr == null || EgressSpec.isNetwork(cidr), EgressSpec.CIDR_MESSAGE);
    EgressPodsSpec pods = peer.pods();
    if (pods != null) {
      pods(item + ".pods", pods);
    }
    if (problems.present(item + ".ports", peer.ports())) {
      problems.require(
          item + ".ports", !peer.ports().isEmpty(), item + ".ports must name a port: add one");
      problems.atMost(item + ".ports", peer.ports().size(), EgressSpec.MAX_PORTS);
      peer.ports().forEach(port -> port(item + ".ports[]", port));
    }
  }

  private void pods(String field, EgressPodsSpec pods) {
    problems.matches(
        field + ".namespace",
        pods.namespace(),
        ClusterReference.NAMESPACE_PATTERN,
        EgressPodsSpec.NAMESPACE_MESSAGE);
    Map<String, String> labels = pods.matchLabels();
    if (problems.present(field + ".matchLabels", labels)) {
      problems.require(
          field + ".matchLabels",
          !labels.isEmpty(),
          field + ".matchLabels must name a label: add one");
      problems.atMost(field + ".matchLabels", labels.size(), EgressPodsSpec.MAX_LABELS);
      boolean formed = labels.entrySet().stream().allMatch(NetworkCheck::isLabel);
      problems.require(field + ".matchLabels", formed, EgressPodsSpec.LABELS_MESSAGE);
    }
  }

  private static boolean isLabel(Map.Entry<String, @Nullable String> entry) {
    String value = entry.getValue();
    return entry.getKey().matches(Labels.KEY) && value != null && value.matches(Labels.VALUE);
  }

  private void port(String field, @Nullable EgressPortSpec port) {
    if (!problems.present(field, port) || port == null) {
      return;
    }
    if (problems.present(field + ".protocol", port.protocol())) {
      problems.oneOf(field + ".protocol", port.protocol(), PROTOCOLS);
    }
    Integer number = port.port();
    problems.require(
        field + ".port",
        number != null && number >= 1 && number <= EgressPortSpec.HIGHEST,
        field + ".port must be from 1 to " + EgressPortSpec.HIGHEST);
  }
}
