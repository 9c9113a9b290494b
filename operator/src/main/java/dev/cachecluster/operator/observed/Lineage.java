package dev.cachecluster.operator.observed;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.engine.LineMark;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
 * @param id names the whole line in the marks of its members; empty for a cache that keeps nothing
 * @param followers members that have the data of the primary, as far as a replica has it; empty for
 *     a cache that keeps nothing. One that was away is not among them until it follows again: what
 *     lies on its volume is older
 */
public record Lineage(
    long term,
    String primary,
    String replid,
    long offset,
    String previousReplid,
    long forkOffset,
    boolean fenced,
    boolean begun,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String id,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Set<String> followers) {

  /** Null comes only from a record that an operator of an older version wrote. */
  public Lineage {
    id = id == null ? "" : id;
    followers =
        followers == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(followers));
  }

  /** The first record of a shard, or the first after all its data was lost. */
  public static Lineage begin(long term, String primary, History history, boolean fenced) {
    return new Lineage(
        term, primary, history.replid(), history.offset(), "", -1, fenced, true, "", Set.of());
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
        false,
        id,
        followers.stream().filter(other -> !other.equals(member)).collect(Collectors.toSet()));
  }

  /** The same line, once somebody follows its primary: its name is final until the next leader. */
  public Lineage followed() {
    return new Lineage(
        term, primary, replid, offset, previousReplid, forkOffset, fenced, false, id, followers);
  }

  /** The same line, with another word on the fence of who leads it. */
  public Lineage withFence(boolean closed) {
    return new Lineage(
        term, primary, replid, offset, previousReplid, forkOffset, closed, begun, id, followers);
  }

  /** The same line of a cache that keeps its data, followed by these. */
  public Lineage kept(Set<String> following) {
    return new Lineage(
        term,
        primary,
        replid,
        offset,
        previousReplid,
        forkOffset,
        fenced,
        begun,
        id.isEmpty() ? replid : id,
        following);
  }

  /** The line that a volume brought back, of which there is no record any more. */
  public static Lineage restored(LineMark mark, History history) {
    return new Lineage(
        mark.term(),
        mark.primary(),
        history.replid(),
        history.offset(),
        "",
        -1,
        false,
        false,
        mark.line(),
        Set.of());
  }

  /** What the data of this line's primary is to say of itself; empty if it is not kept. */
  public Optional<LineMark> mark() {
    return LineMark.of(id, term, primary);
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
        begun,
        id,
        followers);
  }
}
