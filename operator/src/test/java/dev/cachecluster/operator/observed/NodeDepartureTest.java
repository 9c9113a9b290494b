package dev.cachecluster.operator.observed;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeDepartureTest {
  private static Node tainted(String key, String effect) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("n1")
        .endMetadata()
        .withNewSpec()
        .addNewTaint()
        .withKey(key)
        .withEffect(effect)
        .endTaint()
        .endSpec()
        .build();
  }

  @Test
  void whoeverCordonsANodeMayEmptyItNext() {
    var node = new NodeBuilder().withNewSpec().withUnschedulable(true).endSpec().build();
    assertThat(NodeDeparture.of(node)).hasValue("it is cordoned");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ToBeDeletedByClusterAutoscaler",
        "karpenter.sh/disrupted",
        "karpenter.sh/disruption",
        "aws-node-termination-handler/spot-itn",
        "cloud.google.com/impending-node-termination"
      })
  void anAutoscalersMarkSaysTheSame(String key) {
    assertThat(NodeDeparture.of(tainted(key, "NoSchedule"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DeletionCandidateOfClusterAutoscaler",
        "node-role.kubernetes.io/control-plane",
        "node.kubernetes.io/memory-pressure",
        "node.kubernetes.io/unreachable"
      })
  void whatMayPassIsNoMark(String key) {
    assertThat(NodeDeparture.of(tainted(key, "PreferNoSchedule"))).isEmpty();
  }

  @Test
  void aNodeWithoutASpecStays() {
    assertThat(NodeDeparture.of(new NodeBuilder().build())).isEmpty();
  }
}
