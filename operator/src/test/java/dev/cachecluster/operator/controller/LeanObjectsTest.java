package dev.cachecluster.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Secret;
import org.junit.jupiter.api.Test;

class LeanObjectsTest {
  @Test
  void whoSetWhichFieldIsNotKept() throws Exception {
    var mapper = new ObjectMapper();
    new LeanObjects().customize(mapper);
    var secret =
        mapper.readValue(
            """
            {"metadata": {"name": "a", "resourceVersion": "7", "labels": {"b": "c"},
                          "managedFields": [{"manager": "someone", "operation": "Apply"}]},
             "data": {"d": "ZQ=="}}
            """,
            Secret.class);
    assertThat(secret.getMetadata().getManagedFields()).isEmpty();
    assertThat(secret.getMetadata().getAdditionalProperties()).isEmpty();
    assertThat(secret.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(secret.getMetadata().getLabels()).containsEntry("b", "c");
    assertThat(secret.getData()).containsEntry("d", "ZQ==");
    assertThat(mapper.writeValueAsString(secret)).doesNotContain("managedFields");
  }

  @Test
  void ofANodeOnlyItsMarksAreKept() throws Exception {
    var mapper = new ObjectMapper();
    new LeanObjects().customize(mapper);
    var node =
        mapper.readValue(
            """
            {"metadata": {"name": "n1"}, "spec": {"unschedulable": true, "taints": [{"key": "a", "effect": "NoSchedule"}]},
             "status": {"images": [{"names": ["registry.example/a:1"], "sizeBytes": 1}]}}
            """,
            Node.class);
    assertThat(node.getStatus()).isNull();
    assertThat(node.getAdditionalProperties()).isEmpty();
    assertThat(node.getSpec().getUnschedulable()).isTrue();
    assertThat(node.getSpec().getTaints()).hasSize(1);
  }
}
