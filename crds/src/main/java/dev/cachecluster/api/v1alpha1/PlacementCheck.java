package dev.cachecluster.api.v1alpha1;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of {@link SpecCheck} that looks at {@code spec.placement}. */
final class PlacementCheck {
  private static final Set<String> OPERATORS = Set.of("Equal", "Exists");
  private static final Set<String> EFFECTS = Set.of("NoExecute", "NoSchedule", "PreferNoSchedule");
  private static final Set<String> WHEN = Set.of("DoNotSchedule", "ScheduleAnyway");

  private final ProblemList problems;

  PlacementCheck(ProblemList problems) {
    this.problems = problems;
  }

  void check(PlacementSpec placement) {
    labels("spec.placement.nodeSelector", placement.nodeSelector());
    labels("spec.placement.podLabels", placement.podLabels());
    unreserved("spec.placement.podLabels", placement.podLabels(), Labels.RESERVED_LABEL);
    annotations(placement.podAnnotations());
    tolerations(placement.tolerations());
    spread(placement.topologySpread());
    String priority = placement.priorityClassName();
    problems.require(
        "spec.placement.priorityClassName",
        priority == null || priority.matches(Labels.OBJECT_NAME),
        PlacementSpec.PRIORITY_MESSAGE);
  }

  private void labels(String field, @Nullable Map<String, String> labels) {
    if (labels == null) {
      return;
    }
    problems.atMost(field, labels.size(), PlacementSpec.MAX_ENTRIES);
    labels.forEach(
        (key, value) ->
            problems.require(
                field,
                key.matches(Labels.KEY) && value != null && value.matches(Labels.VALUE),
                named(field, key, "") + Labels.LABEL_FORM));
  }

  private void annotations(@Nullable Map<String, String> annotations) {
    if (annotations == null) {
      return;
    }
    String field = "spec.placement.podAnnotations";
    problems.atMost(field, annotations.size(), PlacementSpec.MAX_ENTRIES);
    annotations.forEach(
        (key, value) -> {
          problems.require(
              field, key.matches(Labels.KEY), named(field, key, "") + Labels.ANNOTATION_FORM);
          problems.require(
              field,
              value != null && characters(value) <= PlacementSpec.MAX_ANNOTATION_LENGTH,
              named(field, key, ": a key") + ": the value must have at most 1024 characters");
        });
    unreserved(field, annotations, Labels.RESERVED_ANNOTATION);
  }

  private void unreserved(String field, @Nullable Map<String, String> keyed, String reserved) {
    if (keyed == null) {
      return;
    }
    for (String key : keyed.keySet()) {
      problems.require(
          field, !key.matches(reserved), named(field, key, ": a key") + Labels.RESERVED);
    }
  }

  private void tolerations(@Nullable List<TolerationSpec> tolerations) {
    if (tolerations == null) {
      return;
    }
    problems.atMost("spec.placement.tolerations", tolerations.size(), PlacementSpec.MAX_ENTRIES);
    for (int i = 0; i < tolerations.size(); i++) {
      toleration("spec.placement.tolerations[" + i + "]", tolerations.get(i));
    }
  }

  private void toleration(String field, @Nullable TolerationSpec toleration) {
    if (toleration == null) {
      problems.add(field, field + " is empty: remove it");
      return;
    }
    String key = toleration.key();
    problems.require(
        field + ".key", key != null && key.matches(Labels.KEY), TolerationSpec.KEY_MESSAGE);
    problems.require(
        field + ".key",
        key == null || !key.matches(Labels.CONTROL_PLANE_TAINT),
        TolerationSpec.CONTROL_PLANE_MESSAGE);
    problems.oneOf(field + ".operator", toleration.operator(), OPERATORS);
    problems.oneOf(field + ".effect", toleration.effect(), EFFECTS);
    String value = toleration.value();
    problems.require(
        field + ".value",
        value == null || value.matches(Labels.VALUE),
        TolerationSpec.VALUE_MESSAGE);
    problems.require(
        field + ".value",
        !"Exists".equals(toleration.operator()) || value == null || value.isEmpty(),
        TolerationSpec.EXISTS_MESSAGE);
    Long seconds = toleration.tolerationSeconds();
    problems.require(
        field + ".tolerationSeconds",
        seconds == null || "NoExecute".equals(toleration.effect()),
        TolerationSpec.SECONDS_MESSAGE);
    problems.require(
        field + ".tolerationSeconds",
        seconds == null || (seconds >= 0 && seconds <= TolerationSpec.MAX_SECONDS),
        field + ".tolerationSeconds must be from 0 to " + TolerationSpec.MAX_SECONDS);
  }

  private void spread(@Nullable TopologySpreadSpec spread) {
    if (spread == null) {
      return;
    }
    problems.require(
        "spec.placement.topologySpread.topologyKey",
        spread.topologyKey().matches(Labels.KEY),
        TopologySpreadSpec.KEY_MESSAGE);
    problems.oneOf(
        "spec.placement.topologySpread.whenUnsatisfiable", spread.whenUnsatisfiable(), WHEN);
  }

  /** As the API server counts them. */
  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String named(String field, String key, String otherwise) {
    return field + (Labels.isPrintable(key) ? ": " + key : otherwise);
  }
}
