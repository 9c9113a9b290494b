package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How much data the cache holds, and what it gives up when it is full.
 *
 * @param maxMemory The most memory that data may take in each server, from 16Mi to 1024Gi, in Mi,
 *     in Gi or as a plain number of bytes, in quotes. The container's memory limit is derived from
 *     it and is larger.
 * @param evictionPolicy What a full cache gives up. noeviction refuses writes instead.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MemorySpec(
    @Required
        @Size(max = 16)
        @ValidationRule(
            value =
                "self.matches('"
                    + MemorySpec.MAX_MEMORY_PATTERN
                    + "') && quantity(self).compareTo(quantity('16Mi')) >= 0"
                    + " && quantity(self).compareTo(quantity('1Ti')) <= 0",
            message = MemorySpec.MAX_MEMORY_MESSAGE)
        String maxMemory,
    @Default("allkeys-lfu") EvictionPolicy evictionPolicy) {

  static final String MAX_MEMORY_PATTERN = "^[1-9][0-9]{0,12}(Mi|Gi)?$";
  static final String MAX_MEMORY_MESSAGE =
      "spec.memory.maxMemory must be a whole number of Mi, Gi or bytes from 16Mi to 1024Gi, for"
          + " example 512Mi";

  private static final Pattern MAX_MEMORY = Pattern.compile("([1-9][0-9]{0,12})(Mi|Gi)?");
  private static final long MIN_BYTES = 16L << 20;
  private static final long MAX_BYTES = 1L << 40;

  /** Null comes only from JSON without the field that did not pass an API server. */
  public MemorySpec {
    if (evictionPolicy == null) {
      evictionPolicy = EvictionPolicy.ALLKEYS_LFU;
    }
  }

  /** {@link #maxMemory} in bytes; empty if it is not one the API allows. */
  public OptionalLong maxMemoryBytes() {
    var match = maxMemory == null ? null : MAX_MEMORY.matcher(maxMemory);
    if (match == null || !match.matches()) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(match.group(1));
    int shift = "Gi".equals(match.group(2)) ? 30 : "Mi".equals(match.group(2)) ? 20 : 0;
    boolean allowed = number <= MAX_BYTES >> shift && number << shift >= MIN_BYTES;
    return allowed ? OptionalLong.of(number << shift) : OptionalLong.empty();
  }
}
