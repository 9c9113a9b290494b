package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who owns which field of one object: what makes server-side apply more than a merge. */
final class Ownership {
  /** By a manager's name and the subresource it wrote through. */
  private final Map<String, Set<List<String>>> owned = new HashMap<>();

  Ownership copy() {
    var copy = new Ownership();
    owned.forEach((manager, fields) -> copy.owned.put(manager, new HashSet<>(fields)));
    return copy;
  }

  /**
   * Merges an intent into the object. What this manager applied before and applies no longer goes,
   * unless somebody else owns it too.
   *
   * @return why it conflicts with what others own; empty if it was merged
   */
  Optional<String> apply(ObjectNode object, ObjectNode intent, String manager, boolean force) {
    var before = Fields.of(object);
    var wanted = Fields.of(intent);
    var conflicts = new TreeSet<String>();
    var takenFrom = new HashMap<String, Set<List<String>>>();
    wanted.forEach(
        (field, value) -> {
          if (!sameValue(value, before.get(field))) {
            others(manager, field)
                .forEach(
                    other -> {
                      conflicts.add("conflict with \"" + name(other) + "\": " + text(field));
                      takenFrom.computeIfAbsent(other, _ -> new HashSet<>()).add(field);
                    });
          }
        });
    if (!conflicts.isEmpty() && !force) {
      return Optional.of(
          "Apply failed with "
              + conflicts.size()
              + (conflicts.size() == 1 ? " conflict: " : " conflicts: ")
              + String.join(", ", conflicts));
    }
    takenFrom.forEach((other, fields) -> owned.get(other).removeAll(fields));
    var dropped = new LinkedHashSet<>(owned.getOrDefault(manager, Set.of()));
    dropped.removeAll(wanted.keySet());
    owned.put(manager, new HashSet<>(wanted.keySet()));
    Fields.merge(List.of(), object, intent);
    dropped.stream()
        .filter(field -> !ownedByAnybody(field))
        .forEach(field -> Fields.remove(object, field));
    owned.values().removeIf(Set::isEmpty);
    return Optional.empty();
  }

  /** A plain write: who changes a field owns it from then on, alone. */
  void updated(ObjectNode before, ObjectNode after, String manager) {
    var old = Fields.of(before);
    var now = Fields.of(after);
    var changed =
        now.entrySet().stream()
            .filter(
                field ->
                    !old.containsKey(field.getKey())
                        || !sameValue(field.getValue(), old.get(field.getKey())))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    owned
        .values()
        .forEach(
            fields -> fields.removeIf(field -> changed.contains(field) || !now.containsKey(field)));
    if (!changed.isEmpty()) {
      owned.computeIfAbsent(manager + "@update", _ -> new HashSet<>()).addAll(changed);
    }
    owned.values().removeIf(Set::isEmpty);
  }

  private Set<String> others(String manager, List<String> field) {
    return owned.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(manager) && entry.getValue().contains(field))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Owning a field keeps the item of a list in which it stands. */
  private boolean ownedByAnybody(List<String> field) {
    return owned.values().stream()
        .flatMap(Set::stream)
        .anyMatch(
            other -> other.size() >= field.size() && other.subList(0, field.size()).equals(field));
  }

  private static boolean sameValue(JsonNode wanted, @Nullable JsonNode standing) {
    return wanted.isMissingNode() || wanted.equals(standing);
  }

  private static String name(String manager) {
    return manager.replaceAll("@.*", "");
  }

  private static String text(List<String> field) {
    return field.stream()
        .map(step -> step.startsWith("[") ? step : "." + step)
        .collect(Collectors.joining());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ownership ownership && owned.equals(ownership.owned);
  }

  @Override
  public int hashCode() {
    return owned.hashCode();
  }
}
