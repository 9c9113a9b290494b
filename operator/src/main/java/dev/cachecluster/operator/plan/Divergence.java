package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.engine.LineMark;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import java.util.Optional;

/** What a member would lose by following: writes of its own that the leader does not have. */
final class Divergence {
  private Divergence() {}

  /**
   * Only one that holds keys and is not a piece of the leader's history loses anything. One that
   * read its data from an append-only file has forgotten the history; then the mark in its data
   * says whether it led, or had all of it copied to it.
   */
  static Optional<String> of(ObservedMember member, ServerView leader, Optional<Lineage> line) {
    var view = member.view().orElseThrow();
    if (view.keys() == 0 || view.history().isPrefixOf(leader.history())) {
      return Optional.empty();
    }
    var mark =
        member.mark().mark().filter(known -> line.filter(own -> isOf(own, known)).isPresent());
    if (mark.isPresent()) {
      return mark.get().primary().equals(member.name())
          ? Optional.of(
              "what it took last as the primary of term "
                  + mark.get().term()
                  + ", if that was not copied")
          : Optional.empty();
    }
    long fork = leader.history().replid2Offset();
    boolean parted = view.history().replid().equals(leader.history().replid2()) && fork > 0;
    return Optional.of(
        parted
            ? Math.max(0, view.history().offset() - fork + 1) + " bytes of its own writes"
            : "a history that is not the primary's, with " + view.keys() + " keys");
  }

  private static boolean isOf(Lineage line, LineMark mark) {
    return mark.line().equals(line.id()) && mark.term() <= line.term();
  }
}
