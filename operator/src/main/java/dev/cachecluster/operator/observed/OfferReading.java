package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.pki.ForeignOffer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what somebody else offers. A Secret with the operator's label stands in the informers'
 * caches; any other is read live, now and then.
 */
final class OfferReading {
  private static final Duration AT_REST = Duration.ofMinutes(1);
  private static final Duration WAITING = Duration.ofSeconds(2);

  private final ClusterReader reader;
  private final Memory memory;
  private final SecureRandom random;

  OfferReading(ClusterReader reader, Memory memory, SecureRandom random) {
    this.reader = reader;
    this.memory = memory;
    this.random = random;
  }

  /**
   * What was read last.
   *
   * @param settled whether it was good, so that there is no hurry
   */
  record Look(
      ServerCertificate wanted,
      Instant at,
      Optional<Map<String, byte[]>> data,
      Optional<ObservedRequest> request,
      boolean settled) {
    boolean holds(Instant moment) {
      var age = Duration.between(at, moment);
      return !age.isNegative() && age.compareTo(settled ? AT_REST : WAITING) < 0;
    }

    Look settled(boolean is) {
      return new Look(wanted, at, data, request, is);
    }
  }

  /** What is offered, and what stands of the request for it. */
  record Seen(ForeignOffer offer, Optional<ObservedRequest> request) {}

  Seen of(ServerCertificate wanted, List<String> hosts, Set<String> own, Instant now) {
    var source = wanted.source();
    if (source.isEmpty()) {
      return new Seen(new ForeignOffer.Unasked(), Optional.empty());
    }
    var look = look(wanted, source.get(), now);
    // One with the label is in the cache, and newer than what was read.
    var offer =
        labelled(source.get())
            .or(look::data)
            .map(entries -> ForeignOffer.judge(entries, hosts, own, now, random))
            .orElseGet(ForeignOffer.Missing::new);
    memory.offer(look.settled(offer instanceof ForeignOffer.Accepted));
    return new Seen(offer, look.request());
  }

  private Look look(ServerCertificate wanted, String source, Instant now) {
    var before = memory.offer().filter(look -> look.wanted().equals(wanted));
    if (before.filter(look -> look.holds(now)).isPresent()) {
      return before.get();
    }
    try {
      return new Look(
          wanted,
          now,
          labelled(source).or(() -> reader.liveSecret(source).map(SecretFields::data)),
          wanted instanceof ServerCertificate.Requested(var asked, var _)
              ? Optional.of(reader.liveRequest(asked.getMetadata().getName()))
              : Optional.empty(),
          false);
    } catch (RuntimeException noAnswer) {
      // The API server gave none: what stood a moment ago is what is known, and nothing waits.
      return before.orElseThrow(() -> noAnswer);
    }
  }

  private Optional<Map<String, byte[]>> labelled(String name) {
    return reader.cached().stream()
        .filter(Secret.class::isInstance)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .map((HasMetadata object) -> SecretFields.data(object));
  }
}
