package dev.cachecluster.operator.observed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.EngineImages;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What must outlive operator and status, as it lies in a ConfigMap: the lineage, the last good
 * spec, and the image that was chosen for it.
 */
public record StateRecord(
    Optional<Lineage> lineage, Optional<CacheClusterSpec> spec, Optional<String> image) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LINEAGE = "lineage";
  private static final String SPEC = "spec";
  private static final String IMAGE = "image";

  /**
   * The image for a spec: the one that was chosen for its engine before, so that a newer operator
   * with a newer table moves nobody; else what the table says now.
   */
  public Optional<String> imageFor(CacheClusterSpec wanted, EngineImages table) {
    return spec.filter(standing -> standing.engine().equals(wanted.engine()))
        .flatMap(_ -> image)
        .or(() -> table.imageFor(wanted.engine()));
  }

  /** Reads it. A record that cannot be read is an error: it is never taken for none. */
  public static StateRecord read(Optional<HasMetadata> object) {
    if (object.isEmpty() || !(object.get() instanceof ConfigMap map) || map.getData() == null) {
      return new StateRecord(Optional.empty(), Optional.empty(), Optional.empty());
    }
    return new StateRecord(
        parse(map, LINEAGE, Lineage.class),
        parse(map, SPEC, CacheClusterSpec.class),
        Optional.ofNullable(map.getData().get(IMAGE)));
  }

  private static <T> Optional<T> parse(ConfigMap map, String key, Class<T> type) {
    var text = map.getData().get(key);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(text, type));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "ConfigMap "
              + map.getMetadata().getName()
              + ", key "
              + key
              + " cannot be read: "
              + e.getOriginalMessage(),
          e);
    }
  }

  public ConfigMap toConfigMap(Names names) {
    var data = new TreeMap<String, String>();
    lineage.ifPresent(line -> data.put(LINEAGE, Serialization.asJson(line)));
    spec.ifPresent(good -> data.put(SPEC, Serialization.asJson(good)));
    image.ifPresent(chosen -> data.put(IMAGE, chosen));
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(names.stateConfigMap())
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withData(data)
        .build();
  }
}
