package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.engine.TlsEvidence;
import dev.cachecluster.operator.volume.Verdict;
import java.util.Optional;
import java.util.Set;

/**
 * A member: its place, and what is known of the process in it.
 *
 * @param name the member's name, which is its StatefulSet's
 * @param address where its server listens, once its pod has an address
 * @param process what is known of its process
 * @param tls what the handshake of the kept connection showed
 * @param plaintextClosed whether this very process was seen to refuse a connection without TLS
 * @param trusts fingerprints of the authorities whose clients this very process is known to accept
 * @param acceptsNext whether it let a client of the authority in that is to be the next; empty if
 *     there is none, or if it could not be tried
 * @param mark which line its data belongs to, by its own word
 */
public record ObservedMember(
    String name,
    Optional<ObservedPod> pod,
    Optional<MemberAddress> address,
    ProcessState process,
    Optional<TlsEvidence> tls,
    Optional<Boolean> plaintextClosed,
    Set<String> trusts,
    Optional<Boolean> acceptsNext,
    ObservedMark mark) {

  /** What is known of a process. Silence is not absence. */
  public sealed interface ProcessState {
    /** It answered in this pass. */
    record Answering(ServerView view) implements ProcessState {}

    /** Proven: no process of this member runs; a live read of the API said so. */
    record Ended(String why) implements ProcessState {}

    /** It gave no answer, and nothing proves that it is gone. */
    record Silent(Answer.Cause cause, String message) implements ProcessState {}

    /** It answered with an error. */
    record Refusing(String message) implements ProcessState {}
  }

  /** The server's own words, if it spoke. */
  public Optional<ServerView> view() {
    return process instanceof ProcessState.Answering(var view)
        ? Optional.of(view)
        : Optional.empty();
  }

  public boolean ended() {
    return process instanceof ProcessState.Ended;
  }

  public boolean isPrimary() {
    return view().map(view -> view.role() instanceof Role.Primary).orElse(false);
  }

  /** Whether it follows this host with a working link and all data. */
  public boolean streamsFrom(String host) {
    return view()
        .map(
            view ->
                !view.loading()
                    && view.role() instanceof Role.Replica replica
                    && replica.primaryHost().equals(host)
                    && replica.linkUp()
                    && !replica.syncing())
        .orElse(false);
  }

  /** Whether its server does not run, and its files were seen to be unreadable. */
  public boolean isUnreadable() {
    return ended() && pod.flatMap(ObservedPod::looked).filter(Verdict::isUnreadable).isPresent();
  }

  /** Why its node is about to lose it; empty if it stays. */
  public Optional<String> leaving() {
    return pod.flatMap(ObservedPod::leaving);
  }

  public boolean deleting() {
    return pod.map(ObservedPod::deleting).orElse(false);
  }
}
