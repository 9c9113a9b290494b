package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.Passwords;
import dev.cachecluster.operator.observed.SecretFields;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.Leaf;
import dev.cachecluster.operator.pki.UserIdentity;
import dev.cachecluster.operator.plan.Action;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes what is random, and stores it: authority, passwords, certificates. */
final class IdentityWriter {
  /** The authority outlives every leaf; its rotation is a matter of its own. */
  private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);

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

  Outcome authority(String secret) {
    var name = "CacheCluster " + names.namespace() + "/" + names.cluster();
    var authority =
        CertificateAuthority.create(
            name.length() > 64 ? name.substring(0, 64) : name, clock, random, AUTHORITY_LIFETIME);
    var pair = authority.toPem();
    return writer.create(
        secret(
            secret,
            Map.of(
                SecretFields.CA_CERTIFICATE, pair.certificatePem(),
                SecretFields.CA_KEY, pair.privateKeyPem().reveal())));
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
    return secret(
        secret,
        Map.of(
            SecretFields.OPERATOR_PASSWORD, passwords.operator().reveal(),
            SecretFields.REPLICATION_PASSWORD, passwords.replication().reveal()));
  }

  Outcome leaf(LeafRequest request, KeyPairPem authority, Duration lifetime) {
    var issuer = CertificateAuthority.load(authority, clock, random);
    var pair = issuer.issue(leafOf(request, lifetime));
    var stored =
        secret(
            request.secretName(),
            Map.of(
                SecretFields.CA_CERTIFICATE, authority.certificatePem(),
                SecretFields.CERTIFICATE, pair.certificatePem(),
                SecretFields.KEY, pair.privateKeyPem().reveal()));
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

  private io.fabric8.kubernetes.api.model.Secret secret(String name, Map<String, String> entries) {
    var data = new LinkedHashMap<String, String>();
    entries.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withType("Opaque")
        .withData(data)
        .build();
  }
}
