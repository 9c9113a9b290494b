package dev.cachecluster.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.TlsEvidence;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.WorldSketch;
import dev.cachecluster.operator.plan.Action;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long a hand-over waits until new connections meet the next primary. */
class ServiceProgrammingTest {
  private static final String CLUSTER_IP = "10.96.0.7";
  private static final MemberAddress FROM = address("demo-0-0", "10.0.0.1");
  private static final MemberAddress TO = address("demo-0-1", "10.0.0.2");
  private static final Answer<TlsEvidence> MET =
      new Answer.Ok<>(new TlsEvidence("TLSv1.3", "any", "leaf", WorldSketch.NOW));
  private static final Answer<TlsEvidence> STRANGER =
      new Answer.Unreachable<>(Answer.Cause.TLS, "another name");

  private final AtomicReference<Instant> now = new AtomicReference<>(WorldSketch.NOW);
  private final AtomicInteger looks = new AtomicInteger();

  private static MemberAddress address(String member, String ip) {
    return new MemberAddress(member, "uid-of-" + member, ip, 6379, member + ".tls.name");
  }

  /** How long it waited, and how often it looked, if the look of this number is the first good. */
  private Duration waited(String clusterIp, int good, Duration each) {
    var service =
        SampleCluster.desired(SampleCluster.spec(2), Optional.of("demo-0-0")).services().get(1);
    var clock =
        new Clock() {
          @Override
          public Instant instant() {
            return now.get();
          }

          @Override
          public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }
        };
    new ServiceProgramming(engine(good, each), clock, this::pass)
        .await(
            new Action.HandOver(
                FROM, TO, "10.0.0.2", List.of(), 1, service, Optional.empty(), "the test says so"),
            world(service, clusterIp));
    return Duration.between(WorldSketch.NOW, now.get());
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private EngineAdmin engine(int good, Duration each) {
    return (EngineAdmin)
        Proxy.newProxyInstance(
            EngineAdmin.class.getClassLoader(),
            new Class<?>[] {EngineAdmin.class},
            (_, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("tls");
              var asked = (MemberAddress) arguments[0];
              assertThat(asked.ip()).as("it knocks at the Service").isEqualTo(CLUSTER_IP);
              assertThat(asked.tlsName()).isEqualTo(TO.tlsName());
              pass(each);
              return looks.incrementAndGet() >= good ? MET : STRANGER;
            });
  }

  private static ObservedState world(Service service, String clusterIp) {
    var desired = SampleCluster.desired(SampleCluster.spec(2), Optional.of("demo-0-0"));
    return new WorldSketch(desired, SampleCluster.spec(2))
        .child(new ServiceBuilder(service).editSpec().withClusterIP(clusterIp).endSpec().build())
        .build();
  }

  @Test
  void itEndsSoonAfterTheServiceLeadsToTheNextPrimary() {
    assertThat(waited(CLUSTER_IP, 4, Duration.ofMillis(5))).isEqualTo(Duration.ofMillis(145));
    assertThat(looks).hasValue(4);
  }

  @Test
  void aServiceThatNeverLeadsThereIsNotWaitedForLongerThanAProxyNeeds() {
    assertThat(waited(CLUSTER_IP, Integer.MAX_VALUE, Duration.ZERO))
        .isEqualTo(Duration.ofMillis(1200));
  }

  @Test
  void aLookWithoutAnyAnswerIsTheLast() {
    assertThat(waited(CLUSTER_IP, Integer.MAX_VALUE, Duration.ofSeconds(2)))
        .isLessThan(Duration.ofSeconds(3));
    assertThat(looks).hasValue(1);
  }

  @Test
  void withoutAnAddressToKnockAtTheLongestTimeIsWaited() {
    assertThat(waited("None", 1, Duration.ZERO)).isEqualTo(Duration.ofMillis(1200));
    assertThat(looks).hasValue(0);
  }
}
