package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.pki.RotationFacts.Party;
import dev.cachecluster.operator.pki.RotationRunner.Held;
import dev.cachecluster.operator.pki.RotationRunner.LeafCertificate;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A cluster as far as its authority matters: Secrets in an API, servers that start from volumes and
 * reload when told, applications that read their binding when they like, an operator whose memory
 * may be lost and whose passes may be cut off after any write, and clocks that disagree. The
 * authority's Secret and its certificates are real; leaves are what they say.
 */
final class RotationWorld {
  static final Duration GRACE = Duration.ofMinutes(10);

  /** What the grace is for: an application is never later than that. */
  static final Duration LATEST = Duration.ofMinutes(9);

  static final Duration LIFE = Duration.ofDays(100);
  private static final String OPERATOR = "operator";

  final AuthorityRotation rotation = AuthorityRotation.withGrace(GRACE);
  final SecureRandom random = new SecureRandom();
  final List<RotationRunner> runners = new ArrayList<>();
  final RotationTrust trust = new RotationTrust();
  Instant real = Instant.parse("2026-03-01T12:00:00Z");
  Duration operatorClock = Duration.ZERO;
  Optional<String> token = Optional.empty();
  Map<String, byte[]> authority = new HashMap<>();
  int version;
  int authoritiesMade;
  private final RotationRunner operator = new RotationRunner(OPERATOR, false, Duration.ZERO);
  private final Map<String, Map.Entry<List<Object>, Instant>> memory = new HashMap<>();
  private Optional<AuthorityState> stored = Optional.empty();
  private int storedVersion = -1;

  RotationWorld(Duration age) {
    Clock birth = Clock.fixed(real.minus(age), ZoneOffset.UTC);
    store(AuthorityState.steady(CertificateAuthority.create("ca", birth, random, LIFE).toPem()));
    runners.add(operator);
  }

  Instant operatorNow() {
    return real.plus(operatorClock);
  }

  void store(AuthorityState state) {
    var entries = new HashMap<String, byte[]>();
    AuthoritySecret.entries(state)
        .forEach((key, text) -> entries.put(key, text.getBytes(StandardCharsets.UTF_8)));
    authority = entries;
    version++;
  }

  /** What somebody does to the Secret by hand. */
  void lose(String... keys) {
    var left = new HashMap<>(authority);
    left.keySet().removeAll(Set.of(keys));
    authority = left;
    version++;
  }

  private Optional<AuthorityState> read() {
    if (storedVersion != version) {
      stored = AuthoritySecret.read(authority, random).state();
      storedVersion = version;
    }
    return stored;
  }

  private Instant clockOf(RotationRunner runner) {
    return runner == operator ? operatorNow() : real.plus(runner.clock);
  }

  /** Each handshake that would fail now: anybody with any server, servers among themselves too. */
  List<String> refusals() {
    var found = new ArrayList<String>();
    for (RotationRunner server : runners) {
      if (!server.server || server.process.isEmpty()) {
        continue;
      }
      for (RotationRunner client : runners) {
        if (client.process.isEmpty()) {
          continue;
        }
        Held serving = server.process.get();
        Held calling = client.process.get();
        if (!trust.accepts(serving, clockOf(server), calling.leaf())) {
          found.add(server.name + " refuses " + client.name);
        }
        if (!trust.accepts(calling, clockOf(client), serving.leaf())) {
          found.add(client.name + " refuses " + server.name);
        }
      }
    }
    return found;
  }

  void pass(Duration time) {
    real = real.plus(time);
    runners.stream()
        .filter(r -> r.behindSince.filter(since -> !since.plus(LATEST).isAfter(real)).isPresent())
        .forEach(this::sync);
  }

  /** An application or the operator reads what is published for it; a server's volume follows. */
  void sync(RotationRunner runner) {
    runner.volume = runner.secret;
    runner.behindSince = Optional.empty();
    if (!runner.server) {
      runner.process = runner.volume;
    }
  }

  void startPod(RotationRunner runner) {
    sync(runner);
    restartContainer(runner);
  }

  void restartContainer(RotationRunner runner) {
    runner.process = runner.volume;
  }

  void restartOperator() {
    memory.clear();
    sync(operator);
  }

  void forget(RotationRunner runner) {
    runners.remove(runner);
    memory.remove(runner.name);
  }

  private void publish(RotationRunner runner, Held held) {
    runner.secret = Optional.of(held);
    if (!runner.server && runner != operator && runner.behindSince.isEmpty()) {
      runner.behindSince = Optional.of(real);
    }
  }

