package dev.cachecluster.operator.desired;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.api.v1alpha1.UserAccessType;
import java.util.List;

/**
 * What a client may know of its rights before it asks: {@code policy.json} of a binding. Readers
 * ignore fields that they do not know; {@code version} changes only when a field changes its
 * meaning.
 *
 * @param version of the form
 * @param access what was granted
 */
@JsonPropertyOrder({"version", "access"})
record ClientPolicy(int version, Access access) {
  static final String FILE = "policy.json";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Rights.
   *
   * @param type as in the spec of the CacheUser
   * @param keys patterns of keys, in the order of the spec; none with Metrics
   * @param channels patterns of channels
   */
  @JsonPropertyOrder({"type", "keys", "channels"})
  record Access(UserAccessType type, List<String> keys, List<String> channels) {}

  static ClientPolicy of(CacheUserSpec spec) {
    return new ClientPolicy(
        VERSION, new Access(spec.access().type(), spec.keyPatterns(), spec.channelPatterns()));
  }

  /** One line of JSON; the same policy is always the same text. */
  String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
