package dev.cachecluster.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;

/** The schema of meta/v1 Condition as Kubernetes itself publishes it, in fewer words. */
final class ConditionSchema {
  private ConditionSchema() {}

  static void complete(JSONSchemaProps condition) {
    condition.setDescription("One thing that was proven, or not.");
    condition.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));

    JSONSchemaProps type = CrdShape.property(condition, "type");
    type.setDescription("What this condition speaks of, for example Ready.");
    type.setMaxLength(316L);

    JSONSchemaProps status = CrdShape.property(condition, "status");
    status.setDescription("True, False or Unknown.");
    status.setEnum(CrdShape.texts("False", "True", "Unknown"));

    JSONSchemaProps reason = CrdShape.property(condition, "reason");
    reason.setDescription("Why, as one word of a closed list, for programs.");
    reason.setMinLength(1L);
    reason.setMaxLength(1024L);
    reason.setPattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");

    JSONSchemaProps message = CrdShape.property(condition, "message");
    message.setDescription("Why, for people.");
    message.setMaxLength(32768L);

    JSONSchemaProps observedGeneration = CrdShape.property(condition, "observedGeneration");
    observedGeneration.setDescription("The generation of the spec that was looked at.");
    observedGeneration.setFormat("int64");
    observedGeneration.setMinimum(0.0);

    JSONSchemaProps lastTransitionTime = CrdShape.property(condition, "lastTransitionTime");
    lastTransitionTime.setDescription("When the status last changed.");
    lastTransitionTime.setFormat("date-time");
  }
}
