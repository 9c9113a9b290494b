package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.Passwords;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.SecretFields;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.Leaf;
import dev.cachecluster.operator.pki.UserIdentity;
import dev.cachecluster.operator.plan.Action;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Makes what is random, and stores it: passwords and certificates. */
final class IdentityWriter {
  private final ObjectWriter writer;
  private final Names names;
  private final SecureRandom random;
  private final Clock clock;

  IdentityWriter(ObjectWriter writer, Names names, SecureRandom random, Clock clock) {
    this.writer = writer;
    this.names = names;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Makes passwords.
   *
   * @param replication the one that servers know already
   */
  Outcome createAccounts(String secret, Optional<Secret> replication) {
    return writer.create(
        accounts(
            secret,
            new Passwords(
                Secret.random(random), replication.orElseGet(() -> Secret.random(random)))));
  }

  Outcome restoreAccounts(String secret, Passwords passwords) {
    return writer.apply(accounts(secret, passwords), Action.Change.MISSING);
  }

  private io.fabric8.kubernetes.api.model.Secret accounts(String secret, Passwords passwords) {
    return Entries.secret(
        names,
        secret,
        Map.of(
            SecretFields.OPERATOR_PASSWORD, passwords.operator().reveal(),
            SecretFields.REPLICATION_PASSWORD, passwords.replication().reveal()));
  }

  /**
   * A certificate of the current authority, and beside it all that is to be trusted, and what is
   * somebody else's.
   */
  Outcome leaf(LeafRequest request, ObservedState world, Duration lifetime) {
    var issuing = world.authority().orElseThrow().state().current().pair().orElseThrow();
    var issuer = CertificateAuthority.load(issuing, clock, random);
    var pair = issuer.issue(leafOf(request, lifetime));
    var stored =
        Entries.secret(names, request.secretName(), CertificateFiles.entries(request, pair, world));
    request
        .user()
        .ifPresent(
            user ->
                stored
                    .getMetadata()
                    .setLabels(Labels.ofUser(names.cluster(), user, Labels.CERTIFICATE)));
    return writer.apply(stored, Action.Change.MISSING);
  }

  private static Leaf leafOf(LeafRequest request, Duration lifetime) {
    return request
        .user()
        .map(user -> Leaf.of(new UserIdentity(user.namespace(), user.name()), lifetime))
        .orElseGet(
            () ->
                new Leaf(
                    request.commonName(),
                    request.hosts(),
                    request.server() ? Leaf.Usage.MEMBER : Leaf.Usage.CLIENT,
                    lifetime));
  }
}
