package dev.cachecluster.operator.pki;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A party of {@link RotationWorld}: what it uses now, if it runs, and how far its clock is off. */
final class RotationRunner {
  record LeafCertificate(String issuerKeyId, Instant begin, Instant end) {}

  /** What a Secret, a volume or a process holds. */
  record Held(List<String> trusts, LeafCertificate leaf) {}

  final String name;
  final boolean server;
  final Duration clock;
  Optional<Held> secret = Optional.empty();
  Optional<Held> volume = Optional.empty();
  Optional<Held> process = Optional.empty();
  boolean reachable = true;
  Optional<Instant> behindSince = Optional.empty();

  RotationRunner(String name, boolean server, Duration clock) {
    this.name = name;
    this.server = server;
    this.clock = clock;
  }
}
