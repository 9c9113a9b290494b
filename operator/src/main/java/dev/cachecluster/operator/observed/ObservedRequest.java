package dev.cachecluster.operator.observed;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands of a request to cert-manager. */
public sealed interface ObservedRequest {
  /** The API server knows no such kind: cert-manager is not installed. */
  record Unavailable() implements ObservedRequest {}

  /** The object, if there is one. */
  record Standing(Optional<HasMetadata> object) implements ObservedRequest {
    /** Why cert-manager has not issued, in its own words. */
    public Optional<String> complaint() {
      return object
          .filter(GenericKubernetesResource.class::isInstance)
          .map(GenericKubernetesResource.class::cast)
          .map(resource -> resource.<Object>get("status", "conditions"))
          .filter(List.class::isInstance)
          .flatMap(
              conditions ->
                  ((List<?>) conditions)
                      .stream()
                          .filter(Map.class::isInstance)
                          .map(condition -> (Map<?, ?>) condition)
                          .filter(condition -> "Ready".equals(condition.get("type")))
                          .filter(condition -> !"True".equals(condition.get("status")))
                          .map(condition -> String.valueOf(condition.get("message")))
                          .findFirst());
    }
  }
}
