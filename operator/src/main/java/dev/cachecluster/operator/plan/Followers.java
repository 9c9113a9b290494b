package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who follows the primary of a cache that keeps its data. It is recorded, since a volume of one
 * that was away holds what was true when it left: only who followed to the end may lead if the
 * primary's own volume is lost.
 */
final class Followers {
  /** A member that is silent for less than this is taken for what it was. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ObservedState world;
  private final String primaryHost;

  Followers(ObservedState world, String primaryHost) {
    this.world = world;
    this.primaryHost = primaryHost;
  }

  Set<String> of(Lineage line) {
    var following = new TreeSet<String>();
    for (var member : world.members()) {
      boolean before = line.followers().contains(member.name());
      if (member.streamsFrom(primaryHost) || (before && isMomentarilySilent(member))) {
        following.add(member.name());
      }
    }
    return following;
  }

  private boolean isMomentarilySilent(ObservedMember member) {
    var seen = world.lastSeen().getOrDefault(member.name(), world.now());
    return !member.ended() && member.view().isEmpty() && world.now().isBefore(seen.plus(GRACE));
  }
}
