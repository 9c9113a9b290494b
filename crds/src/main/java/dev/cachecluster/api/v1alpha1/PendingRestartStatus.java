package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that wait for the next restart.
 *
 * @param reasons What waits.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PendingRestartStatus(@Nullable List<String> reasons) {
  public PendingRestartStatus {
    reasons = Copies.list(reasons);
  }
}
