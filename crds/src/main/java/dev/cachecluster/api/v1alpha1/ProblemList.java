package dev.cachecluster.api.v1alpha1;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the checks of one object found so far. */
final class ProblemList {
  private final List<SpecProblem> problems = new ArrayList<>();

  List<SpecProblem> all() {
    return List.copyOf(problems);
  }

  void add(String field, String message) {
    problems.add(new SpecProblem(field, message));
  }

  void require(String field, boolean fulfilled, String message) {
    if (!fulfilled) {
      add(field, message);
    }
  }

  boolean present(String field, @Nullable Object value) {
    require(field, value != null, field + " is required: set it");
    return value != null;
  }

  void matches(String field, @Nullable String value, String pattern, String message) {
    require(field, value != null && value.matches(pattern), message);
  }

  void oneOf(String field, @Nullable String value, Set<String> allowed) {
    require(
        field,
        value == null || allowed.contains(value),
        field + " must be one of " + String.join(", ", allowed.stream().sorted().toList()));
  }

  void atMost(String field, int size, int most) {
    require(field, size <= most, field + " has more than " + most + " entries: remove some");
  }

  /** What the CRD says by {@code x-kubernetes-list-type: set}. */
  void distinct(String field, Collection<?> values) {
    boolean distinct = values.stream().distinct().count() == values.size();
    require(field, distinct, field + " names an entry twice: name it once");
  }
}
