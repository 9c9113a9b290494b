package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Who is selected by what: the primary, the replicas, all members, and nobody of another cluster.
 */
class SelectorsTest {
  private final DesiredState desired =
      SampleCluster.desired(SampleCluster.spec(2), Optional.of("demo-0-0"));

  /** A member's pod with the labels that Kubernetes and the operator add. */
  private Map<String, String> pod(String member, Optional<String> role) {
    var labels =
        new HashMap<>(
            Objects.requireNonNull(desired.members().get(member))
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels());
    labels.put("statefulset.kubernetes.io/pod-name", desired.names().pod(member));
    role.ifPresent(is -> labels.put(Labels.ROLE, is));
    return labels;
  }

  private static boolean selects(Map<String, String> selector, Map<String, String> pod) {
    return !selector.isEmpty() && pod.entrySet().containsAll(selector.entrySet());
  }

  private Map<String, String> service(String name) {
    return desired.services().stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .map(each -> each.getSpec().getSelector())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachServiceSelectsWhomItIsFor() {
    var primary = pod("demo-0-0", Optional.of(Labels.ROLE_PRIMARY));
    var replica = pod("demo-0-1", Optional.of(Labels.ROLE_REPLICA));
    var newcomer = pod("demo-0-2", Optional.empty());
    assertThat(List.of(primary, replica, newcomer))
        .extracting(pod -> selects(service("demo-primary"), pod))
        .containsExactly(true, false, false);
    assertThat(List.of(primary, replica, newcomer))
        .extracting(pod -> selects(service("demo-replicas"), pod))
        .containsExactly(false, true, false);
    assertThat(List.of(primary, replica, newcomer))
        .extracting(pod -> selects(service("demo-members"), pod))
        .containsOnly(true);
  }

  @Test
  void theReplicaServiceDoesNotSelectAPrimaryWhoseLabelIsOld() {
    // Only the label decides there, which is why the operator labels before it lets anybody in.
    assertThat(selects(service("demo-primary"), pod("demo-0-1", Optional.of(Labels.ROLE_PRIMARY))))
        .isFalse();
  }

  @Test
  void withoutAPrimaryNobodyIsSelected() {
    var none = desired.primaryService(Optional.empty()).getSpec().getSelector();
    assertThat(desired.members().keySet())
        .noneMatch(member -> selects(none, pod(member, Optional.of(Labels.ROLE_PRIMARY))));
  }

  @Test
  void theHeadlessServiceListsMembersBeforeTheyServeAndTheOthersDoNot() {
    assertThat(desired.services())
        .filteredOn(service -> Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses()))
        .extracting(service -> service.getMetadata().getName())
        .containsExactly("demo-members");
  }

  @Test
  void theTwoBudgetsAreDisjointAndCoverEveryRole() {
    assertThat(desired.budgets()).hasSize(2);
    for (var role : List.of(Labels.ROLE_PRIMARY, Labels.ROLE_REPLICA)) {
      assertThat(
              desired.budgets().stream()
                  .filter(budget -> selects(selector(budget), pod("demo-0-1", Optional.of(role)))))
          .as(role)
          .hasSize(1);
    }
    assertThat(desired.budgets())
        .noneMatch(budget -> selects(selector(budget), pod("demo-0-1", Optional.empty())));
    assertThat(desired.budgets())
        .allMatch(budget -> budget.getSpec().getUnhealthyPodEvictionPolicy().equals("AlwaysAllow"));
  }

  private static Map<String, String> selector(PodDisruptionBudget budget) {
    return budget.getSpec().getSelector().getMatchLabels();
  }

  @Test
  void aShardWithoutReplicasHasNoBudgetThatWouldBlockADrainForEver() {
    assertThat(SampleCluster.desired(SampleCluster.spec(0), Optional.empty()).budgets()).isEmpty();
  }

  @Test
  void thePolicySelectsEveryMemberAndLetsInOnlyThoseItNames() {
    var policy = desired.networkPolicy().getSpec();
    assertThat(desired.members().keySet())
        .allMatch(
            member ->
                selects(policy.getPodSelector().getMatchLabels(), pod(member, Optional.empty())));
    assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(policy.getIngress())
        .hasSize(1)
        .allSatisfy(
            rule -> {
              assertThat(rule.getPorts())
                  .extracting(port -> port.getPort().getIntVal())
                  .containsExactly(Names.PORT);
              assertThat(rule.getFrom())
                  .hasSize(2)
                  .allSatisfy(
                      peer -> {
                        assertThat(peer.getIpBlock()).isNull();
                        assertThat(peer.getPodSelector().getMatchLabels()).isNotEmpty();
                      });
              assertThat(rule.getFrom())
                  .filteredOn(peer -> peer.getNamespaceSelector() != null)
                  .hasSize(1);
            });
    assertThat(policy.getEgress())
        .allSatisfy(
            rule ->
                assertThat(rule.getTo())
                    .isNotEmpty()
                    .allSatisfy(
                        peer -> assertThat(peer.getPodSelector().getMatchLabels()).isNotEmpty()));
  }

  @Test
  void anotherClusterOfTheNamespaceIsNeverMeant() {
    var other =
        SampleCluster.desired(
            new Names("shop", "demo-0"),
            SampleCluster.spec(1),
            Optional.empty(),
            Optional.of("demo-0-0-0"));
    var foreign =
        new HashMap<>(
            other
                .members()
                .values()
                .iterator()
                .next()
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels());
    foreign.put("statefulset.kubernetes.io/pod-name", other.names().pod("demo-0-0-0"));
    foreign.put(Labels.ROLE, Labels.ROLE_REPLICA);
    assertThat(desired.services())
        .extracting(Service::getSpec)
        .noneMatch(spec -> selects(spec.getSelector(), foreign));
    assertThat(desired.budgets()).noneMatch(budget -> selects(selector(budget), foreign));
    assertThat(
            selects(desired.networkPolicy().getSpec().getPodSelector().getMatchLabels(), foreign))
        .isFalse();
  }

  private static Map<String, String> probe(String which) {
    return Labels.ofProbe("demo", which);
  }

  @Test
  void thePolicyHoldsForOnePodOfTheProbeAndKnowsTheOtherAsNobody() {
    var policy = desired.networkPolicy().getSpec();
    var members = policy.getPodSelector().getMatchLabels();
    assertThat(selects(members, probe(Labels.PROBE_INSIDE))).isTrue();
    assertThat(selects(members, probe(Labels.PROBE_STRANGER))).isFalse();
    assertThat(policy.getIngress().getFirst().getFrom())
        .noneMatch(
            peer -> selects(peer.getPodSelector().getMatchLabels(), probe(Labels.PROBE_STRANGER)));
  }

  @Test
  void nothingElseTakesAPodOfTheProbeForAMember() {
    for (var which : List.of(Labels.PROBE_INSIDE, Labels.PROBE_STRANGER)) {
      var pod = probe(which);
      assertThat(desired.services())
          .extracting(Service::getSpec)
          .noneMatch(spec -> selects(spec.getSelector(), pod));
      assertThat(desired.budgets()).noneMatch(budget -> selects(selector(budget), pod));
      assertThat(desired.members().values())
          .extracting(member -> member.getSpec())
          .noneMatch(spec -> selects(spec.getSelector().getMatchLabels(), pod))
          .noneMatch(
              spec ->
                  spec.getTemplate().getSpec().getTopologySpreadConstraints().stream()
                      .anyMatch(
                          spread -> selects(spread.getLabelSelector().getMatchLabels(), pod)));
      assertThat(selects(Labels.members("demo"), pod)).isFalse();
    }
  }
}
