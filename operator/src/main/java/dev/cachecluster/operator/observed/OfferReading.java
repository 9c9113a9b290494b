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
    boolean holds(ServerCertificate now, Instant moment) {
      var age = Duration.between(at, moment);
      return wanted.equals(now)
          && !age.isNegative()
          && age.compareTo(settled ? AT_REST : WAITING) < 0;
    }
  }

  /** What is offered, and what stands of the request for it. */
  record Seen(ForeignOffer offer, Optional<ObservedRequest> request) {}

  Seen of(ServerCertificate wanted, List<String> hosts, Set<String> own, Instant now) {
    var source = wanted.source();
    if (source.isEmpty()) {
      return new Seen(new ForeignOffer.Unasked(), Optional.empty());
    }
    var known = memory.offer().filter(look -> look.holds(wanted, now));
    var labelled = labelled(source.get());
    var data =
        labelled.or(
            () ->
                known.isPresent()
                    ? known.get().data()
                    : reader.liveSecret(source.get()).map(SecretFields::data));
    var request =
        known.isPresent()
            ? known.get().request()
            : wanted instanceof ServerCertificate.Requested(var asked, var _)
                ? Optional.of(reader.liveRequest(asked.getMetadata().getName()))
                : Optional.<ObservedRequest>empty();
    var offer =
        data.map(entries -> ForeignOffer.judge(entries, hosts, own, now, random))
            .orElseGet(ForeignOffer.Missing::new);
    memory.offer(
        new Look(
            wanted,
            known.map(Look::at).orElse(now),
            data,
            request,
            known.map(Look::settled).orElse(offer instanceof ForeignOffer.Accepted)));
    return new Seen(offer, request);
  }

  private Optional<Map<String, byte[]>> labelled(String name) {
    return reader.cached().stream()
        .filter(Secret.class::isInstance)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .map((HasMetadata object) -> SecretFields.data(object));
  }
}
