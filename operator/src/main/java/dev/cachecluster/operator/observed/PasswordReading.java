package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Passwords;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * The passwords of the operator and of replication.
 *
 * @param known those that hold: a server accepted them, or else they stand in the API
 */
record PasswordReading(Optional<Passwords> known, AccountsState state) {

  /**
   * Reads them.
   *
   * @param secret where they are kept
   * @param accepted those that a server accepted
   */
  static PasswordReading of(Optional<HasMetadata> secret, Optional<Passwords> accepted) {
    var stored = stored(secret);
    var known = accepted.or(() -> stored);
    return new PasswordReading(known, state(secret, stored, accepted));
  }

  /** If they are whole: what is not like ours was not written by us. */
  private static Optional<Passwords> stored(Optional<HasMetadata> secret) {
    var operator = SecretFields.password(secret, SecretFields.OPERATOR_PASSWORD);
    var replication = SecretFields.password(secret, SecretFields.REPLICATION_PASSWORD);
    return operator.flatMap(own -> replication.map(other -> new Passwords(own, other)));
  }

  private static AccountsState state(
      Optional<HasMetadata> secret, Optional<Passwords> stored, Optional<Passwords> accepted) {
    if (accepted.isPresent()) {
      return accepted.equals(stored) ? AccountsState.STAND : AccountsState.KNOWN;
    }
    return stored.isPresent()
        ? AccountsState.STAND
        : secret.isPresent() ? AccountsState.DAMAGED : AccountsState.MISSING;
  }
}
