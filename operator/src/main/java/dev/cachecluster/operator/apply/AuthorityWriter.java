package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedAuthority;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.pki.AuthoritySecret;
import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.AuthorityStep;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes authorities, and writes each step of their rotation over the version that was judged. */
final class AuthorityWriter {
  /** It outlives every leaf, and is replaced when a fifth of this is left. */
  private static final Duration LIFETIME = Duration.ofDays(3650);

  private static final int LONGEST_COMMON_NAME = 64;

  private final ObjectWriter writer;
  private final Names names;
  private final SecureRandom random;
  private final Clock clock;

  AuthorityWriter(ObjectWriter writer, Names names, SecureRandom random, Clock clock) {
    this.writer = writer;
    this.names = names;
    this.random = random;
    this.clock = clock;
  }

  /** The first one. */
  Outcome create(Action.IssueAuthority action) {
    var state = AuthorityState.steady(make());
    return writer.create(
        Entries.secret(
            names,
            action.secret(),
            AuthoritySecret.entries(
                new AuthorityState(
                    state.current(), state.next(), state.previous(), action.token()))));
  }

  private KeyPairPem make() {
    var name = "CacheCluster " + names.namespace() + "/" + names.cluster();
    return CertificateAuthority.create(
            name.length() > LONGEST_COMMON_NAME ? name.substring(0, LONGEST_COMMON_NAME) : name,
            clock,
            random,
            LIFETIME)
        .toPem();
  }

  Outcome rotate(Action.RotateAuthority action, ObservedAuthority judged) {
    var state = judged.state();
    var next =
        switch (action.step()) {
          case AuthorityStep.MakeNext(var token) -> state.withNext(make(), token);
          case AuthorityStep.Switch() -> state.switched();
          case AuthorityStep.DropPrevious() -> state.withoutPrevious();
        };
    var entries = AuthoritySecret.entries(next);
    if (judged.version().isEmpty()) {
      return writer.create(Entries.secret(names, action.secret(), entries));
    }
    return overJudged(
        () -> {
          var changes = new HashMap<String, Optional<String>>();
          AuthoritySecret.ENTRIES.forEach(
              entry -> changes.put(entry, Optional.ofNullable(entries.get(entry))));
          writer.merge(
              Entries.secret(names, action.secret(), Map.of()), judged.version().get(), changes);
        });
  }

  /** Everything else in the Secret stays as it was judged, its certificate above all. */
  Outcome publish(Action.PublishTrust action, ObservedState world) {
    var standing =
        Optional.ofNullable(world.children().get(new ObjectKey("Secret", action.secret())))
            .orElseThrow();
    return overJudged(
        () ->
            writer.merge(
                standing,
                standing.getMetadata().getResourceVersion(),
                CertificateFiles.trust((Secret) standing, world)));
  }

  /** Somebody wrote it since: that is judged first. */
  static Outcome overJudged(Runnable write) {
    try {
      write.run();
      return new Outcome.Done(true);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return new Outcome.Waiting(Reason.ROTATING, "the world has moved on: judged again");
    }
  }
}
