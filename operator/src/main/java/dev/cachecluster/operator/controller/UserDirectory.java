package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.StandingBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Which CacheUsers there are. Thread-safe. */
public final class UserDirectory {
  /** How long the users of a vanished record are left alone. */
  private static final Duration RESTORED = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<Names, Map<UserKey, Instant>> lastSeen = new ConcurrentHashMap<>();
  private final Set<UserKey> withdrawn = ConcurrentHashMap.newKeySet();
  private final Map<UserKey, Optional<StandingBinding>> bindings = new ConcurrentHashMap<>();
  private volatile Supplier<Stream<CacheUser>> cache = Stream::empty;

  public UserDirectory(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Where the framework keeps them. */
  void readFrom(Supplier<Stream<CacheUser>> users) {
    cache = users;
  }

  Stream<CacheUser> all() {
    return cache.get();
  }

  /** The users that ask for a cluster. */
  List<CacheUser> of(Names cluster) {
    return all().filter(user -> cluster.equals(clusterOf(user).orElse(null))).toList();
  }

  static UserKey key(CacheUser user) {
    return new UserKey(user.getMetadata().getNamespace(), user.getMetadata().getName());
  }

  /** The cluster that a user asks for; empty if its spec cannot say. */
  static Optional<Names> clusterOf(CacheUser user) {
    var spec = user.getSpec();
    return spec == null || spec.clusterRef() == null || spec.clusterRef().name() == null
        ? Optional.empty()
        : Optional.of(
            new Names(
                spec.clusterRef().namespaceFor(user.getMetadata().getNamespace()),
                spec.clusterRef().name()));
  }

  /**
   * The grants of a cluster, beside the users that stand. That a user is gone is never taken from a
   * cache.
   */
  Grants grants(Names cluster, List<Grant> grants) {
    var standing = new HashMap<UserKey, CacheUser>();
    of(cluster).forEach(user -> standing.put(key(user), user));
    var orphaned = new HashSet<UserKey>();
    for (var grant : grants) {
      if (!standing.containsKey(grant.user()) && !exists(grant.user())) {
        orphaned.add(grant.user());
      }
    }
    return Grants.of(grants, spared(cluster, standing, grants), orphaned);
  }

  /**
   * Whose record vanished, a moment ago or while no operator ran, though nobody withdrew it: their
   * own pass makes it anew, and nobody is locked out meanwhile.
   */
  private Set<UserKey> spared(Names cluster, Map<UserKey, CacheUser> standing, List<Grant> grants) {
    var now = clock.instant();
    var seen = lastSeen.computeIfAbsent(cluster, _ -> new ConcurrentHashMap<>());
    seen.values().removeIf(at -> at.plus(RESTORED).isBefore(now));
    grants.forEach(grant -> seen.put(grant.user(), now));
    var spared = new HashSet<>(seen.keySet());
    standing.forEach(
        (user, object) -> {
          if (object.getStatus() != null && object.getStatus().username() != null) {
            spared.add(user);
          }
        });
    grants.forEach(grant -> spared.remove(grant.user()));
    spared.removeAll(withdrawn);
    spared.removeIf(
        user ->
            Optional.ofNullable(standing.get(user))
                .filter(each -> each.getMetadata().getDeletionTimestamp() == null)
                .isEmpty());
    return spared;
  }

  /** Its record is about to go, and with it its access. */
  void withdrawn(UserKey user) {
    withdrawn.add(user);
  }

  /** Its record is about to be made. */
  void granted(UserKey user) {
    withdrawn.remove(user);
  }

  /** What a user's own pass saw of its binding. */
  void sawBinding(UserKey user, Optional<StandingBinding> binding) {
    bindings.put(user, binding);
  }

  /** What is known of the bindings of these; of one that was not looked at, nothing. */
  Map<UserKey, Optional<StandingBinding>> bindings(Set<UserKey> users) {
    var known = new HashMap<UserKey, Optional<StandingBinding>>();
    for (var user : users) {
      var binding = bindings.get(user);
      if (binding != null) {
        known.put(user, binding);
      }
    }
    return known;
  }

  /** A user that is gone has no binding. */
  void forgetBinding(UserKey user) {
    bindings.remove(user);
  }

  private boolean exists(UserKey user) {
    return client
            .resources(CacheUser.class)
            .inNamespace(user.namespace())
            .withName(user.name())
            .get()
        != null;
  }
}
