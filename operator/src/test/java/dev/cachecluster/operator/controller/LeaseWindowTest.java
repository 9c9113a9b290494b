package dev.cachecluster.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Safety rule 9: no command is sent unless the operator's own lease outlasts its timeout. */
class LeaseWindowTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration COMMAND = Duration.ofSeconds(2);

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicReference<Supplier<Optional<Lease>>> api =
      new AtomicReference<>(Optional::empty);
  private final LeaseWindow window =
      new LeaseWindow(
          () -> {
            looks.incrementAndGet();
            return api.get().get();
          },
          "me",
          new Clock() {
            @Override
            public Instant instant() {
              return now.get();
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  private void heldBy(String holder, Instant renewed) {
    var lease =
        new LeaseBuilder()
            .withNewSpec()
            .withHolderIdentity(holder)
            .withRenewTime(renewed.atZone(ZoneOffset.UTC))
            .endSpec()
            .build();
    api.set(() -> Optional.of(lease));
  }

  private void after(Duration time) {
    now.set(NOON.plus(time));
  }

  @Test
  void whoHoldsTheLeaseMayActAsLongAsItOutlastsTheCommand() {
    heldBy("me", NOON);
    assertThat(window.outlasts(COMMAND)).isTrue();
    after(Duration.ofMillis(12_999));
    assertThat(window.outlasts(COMMAND)).isTrue();
    after(Duration.ofSeconds(13));
    assertThat(window.outlasts(COMMAND)).isFalse();
  }

  @Test
  void whoDoesNotHoldItMayNot() {
    assertThat(window.outlasts(COMMAND)).isFalse();
    heldBy("another", NOON);
    assertThat(window.outlasts(COMMAND)).isFalse();
  }

  @Test
  void aRenewalIsSeen() {
    heldBy("me", NOON);
    assertThat(window.outlasts(COMMAND)).isTrue();
    heldBy("me", NOON.plusSeconds(9));
    after(Duration.ofSeconds(14));
    assertThat(window.outlasts(COMMAND)).isTrue();
  }

  @Test
  void theApiIsAskedOnlyWhenTheLastLookIsNearItsEnd() {
    heldBy("me", NOON);
    for (int second = 0; second < 9; second++) {
      after(Duration.ofSeconds(second));
      assertThat(window.outlasts(COMMAND)).isTrue();
    }
    assertThat(looks).hasValue(1);
  }

  @Test
  void anErrorTakesNothingAwayAndGivesNothing() {
    heldBy("me", NOON);
    assertThat(window.outlasts(COMMAND)).isTrue();
    api.set(
        () -> {
          throw new KubernetesClientException("the API server is away");
        });
    after(Duration.ofSeconds(12));
    assertThat(window.outlasts(COMMAND)).isTrue();
    after(Duration.ofSeconds(13));
    assertThat(window.outlasts(COMMAND)).isFalse();
  }

  /** Seen on a machine that stood still for ten seconds: no pass of the new leader ever went on. */
  @Test
  void aRequestThatHangsHoldsUpNobodyForGood() throws Exception {
    var answered = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    heldBy("me", NOON);
    var lease = api.get();
    api.set(
        () -> {
          asked.countDown();
          try {
            answered.await();
          } catch (InterruptedException e) {
            throw new KubernetesClientException("interrupted", e);
          }
          throw new KubernetesClientException("timeout");
        });
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var first = CompletableFuture.supplyAsync(() -> window.outlasts(COMMAND), threads);
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(
            CompletableFuture.supplyAsync(() -> window.outlasts(COMMAND), threads)
                .get(10, TimeUnit.SECONDS))
        .isFalse();
    answered.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isFalse();

    api.set(lease);
    assertThat(window.outlasts(COMMAND)).isTrue();
    threads.close();
  }
}
