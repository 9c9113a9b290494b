package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.engine.History;

/**
 * The recorded line of a shard's data: who leads, and by which replication history a member shows
 * that it belongs to it. It is written before each promotion, so that after a crash nobody has to
 * guess who was meant to lead.
 *
 * @param term counts the leaders
 * @param primary the member that leads, or is about to
 * @param replid the history that a leader must continue
 * @param offset how far that history was known to reach when it was recorded
 * @param previousReplid the history that {@code replid} branched from; empty if none is known
 * @param forkOffset the last offset that the two share; -1 if none is known
 */
public record Lineage(
    long term, String primary, String replid, long offset, String previousReplid, long forkOffset) {

  /** The first record of a shard, or the first after all its data was lost. */
  public static Lineage begin(long term, String primary, History history) {
    return new Lineage(term, primary, history.replid(), history.offset(), "", -1);
  }

  /**
   * Whether a member with this history may lead: it continues the line, or stands on a piece of it.
   */
  public boolean covers(History history) {
    return history.joins(replid, offset) || isAncestor(history) || history.replid().equals(replid);
  }

  private boolean isAncestor(History history) {
    return !previousReplid.isEmpty()
        && history.replid().equals(previousReplid)
        && history.offset() <= forkOffset;
  }

  /** The record for the next leader, who continues the same history until it has led. */
  public Lineage handTo(String member, History history) {
    return new Lineage(
        term + 1, member, history.replid(), history.offset(), previousReplid, forkOffset);
  }

  /** The record once the leader's new history is known: a promotion always starts one. */
  public Lineage continuedBy(History history) {
    boolean branched = history.replid2Offset() > 0;
    return new Lineage(
        term,
        primary,
        history.replid(),
        branched ? history.replid2Offset() - 1 : 0,
        branched ? history.replid2() : "",
        branched ? history.replid2Offset() - 1 : -1);
  }
}
