package dev.cachecluster.operator.status;

import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the list of conditions; the time of a condition's last change is kept where it did not
 * change.
 */
final class Conditions {
  private final List<Condition> previous;
  private final long generation;
  private final Instant now;
  private final List<Condition> built = new ArrayList<>();

  Conditions(@Nullable List<Condition> previous, long generation, Instant now) {
    this.previous = previous == null ? List.of() : previous;
    this.generation = generation;
    this.now = now;
  }

  Conditions set(String type, boolean holds, Reason reason, String message) {
    return put(type, holds ? "True" : "False", reason, message);
  }

  Conditions unknown(String type, Reason reason, String message) {
    return put(type, "Unknown", reason, message);
  }

  private Conditions put(String type, String status, Reason reason, String message) {
    var since =
        previous.stream()
            .filter(old -> type.equals(old.getType()) && Objects.equals(old.getStatus(), status))
            .map(Condition::getLastTransitionTime)
            .findFirst()
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    built.add(
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason.text())
            .withMessage(message)
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build());
    return this;
  }

  List<Condition> build() {
    return List.copyOf(built);
  }
}
