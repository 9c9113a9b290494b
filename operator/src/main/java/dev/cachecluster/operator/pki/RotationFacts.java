package dev.cachecluster.operator.pki;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the rotation of an authority needs to know of the world.
 *
 * @param parties everybody who shows a leaf of the cluster's or checks one: each server, the
 *     operator, each binding. Who could not be asked is on the list, too, as {@link Party#unseen};
 *     who has no leaf yet is not: it gets one together with the bundle, and must not be waited for
 */
public record RotationFacts(Instant now, List<Party> parties) {
  public RotationFacts {
    parties = List.copyOf(parties);
  }

  /**
   * One party.
   *
   * @param name for messages, for example {@code server demo-0-1}
   * @param trusts fingerprints of the authorities that it accepts; empty if that is not known
   * @param shows identifier of the key that signed the leaf that it shows; empty if not known
   * @param publishedFor for a party that takes what is published in its own time: for how long
   *     these authorities and a leaf of this issuer have been published. A duration and not a
   *     moment, so that a clock that jumps shortens nothing; after a restart of the operator it
   *     counts from zero
   */
  public record Party(
      String name, Set<String> trusts, Optional<String> shows, Optional<Duration> publishedFor) {
    public Party {
      trusts = Set.copyOf(trusts);
    }

    /** The same, but of these nothing is said. */
    public Party without(Set<String> fingerprints) {
      return new Party(
          name,
          trusts.stream()
              .filter(print -> !fingerprints.contains(print))
              .collect(Collectors.toUnmodifiableSet()),
          shows,
          publishedFor);
    }

    /**
     * One that was seen to trust and to show: a server that took over the bundle, accepted a client
     * certificate of every authority in it, and showed its leaf in a handshake. A server that is
     * proven not to run counts by what it will start from.
     */
    public static Party seen(String name, Set<String> trusts, String shows) {
      return new Party(name, trusts, Optional.of(shows), Optional.empty());
    }

    /** One that reads what is published some time later, unseen: an application's binding. */
    public static Party published(
        String name, Set<String> trusts, String shows, Duration publishedFor) {
      return new Party(name, trusts, Optional.of(shows), Optional.of(publishedFor));
    }

    /** One of which nothing is known now. It is waited for. */
    public static Party unseen(String name) {
      return new Party(name, Set.of(), Optional.empty(), Optional.empty());
    }
  }
}
