package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.ClusterAccessSpec;
import dev.cachecluster.api.v1alpha1.KeyPatterns;
import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.acl.ServerUser;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.AccessList;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.ClusterReport;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.SecretFields;
import dev.cachecluster.operator.observed.UserFacts;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tells what a pass over a cluster saw of each of its users. */
public final class UserReport {
  private final DesiredState desired;
  private final ObservedState world;
  private final List<Grant> grants;
  private final Drift drift;
  private final Optional<Map<String, Integer>> sessions;

  private UserReport(
      DesiredState desired,
      ObservedState world,
      List<Grant> grants,
      Drift drift,
      Optional<Map<String, Integer>> sessions) {
    this.desired = desired;
    this.world = world;
    this.grants = grants;
    this.drift = drift;
    this.sessions = sessions;
  }

  /**
   * The report.
   *
   * @param grants all that lie in the API, those that are not carried out included
   * @param drift that looked at the objects before
   * @param sessions open sessions by server user, if they were asked for
   */
  public static ClusterReport of(
      DesiredState desired,
      CacheClusterSpec spec,
      ObservedState world,
      List<Grant> grants,
      Drift drift,
      Optional<Map<String, Integer>> sessions) {
    var report = new UserReport(desired, world, grants, drift, sessions);
    var keys = new HashMap<UserKey, KeyPatterns>();
    var channels = new HashMap<UserKey, KeyPatterns>();
    for (var grant : grants) {
      keys.put(grant.user(), Grants.keys(grant.spec()));
      channels.put(grant.user(), Grants.channels(grant.spec()));
    }
    return new ClusterReport(
        world.clusterUid(),
        spec.engine().type(),
        Objects.requireNonNullElse(spec.access(), ClusterAccessSpec.DEFAULTS),
        world.authority().map(_ -> world.trusted().text()),
        keys,
        channels,
        report.users());
  }

  private Map<UserKey, UserFacts> users() {
    var wanted = wanted();
    var serving = world.members().stream().filter(member -> !member.ended()).toList();
    var users = new HashMap<UserKey, UserFacts>();
    var known = new HashMap<UserKey, Grant>();
    grants.forEach(grant -> known.put(grant.user(), grant));
    var all = new TreeSet<>(known.keySet());
    serving.forEach(member -> all.addAll(listed(member)));
    for (var user : all) {
      users.put(user, facts(user, Optional.ofNullable(known.get(user)), wanted, serving));
    }
    return users;
  }

  private AclListing wanted() {
    return desired.accessList().map(AccessList::goal).orElse(AclListing.of(List.of()));
  }

  private static Set<UserKey> listed(ObservedMember member) {
    var users = new TreeSet<UserKey>();
    member
        .view()
        .ifPresent(
            view ->
                view.acl().users().keySet().stream()
                    .flatMap(name -> ServerUser.parse(name).stream())
                    .forEach(who -> users.add(new UserKey(who.namespace(), who.name()))));
    return users;
  }

  private UserFacts facts(
      UserKey user, Optional<Grant> grant, AclListing wanted, List<ObservedMember> serving) {
    var accepted = EnumSet.noneOf(Slot.class);
    var present = EnumSet.noneOf(Slot.class);
    var lacking = new TreeSet<String>();
    for (var slot : Slot.values()) {
      var name = user.serverUser(slot).serverName();
      var goal = wanted.users().get(name);
      var differing = new ArrayList<String>();
      for (var member : serving) {
        var listing = member.view().map(view -> view.acl());
        var standing = listing.map(list -> list.users().get(name));
        // Who cannot be asked may have it, and may lack it.
        if (listing.isEmpty() || standing.isPresent()) {
          present.add(slot);
        }
        boolean same =
            listing.isPresent()
                && Optional.ofNullable(goal)
                    .map(AclListing.Entry::digest)
                    .equals(standing.map(AclListing.Entry::digest));
        if (!same) {
          differing.add(member.name());
        }
      }
      if (goal != null && differing.isEmpty() && !serving.isEmpty()) {
        accepted.add(slot);
      }
      lacking.addAll(differing);
    }
    return new UserFacts(
        Optional.ofNullable(desired.grants().refused().get(user)),
        accepted,
        present,
        List.copyOf(lacking),
        sessions.map(all -> count(user, all)),
        grant.isPresent() && pathOpen(user),
        certificate(user));
  }

  private static Map<Slot, Integer> count(UserKey user, Map<String, Integer> all) {
    var counts = new EnumMap<Slot, Integer>(Slot.class);
    for (var slot : Slot.values()) {
      counts.put(slot, all.getOrDefault(user.serverUser(slot).serverName(), 0));
    }
    return Map.copyOf(counts);
  }

  private boolean pathOpen(UserKey user) {
    var name = desired.names().userPolicy(user);
    return desired.paths().stream()
        .filter(path -> path.getMetadata().getName().equals(name))
        .anyMatch(path -> drift.between(path, world.child(path)).isEmpty());
  }

  private Optional<KeyPairPem> certificate(UserKey user) {
    var secret =
        Optional.ofNullable(
            world.children().get(new ObjectKey("Secret", desired.names().userTlsSecret(user))));
    return SecretFields.text(secret, SecretFields.CERTIFICATE)
        .flatMap(
            certificate ->
                SecretFields.secret(secret, SecretFields.KEY)
                    .map(key -> new KeyPairPem(certificate, key)));
  }
}
