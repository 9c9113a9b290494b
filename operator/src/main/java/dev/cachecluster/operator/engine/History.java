package dev.cachecluster.operator.engine;

/**
 * A server's replication history: where it stands, and where it branched from an older one.
 *
 * @param replid the history it writes or follows now
 * @param offset how far it has come in it
 * @param replid2 the history it came from at its last promotion; all zeros if none
 * @param replid2Offset the first offset that is no longer shared with {@code replid2}; -1 if none
 */
public record History(String replid, long offset, String replid2, long replid2Offset) {

  /**
   * Whether this history continues the recorded lineage: either it is that history, or it branched
   * from it at or after the recorded point. A member that left the lineage before that point has
   * lost writes of it and does not join.
   *
   * @param lineageReplid history of the last known primary
   * @param lineageOffset how far that primary was known to have come when it was recorded
   */
  public boolean joins(String lineageReplid, long lineageOffset) {
    return isProper(lineageReplid)
        && (replid.equals(lineageReplid)
            || (replid2.equals(lineageReplid) && lineageOffset < replid2Offset));
  }

  /**
   * Whether everything in this history is also in the leader's, so that following it loses nothing.
   * If this is false, following costs what was written here since the two parted.
   */
  public boolean isPrefixOf(History leader) {
    return isProper(replid)
        && ((replid.equals(leader.replid) && offset <= leader.offset)
            || (replid.equals(leader.replid2) && offset < leader.replid2Offset));
  }

  private static boolean isProper(String replid) {
    return replid.chars().anyMatch(c -> c != '0');
  }
}
