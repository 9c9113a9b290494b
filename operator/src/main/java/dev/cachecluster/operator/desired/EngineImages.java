package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.EngineSpec;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The table from type and version line to image, {@code engines.properties}. It is the only place
 * where an engine's image is chosen.
 */
public final class EngineImages {
  private final Map<String, String> table;

  /**
   * @param table keys of the form {@code Valkey.8.1}, values are image references
   */
  public EngineImages(Map<String, String> table) {
    this.table = Map.copyOf(table);
  }

  /** The image for the spec: its own where it names one, else the table's; empty if unknown. */
  public Optional<String> imageFor(EngineSpec engine) {
    var own = engine.image();
    if (own != null && !own.isBlank()) {
      return Optional.of(own);
    }
    return Optional.ofNullable(table.get(key(engine)));
  }

  /** What a message offers when a version is not in the table. */
  public String known() {
    return String.join(", ", new TreeMap<>(table).keySet())
        .replace(".", " ")
        .replaceAll("(\\d) (\\d)", "$1.$2");
  }

  private static String key(EngineSpec engine) {
    return switch (engine.type()) {
          case VALKEY -> "Valkey.";
          case REDIS -> "Redis.";
        }
        + engine.version();
  }
}
