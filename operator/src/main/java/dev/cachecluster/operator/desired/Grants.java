package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.api.v1alpha1.Durations;
import dev.cachecluster.api.v1alpha1.KeyPatterns;
import dev.cachecluster.operator.acl.AclUser;
import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.Category;
import dev.cachecluster.operator.acl.Rights;
import dev.cachecluster.operator.acl.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The grants of a cluster, parted into those that are carried out and those that cannot be beside
 * them.
 *
 * @param admitted those that are carried out
 * @param refused why the others are not
 * @param spared users whose record is missing, though they stand
 * @param orphaned users whose record stands, though they are gone
 */
public record Grants(
    List<Grant> admitted,
    Map<UserKey, String> refused,
    Set<UserKey> spared,
    Set<UserKey> orphaned) {
  /**
   * A changed Secret is in every pod by then: the kubelet looks once a minute, and may take half a
   * minute more to see the change.
   */
  public static final Duration PUBLISHED = Duration.ofMinutes(2);

  public static final Grants NONE = new Grants(List.of(), Map.of(), Set.of(), Set.of());

  public Grants {
    admitted = List.copyOf(admitted);
    refused = Map.copyOf(refused);
    spared = Set.copyOf(spared);
    orphaned = Set.copyOf(orphaned);
  }

  /**
   * Parts them. Keys and channels of one namespace are never another's; who was published first
   * keeps what it has. Two that are new at one moment are put in the order of their names.
   */
  public static Grants of(Collection<Grant> all, Set<UserKey> spared, Set<UserKey> orphaned) {
    var ordered =
        all.stream()
            .filter(grant -> !orphaned.contains(grant.user()))
            .sorted(
                Comparator.comparing((Grant grant) -> grant.publishedAt().orElse(Instant.MAX))
                    .thenComparing(Grant::user))
            .toList();
    boolean shared = shared(ordered);
    var admitted = new ArrayList<Grant>();
    var taken = new HashMap<UserKey, List<KeyPatterns>>();
    var refused = new HashMap<UserKey, String>();
    for (var grant : ordered) {
      var own = List.of(keys(grant.spec()), channels(grant.spec()));
      var problem =
          shared
              ? taken.entrySet().stream()
                  .filter(other -> !other.getKey().namespace().equals(grant.user().namespace()))
                  .flatMap(other -> overlap(own, other.getValue(), other.getKey()).stream())
                  .findFirst()
                  .or(() -> rights(grant.spec()).problemIfShared())
              : Optional.<String>empty();
      if (problem.isPresent()) {
        refused.put(grant.user(), problem.get());
      } else {
        admitted.add(grant);
        taken.put(grant.user(), own);
      }
    }
    return new Grants(admitted, refused, spared, orphaned);
  }

  private static Optional<String> overlap(
      List<KeyPatterns> own, List<KeyPatterns> others, UserKey who) {
    for (int i = 0; i < own.size(); i++) {
      var field = i == 0 ? "spec.keys" : "spec.channels";
      var both = own.get(i).overlap(others.get(i));
      if (both.isPresent()) {
        return Optional.of(
            field
                + ": "
                + both.get().mine()
                + " overlaps with what namespace "
                + who.namespace()
                + " was granted before; choose patterns of your own");
      }
    }
    return Optional.empty();
  }

  /**
   * How long applications may take until they use what was published, the slowest of them: as long
   * as their old credentials work after a rotation, and never less than a kubelet takes.
   */
  public static Duration longestGrace(Collection<Grant> all) {
    return all.stream()
        .flatMap(grant -> Durations.parse(grant.spec().rotation().grace()).stream())
        .max(Comparator.naturalOrder())
        .filter(grace -> grace.compareTo(PUBLISHED) > 0)
        .orElse(PUBLISHED);
  }

  /** The patterns of keys that a spec asks for. */
  public static KeyPatterns keys(CacheUserSpec spec) {
    return KeyPatterns.of(spec.keyPatterns());
  }

  /** The patterns of channels that a spec asks for. */
  public static KeyPatterns channels(CacheUserSpec spec) {
    return KeyPatterns.of(spec.channelPatterns());
  }

  /** Whoever has access, those whose record is missing for a moment included. */
  public Set<UserKey> carried() {
    var users = new HashSet<>(spared);
    admitted.forEach(grant -> users.add(grant.user()));
    return users;
  }

  /** Whether more than one namespace has keys here. */
  boolean shared() {
    return shared(admitted);
  }

  /** Who has no keys, as an exporter of metrics, is no tenant. */
  private static boolean shared(List<Grant> grants) {
    return grants.stream()
            .filter(grant -> !grant.spec().keyPatterns().isEmpty())
            .map(grant -> grant.user().namespace())
            .distinct()
            .count()
        > 1;
  }

  /** The server users of all that is carried out. */
  List<AclUser> users() {
    boolean shared = shared();
    var users = new ArrayList<AclUser>();
    for (var grant : admitted) {
      var rights = rights(grant.spec());
      grant
          .passwords()
          .forEach(
              (slot, password) ->
                  users.add(
                      rights.user(
                          grant.user().serverUser(slot), Credentials.password(password), shared)));
    }
    return users;
  }

  private static Rights rights(CacheUserSpec spec) {
    return new Rights(spec.keyPatterns(), spec.channelPatterns(), role(spec));
  }

  private static Role role(CacheUserSpec spec) {
    return switch (spec.access().type()) {
      case READ_ONLY -> new Role.ReadOnly();
      case READ_WRITE -> new Role.ReadWrite();
      case METRICS -> new Role.Metrics();
      case CUSTOM -> {
        var categories = new HashSet<Category>();
        var custom = spec.access().custom();
        if (custom != null) {
          custom
              .categories()
              .forEach(each -> Category.of(each.engineName()).ifPresent(categories::add));
        }
        yield new Role.Custom(categories);
      }
    };
  }
}
