package dev.cachecluster.operator.observed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.TreeMap;

/** What must outlive operator and status, as it lies in a ConfigMap: the lineage and the last good spec. */
public record StateRecord(Optional<Lineage> lineage, Optional<CacheClusterSpec> spec) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LINEAGE = "lineage";
  private static final String SPEC = "spec";

  /** Reads it. A record that cannot be read is an error: it is never taken for none. */
  public static StateRecord read(Optional<HasMetadata> object) {
    if (object.isEmpty() || !(object.get() instanceof ConfigMap map) || map.getData() == null) {
      return new StateRecord(Optional.empty(), Optional.empty());
    }
    return new StateRecord(
        parse(map, LINEAGE, Lineage.class), parse(map, SPEC, CacheClusterSpec.class));
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
          "ConfigMap " + map.getMetadata().getName() + ", key " + key + " cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  public ConfigMap toConfigMap(Names names) {
    var data = new TreeMap<String, String>();
    lineage.ifPresent(line -> data.put(LINEAGE, Serialization.asJson(line)));
    spec.ifPresent(good -> data.put(SPEC, Serialization.asJson(good)));
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
