package dev.cachecluster.operator.observed;

import java.util.Set;

/**
 * The TLS part of a binding that stands in the API.
 *
 * @param trusts fingerprints of the authorities in it
 * @param shows identifier of the key that signed the client certificate in it
 */
public record StandingBinding(Set<String> trusts, String shows) {
  public StandingBinding {
    trusts = Set.copyOf(trusts);
  }
}
