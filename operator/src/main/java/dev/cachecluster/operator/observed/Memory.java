package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Passwords;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.pki.KeyPairPem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the operator remembers of one cluster between passes, in memory only. All of it is a hint
 * that makes decisions later, never earlier: an operator that has just started remembers its start.
 * Not thread-safe; the passes of one cluster never overlap.
 */
public final class Memory {
  /** Passes come every few seconds, at the slowest. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private final Instant begin;
  private final Map<String, Instant> lastSeen = new HashMap<>();
  private final Map<String, Boolean> plaintextClosed = new HashMap<>();
  private Optional<Passwords> accepted = Optional.empty();
  private final Map<String, Set<String>> trusts = new HashMap<>();
  private final Map<String, Boolean> proofs = new HashMap<>();
  private final Map<String, KeyPairPem> probes = new HashMap<>();
  private final Map<UserKey, ObservedBinding.Standing> published = new HashMap<>();
  private Optional<Instant> lastLook = Optional.empty();
  private Optional<OfferReading.Look> offer = Optional.empty();
  private Optional<Reading> reading = Optional.empty();
  private Optional<StorageReading.Look> storage = Optional.empty();

  /** What was made of the API's objects, and with which passwords known. */
  record Reading(ApiView view, Optional<Passwords> accepted) {}

  public Memory(Instant begin) {
    this.begin = begin;
  }

  /**
   * The passwords that a server accepted. They hold against whatever somebody makes of their
   * Secret: servers would know the new ones only after a restart.
   */
  Optional<Passwords> accepted() {
    return accepted;
  }

  /** What was made of these very objects before: they are replaced, and never changed in place. */
  Optional<ApiView> read(Map<ObjectKey, HasMetadata> children, Map<String, Pod> pods) {
    return reading
        .filter(last -> last.accepted().equals(accepted))
        .map(Reading::view)
        .filter(view -> areThese(view.children(), children) && areThese(view.pods(), pods));
  }

  private static <K> boolean areThese(Map<K, ?> before, Map<K, ?> now) {
    return before.size() == now.size()
        && now.entrySet().stream().allMatch(each -> before.get(each.getKey()) == each.getValue());
  }

  void read(ApiView view) {
    reading = Optional.of(new Reading(view, accepted));
  }

  void accepted(Passwords passwords) {
    accepted = Optional.of(passwords);
  }

  /** What was read last of somebody else's certificate. */
  Optional<OfferReading.Look> offer() {
    return offer;
  }

  void offer(OfferReading.Look look) {
    offer = Optional.of(look);
  }

  /** What was read last of classes and volumes. */
  Optional<StorageReading.Look> storage() {
    return storage;
  }

  void storage(StorageReading.Look look) {
    storage = Optional.of(look);
  }

  void heard(String member, Instant at) {
    lastSeen.put(member, at);
  }

  Instant lastSeen(String member) {
    return lastSeen.getOrDefault(member, begin);
  }

  /**
   * The verdict on a process, which holds as long as the process lives: the port is set at its
   * start.
   */
  Optional<Boolean> plaintextClosed(String runId) {
    return Optional.ofNullable(plaintextClosed.get(runId));
  }

  void plaintextClosed(String runId, boolean closed) {
    bound(plaintextClosed);
    plaintextClosed.put(runId, closed);
  }

  /** The authorities that a process was last known to trust; none if that is not remembered. */
  Set<String> trusts(String runId) {
    return trusts.getOrDefault(runId, Set.of());
  }

  void trusts(String runId, Set<String> fingerprints) {
    bound(trusts);
    trusts.put(runId, Set.copyOf(fingerprints));
  }

  boolean isProven(String what) {
    return proofs.containsKey(what);
  }

  void proven(String what) {
    bound(proofs);
    proofs.put(what, true);
  }

  /** The client certificate that is shown to find out who trusts this authority. */
  Optional<KeyPairPem> probe(String authority) {
    return Optional.ofNullable(probes.get(authority));
  }

  void probe(String authority, KeyPairPem pair) {
    probes.clear();
    probes.put(authority, pair);
  }

  /**
   * For how long each binding has been seen to say the same. It is added up from look to look, and
   * a look adds only so much, so that a clock that jumps shortens nothing.
   */
  Map<UserKey, ObservedBinding> bindings(
      Map<UserKey, Optional<StandingBinding>> seen, Set<UserKey> wanted, Instant now) {
    var step = Duration.between(lastLook.orElse(now), now);
    var added = step.isNegative() ? Duration.ZERO : step.compareTo(LONGEST) > 0 ? LONGEST : step;
    lastLook = Optional.of(now);
    published.keySet().retainAll(wanted);
    var bindings = new TreeMap<UserKey, ObservedBinding>();
    for (var user : wanted) {
      var standing = seen.get(user);
      if (standing == null) {
        published.remove(user);
        bindings.put(user, new ObservedBinding.Unseen());
      } else if (standing.isEmpty()) {
        published.remove(user);
        bindings.put(user, new ObservedBinding.Absent());
      } else {
        var content = standing.get();
        var before = Optional.ofNullable(published.get(user));
        var since =
            before
                .filter(known -> known.content().equals(content))
                .map(known -> known.publishedFor().plus(added))
                .orElse(Duration.ZERO);
        var binding = new ObservedBinding.Standing(content, since);
        published.put(user, binding);
        bindings.put(user, binding);
      }
    }
    return bindings;
  }

  private static void bound(Map<?, ?> map) {
    if (map.size() > 64) {
      map.clear();
    }
  }
}