  private Party party(RotationRunner runner, Held published) {
    if (runner == operator) {
      return used(runner).orElse(Party.unseen(runner.name));
    }
    if (!runner.server) {
      var what = List.of(published.trusts(), published.leaf().issuerKeyId());
      var since = memory.get(runner.name);
      if (since == null || !since.getKey().equals(what)) {
        since = Map.entry(what, real);
        memory.put(runner.name, since);
      }
      return Party.published(
          runner.name,
          trust.fingerprints(published),
          published.leaf().issuerKeyId(),
          Duration.between(since.getValue(), real));
    }
    if (runner.volume.isEmpty()) {
      // No pod: it will start from the Secret.
      return Party.seen(runner.name, trust.fingerprints(published), published.leaf().issuerKeyId());
    }
    return used(runner).filter(_ -> runner.reachable).orElse(Party.unseen(runner.name));
  }

  private Optional<Party> used(RotationRunner runner) {
    return runner.process.map(
        held -> Party.seen(runner.name, trust.fingerprints(held), held.leaf().issuerKeyId()));
  }

  /** What the operator sees now and would do about it; done only when {@link #act} is called. */
  Pass observe() {
    List<String> known =
        runners.stream()
            .flatMap(runner -> runner.secret.stream())
            .flatMap(held -> held.trusts().stream())
            .distinct()
            .toList();
    var parties =
        runners.stream()
            .flatMap(runner -> runner.secret.map(held -> party(runner, held)).stream())
            .toList();
    var facts = new RotationFacts(operatorNow(), parties);
    AuthorityState state =
        read()
            .or(() -> AuthorityState.recovered(known))
            .map(found -> rotation.completed(found, known, facts))
            .orElseThrow();
    return new Pass(version, state, facts, rotation.next(state, token, facts));
  }

  /** What was judged, and the answer. */
  record Pass(int version, AuthorityState state, RotationFacts facts, RotationStep step) {}

  /** Does at most so many things of a pass; what is left was cut off. */
  void act(Pass pass, int most) {
    Optional<AuthorityState> changed = changed(pass);
    if (changed.isPresent()) {
      if (pass.version() == version && most > 0) {
        store(changed.get());
      }
      return;
    }
    int left = most;
    List<String> trusted = pass.state().trusted();
    for (RotationRunner runner : runners) {
      Optional<Held> wanted = wanted(pass.state(), trusted, runner);
      if (left > 0 && wanted.isPresent() && !wanted.equals(runner.secret)) {
        publish(runner, wanted.get());
        left--;
      }
      if (left > 0
          && runner.server
          && runner.reachable
          && runner.process.isPresent()
          && !runner.process.equals(runner.volume)) {
        runner.process = runner.volume;
        left--;
      }
    }
  }

  private Optional<AuthorityState> changed(Pass pass) {
    return switch (pass.step()) {
      case RotationStep.MakeNext(var asked) -> {
        Clock clock = Clock.fixed(operatorNow(), ZoneOffset.UTC);
        authoritiesMade++;
        yield Optional.of(
            pass.state()
                .withNext(CertificateAuthority.create("ca", clock, random, LIFE).toPem(), asked));
      }
      case RotationStep.Switch() -> Optional.of(pass.state().switched());
      case RotationStep.DropPrevious() -> Optional.of(pass.state().withoutPrevious());
      case RotationStep.Nothing(),
          RotationStep.AwaitTrust(_),
          RotationStep.AwaitLeaves(_),
          RotationStep.AwaitDrop(_) ->
          Optional.empty();
    };
  }

  private Optional<Held> wanted(AuthorityState state, List<String> trusted, RotationRunner runner) {
    CertificateView issuer = trust.view(state.current().certificatePem());
    Optional<LeafCertificate> standing = runner.secret.map(Held::leaf);
    boolean good =
        standing
            .filter(leaf -> leaf.issuerKeyId().equals(issuer.keyId()))
            .filter(
                leaf ->
                    leaf.end().isAfter(operatorNow().plus(Duration.ofDays(30)))
                        || !leaf.end().isBefore(issuer.notAfter()))
            .isPresent();
    if (!good && state.current().privateKeyPem().isPresent()) {
      Instant end = operatorNow().plus(Duration.ofDays(90));
      standing =
          Optional.of(
              new LeafCertificate(
                  issuer.keyId(),
                  operatorNow().minus(CertificateAuthority.CLOCK_SKEW),
                  end.isBefore(issuer.notAfter()) ? end : issuer.notAfter()));
    }
    return standing.map(leaf -> new Held(trusted, leaf));
  }

  /** A pass that nothing cuts off. */
  RotationStep wholePass() {
    Pass pass = observe();
    act(pass, Integer.MAX_VALUE);
    return pass.step();
  }

  /** From here on nothing goes wrong. */
  void calm() {
    for (RotationRunner runner : runners) {
      runner.reachable = true;
      sync(runner);
      if (runner.process.isEmpty()) {
        restartContainer(runner);
      }
    }
  }
}
