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
 * @param fenced whether everybody who may lead by this record is known to have a closed fence: it
 *     is written false before a fence is opened, and true only after it was seen closed, so that
 *     silence is taken for a proof only where a fence stood behind it
 * @param begun whether the line began here, with no data anywhere else, and was followed by nobody
 *     yet: the engine gives such a history a new name when its first replica comes
 */
public record Lineage(
    long term,
    String primary,
    String replid,
    long offset,
    String previousReplid,
    long forkOffset,
    boolean fenced,
    boolean begun) {

  /** The first record of a shard, or the first after all its data was lost. */
  public static Lineage begin(long term, String primary, History history, boolean fenced) {
    return new Lineage(term, primary, history.replid(), history.offset(), "", -1, fenced, true);
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

  /**
   * The record for the next leader, who continues the same history until it has led.
   *
   * @param closed whether its fence is closed before it leads; the old leader's must be, too
   */
  public Lineage handTo(String member, History history, boolean closed) {
    return new Lineage(
        term + 1,
        member,
        history.replid(),
        history.offset(),
        previousReplid,
        forkOffset,
        fenced && closed,
        false);
  }

  /** The same line, once somebody follows its primary: its name is final until the next leader. */
  public Lineage followed() {
    return new Lineage(term, primary, replid, offset, previousReplid, forkOffset, fenced, false);
  }

  /** The same line, with another word on the fence of who leads it. */
  public Lineage withFence(boolean closed) {
    return new Lineage(term, primary, replid, offset, previousReplid, forkOffset, closed, begun);
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
        branched ? history.replid2Offset() - 1 : -1,
        fenced,
        begun);
  }
}
