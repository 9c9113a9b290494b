package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.engine.Answer.Cause;
import dev.cachecluster.operator.engine.Answer.Unreachable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BoundedCallTest {
  /** What a busy machine may add to a timeout before we call it broken. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  @ParameterizedTest
  @EnumSource
  void aServerThatIsHaltedTimesOutWithinTheLimitAndIsReachedAgainWhenItGoesOn(Engine engine)
      throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      EngineLab.view(admin, server);
      server.freeze();
      try {
        assertTimesOut(admin, server.address()); // on the connection that stood
        assertTimesOut(admin, server.address()); // on one that cannot be made
      } finally {
        server.thaw();
      }
      EngineLab.view(admin, server);
    }
  }

  @Test
  void allThreadsThatWaitOnAHaltedServerGetAnAnswerAndNoException() throws Exception {
    try (EngineLab lab = new EngineLab(Engine.VALKEY_8_1);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      EngineLab.view(admin, server);
      server.freeze();
      List<Future<Answer<Long>>> answers = new ArrayList<>();
      try {
        for (int n = 0; n < 20; n++) {
          // Twice each: the second calls meet connections that the first ones have given up or
          // closed.
          answers.add(
              callers.submit(
                  () -> {
                    Answer<Long> first = admin.offset(server.address());
                    return first.isOk() ? first : admin.offset(server.address());
                  }));
        }
        for (Future<Answer<Long>> answer : answers) {
          assertThat(answer.get())
              .isInstanceOfSatisfying(
                  Unreachable.class,
                  u -> assertThat(u.cause()).as(u.message()).isIn(Cause.TIMEOUT, Cause.CLOSED));
        }
      } finally {
        server.thaw();
      }
      EngineLab.view(admin, server);
    }
  }

  private static void assertTimesOut(EngineAdmin admin, MemberAddress server) {
    long begin = System.nanoTime();
    Answer<ServerView> answer = admin.inspect(server, Set.of());
    Duration took = Duration.ofNanos(System.nanoTime() - begin);

    assertThat(answer)
        .isInstanceOfSatisfying(
            Unreachable.class, u -> assertThat(u.cause()).isEqualTo(Cause.TIMEOUT));
    assertThat(took).isBetween(EngineLab.TIMEOUT.minusMillis(50), EngineLab.TIMEOUT.plus(GRACE));
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatIsGoneIsSaidToBeUnreachableAndNotAbsentAndItsReturnIsSeen(Engine engine)
      throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      String firstRun = EngineLab.view(admin, server).runId();
      server.kill();

      assertThat(admin.inspect(server.address(), Set.of()))
          .isInstanceOfSatisfying(
              Unreachable.class, u -> assertThat(u.cause()).isIn(Cause.CONNECT, Cause.CLOSED));
      Attempts.until(
          () ->
              admin.inspect(server.address(), Set.of()) instanceof Unreachable<?> u
                  && u.cause() == Cause.CONNECT,
          "the refusal of the port");

      server.start();
      assertThat(EngineLab.view(admin, server).runId()).isNotEqualTo(firstRun);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLostConnectionIsToldAndOneThatWeCloseIsNot(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      List<MemberAddress> told = new CopyOnWriteArrayList<>();
      admin.onDisconnect(
          _ -> {
            throw new IllegalStateException("a listener that fails must not silence the next");
          });
      admin.onDisconnect(told::add);
      EngineProcess dropped = lab.start("m-0");
      EngineProcess killed = lab.start("m-1");
      EngineLab.view(admin, dropped);
      EngineLab.view(admin, killed);

      admin.retain(List.of(killed.address()));
      Attempts.until(
          () -> sessions(lab, dropped) == 0, "the end of the session that is not retained");
      killed.kill();

      Attempts.until(() -> !told.isEmpty(), "word of the lost connection");
      assertThat(told).containsExactly(killed.address());
    }
  }

  /** How many sessions of the operator the server has, beside the one that asks. */
  private static long sessions(EngineLab lab, EngineProcess server) throws Exception {
    try (RespClient asks =
        RespClient.tls(
            server.address(),
            lab.authority.certificatePem(),
            lab.applicationCertificate,
            "TLSv1.3")) {
      asks.authenticate("_operator", lab.operatorPassword.reveal());
      return String.valueOf(asks.call("CLIENT", "LIST"))
              .lines()
              .filter(l -> l.contains("user=_operator"))
              .count()
          - 1;
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneConnectionServesAllCallsAndAllThreads(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      EngineLab.view(admin, server);
      List<Answer<ServerView>> failed = new CopyOnWriteArrayList<>();
      List<Thread> threads =
          IntStream.range(0, 8)
              .mapToObj(
                  _ ->
                      Thread.ofVirtual()
                          .start(
                              () -> {
                                for (int i = 0; i < 25; i++) {
                                  Answer<ServerView> answer =
                                      admin.inspect(server.address(), Set.of("save"));
                                  if (!answer.isOk()) {
                                    failed.add(answer);
                                  }
                                }
                              }))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failed).isEmpty();
      assertThat(sessions(lab, server)).isEqualTo(1);
    }
  }

  @Test
  void anUnreachableServerIsTriedOnTheSameFewThreads() throws Exception {
    try (EngineLab lab = new EngineLab(Engine.VALKEY_8_1)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      Set<Thread> others = threads();
      EngineLab.view(admin, server);
      server.kill();
      Set<Thread> before = threads();
      before.removeAll(others);

      for (int i = 0; i < 10; i++) {
        assertThat(admin.inspect(server.address(), Set.of()).isOk()).isFalse();
      }

      Set<Thread> after = threads();
      after.removeAll(others);
      // Two for I/O, two for the rest, a timer.
      assertThat(after).hasSizeLessThanOrEqualTo(5);
      assertThat(before)
          .filteredOn(thread -> thread.getName().contains("nioEventLoop"))
          .isNotEmpty()
          .allMatch(Thread::isAlive);
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("lettuce-"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void aClosedGateSendsNothingNotEvenAConnection() throws Exception {
    try (EngineLab lab = new EngineLab(Engine.VALKEY_8_1);
        ServerSocket listening = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      EngineAdmin admin = lab.admin(lab.identity(), _ -> Optional.of("the lease ends in 1 s"));
      MemberAddress member =
          new MemberAddress("m-0", "uid", "127.0.0.1", listening.getLocalPort(), "m-0.cache.test");

      List<Answer<?>> answers =
          List.of(
              admin.inspect(member, Set.of()),
              admin.promote(member),
              admin.tls(member),
              admin.probePlaintext(member));

      assertThat(answers)
          .allSatisfy(
              answer ->
                  assertThat(answer)
                      .isInstanceOfSatisfying(
                          Unreachable.class,
                          u -> {
                            assertThat(u.cause()).isEqualTo(Cause.NOT_SENT);
                            assertThat(u.message()).contains("the lease ends in 1 s");
                          }));
      // Connections queue in order: if this one is the first, there was none before it.
      try (Socket mine = new Socket(listening.getInetAddress(), listening.getLocalPort());
          Socket first = listening.accept()) {
        assertThat(first.getPort()).isEqualTo(mine.getLocalPort());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGateThatClosesStopsCommandsOnAConnectionThatStands(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      AtomicBoolean shut = new AtomicBoolean();
      EngineAdmin gated =
          lab.admin(
              lab.identity(),
              limit -> shut.get() ? Optional.of("not for " + limit) : Optional.empty());
      EngineProcess server = lab.start("m-0");
      EngineLab.view(gated, server);

      shut.set(true);
      assertThat(gated.promote(server.address()).summary()).contains("not for PT2S");

      shut.set(false);
      assertThat(EngineLab.view(gated, server).role()).isInstanceOf(Role.Replica.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTlsPortClosesAPlaintextConnection(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      assertThat(lab.admin().probePlaintext(lab.start("m-0").address()).ok())
          .contains(PlaintextProbe.CLOSED);
    }
  }

  @Test
  void aPortThatAnswersPlaintextIsFoundOut() throws Exception {
    try (EngineLab lab = new EngineLab(Engine.VALKEY_8_1);
        ServerSocket listening = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      FutureTask<Integer> answering =
          new FutureTask<>(
              () -> {
                try (Socket socket = listening.accept()) {
                  byte[] said =
                      "-NOAUTH Authentication required.\r\n".getBytes(StandardCharsets.US_ASCII);
                  socket.getOutputStream().write(said);
                  return socket.getInputStream().readAllBytes().length;
                }
              });
      Thread.ofVirtual().start(answering);
      MemberAddress member =
          new MemberAddress("m-0", "uid", "127.0.0.1", listening.getLocalPort(), "m-0.cache.test");
      assertThat(lab.admin().probePlaintext(member).ok()).contains(PlaintextProbe.ANSWERED);
      assertThat(answering.get()).isEqualTo("PING\r\n".length());
    }
  }

  @Test
  void aPortThatStaysSilentProvesNothing() throws Exception {
    try (EngineLab lab = new EngineLab(Engine.VALKEY_8_1);
        ServerSocket listening = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      MemberAddress member =
          new MemberAddress("m-0", "uid", "127.0.0.1", listening.getLocalPort(), "m-0.cache.test");
      assertThat(lab.admin().probePlaintext(member))
          .isInstanceOfSatisfying(
              Unreachable.class, u -> assertThat(u.cause()).isEqualTo(Cause.TIMEOUT));
    }
  }
}
