package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a CacheUser has been granted: the one record from which its server users, its binding and
 * its network path are made. It lies in a Secret of the cluster's namespace, out of the
 * application's reach, and every step of a rotation is one write of it.
 *
 * @param user whose it is
 * @param uid of the CacheUser; one that was deleted and made again is another
 * @param spec the last that passed all checks
 * @param passwords of the slots that servers shall know: one, or both during a rotation
 * @param published the slot whose credentials the binding holds, or shall hold
 * @param publishedAt since when; empty until servers accepted it for the first time
 * @param rotation what is under way
 * @param handled the tokens that were acted on
 */
public record Grant(
    UserKey user,
    String uid,
    CacheUserSpec spec,
    Map<Slot, Secret> passwords,
    Slot published,
    Optional<Instant> publishedAt,
    Rotation rotation,
    Tokens handled) {

  /** What a rotation has come to. */
  public sealed interface Rotation {
    /** One slot, and nothing under way. */
    record Idle() implements Rotation {}

    /**
     * The other slot has a password, and is published as soon as all servers accept it.
     *
     * @param asked the tokens that are handled by it
     * @param leaked whether the old credentials end at once
     */
    record Preparing(Tokens asked, boolean leaked) implements Rotation {}

    /**
     * The other slot is published; the old one works until nobody uses it any more, at longest
     * until its end.
     */
    record Draining(Instant since, Instant until) implements Rotation {}

    /** The cluster's spec does not allow this user any more; all ends then. */
    record Leaving(Instant until) implements Rotation {}
  }

  /**
   * The tokens of the annotations {@code rotate} and {@code revoke}.
   *
   * @param rotate empty if there is none
   * @param revoke empty if there is none
   */
  public record Tokens(Optional<String> rotate, Optional<String> revoke) {
    public static final Tokens NONE = new Tokens(Optional.empty(), Optional.empty());
  }

  /** Credentials that were published, found in a binding whose record was lost. */
  public record Standing(Slot slot, Secret password) {}

  public Grant {
    passwords = Collections.unmodifiableMap(new EnumMap<>(passwords));
    if (!passwords.containsKey(published)) {
      throw new IllegalArgumentException("the published slot has no password");
    }
  }

  /** The password in the binding. */
  public Secret password() {
    return Objects.requireNonNull(passwords.get(published));
  }

  public Grant withSpec(CacheUserSpec next) {
    return new Grant(user, uid, next, passwords, published, publishedAt, rotation, handled);
  }

  public Grant withRotation(Rotation next) {
    return new Grant(user, uid, spec, passwords, published, publishedAt, next, handled);
  }

  public Grant withPublishedAt(Instant at) {
    return new Grant(user, uid, spec, passwords, published, Optional.of(at), rotation, handled);
  }

  /** With a password for the slot that is not published. */
  public Grant withOther(Secret password) {
    var all = new EnumMap<>(passwords);
    all.put(other(), password);
    return new Grant(user, uid, spec, all, published, publishedAt, rotation, handled);
  }

  /** With one slot alone, and nothing under way. */
  public Grant settled() {
    return new Grant(
        user,
        uid,
        spec,
        Map.of(published, password()),
        published,
        publishedAt,
        new Rotation.Idle(),
        handled);
  }

  /** With the other slot published, and the one that was draining. */
  public Grant switched(Instant now, Instant until, Tokens done) {
    return new Grant(
        user,
        uid,
        spec,
        passwords,
        other(),
        Optional.of(now),
        new Rotation.Draining(now, until),
        done);
  }

  /** Whether both slots have credentials. */
  public boolean both() {
    return passwords.size() == 2;
  }

  /** The slot that is not published. */
  public Slot other() {
    return published.other();
  }
}
