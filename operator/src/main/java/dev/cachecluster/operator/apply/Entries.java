package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Texts as a Secret of a cluster holds them. */
final class Entries {
  private Entries() {}

  static Secret secret(Names names, String name, Map<String, String> entries) {
    var data = new LinkedHashMap<String, String>();
    entries.forEach((key, value) -> data.put(key, encoded(value)));
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withType("Opaque")
        .withData(data)
        .build();
  }

  static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
