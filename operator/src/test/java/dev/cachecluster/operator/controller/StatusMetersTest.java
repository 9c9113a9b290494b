package dev.cachecluster.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an alert can ask for. */
class StatusMetersTest {
  private static final String END = "2027-02-26T00:32:33Z";
  private static final double SECONDS = Instant.parse(END).getEpochSecond();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StatusMeters meters = new StatusMeters(registry);

  private static <T> T of(String json, Class<T> kind) {
    return Serialization.unmarshal(json, kind);
  }

  private static final CacheCluster CLUSTER =
      of("{\"metadata\": {\"name\": \"demo\", \"namespace\": \"shop\"}}", CacheCluster.class);
  private static final CacheUser USER =
      of("{\"metadata\": {\"name\": \"demo\", \"namespace\": \"shop\"}}", CacheUser.class);

  private List<String> lines() {
    return registry.getMeters().stream()
        .map(
            meter ->
                meter.getId().getName()
                    + meter.getId().getTags().stream()
                        .map(tag -> tag.getKey() + "=" + tag.getValue())
                        .toList()
                    + " "
                    + (long) meter.measure().iterator().next().getValue())
        .sorted()
        .toList();
  }

  @Test
  void theEndOfEveryCertificateIsShown() {
    meters.show(
        CLUSTER,
        of(
            """
            {"tls": {"notAfter": "%s", "authority": {"notAfter": "2027-11-28T00:00:00Z"}},
             "conditions": [{"type": "Ready", "status": "True"}, {"type": "Stalled", "status": "False"},
                            {"type": "NetworkIsolated", "status": "Unknown"}]}
            """
                .formatted(END),
            CacheClusterStatus.class));
    meters.show(
        USER, of("{\"tls\": {\"notAfter\": \"%s\"}}".formatted(END), CacheUserStatus.class));
    assertThat(lines())
        .containsExactly(
            expiration("authority", "CacheCluster", Instant.parse("2027-11-28T00:00:00Z")),
            expiration("client", "CacheUser", Instant.parse(END)),
            expiration("servers", "CacheCluster", Instant.parse(END)),
            "cachecluster.condition[name=demo, namespace=shop, type=NetworkIsolated] -1",
            "cachecluster.condition[name=demo, namespace=shop, type=Ready] 1",
            "cachecluster.condition[name=demo, namespace=shop, type=Stalled] 0");
  }

  private static String expiration(String certificate, String kind, Instant end) {
    return "cachecluster.certificate.expiration.timestamp[certificate=%s, kind=%s, name=demo, namespace=shop] %d"
        .formatted(certificate, kind, end.getEpochSecond());
  }

  @Test
  void aRenewedOneIsShownInPlaceOfTheOld() {
    for (var end : List.of("2026-12-01T00:00:00Z", END)) {
      meters.show(
          USER, of("{\"tls\": {\"notAfter\": \"%s\"}}".formatted(end), CacheUserStatus.class));
    }
    assertThat(registry.getMeters()).hasSize(1);
    assertThat(registry.getMeters().getFirst().measure().iterator().next().getValue())
        .isEqualTo(SECONDS);
  }

  @Test
  void nothingIsShownOfWhatIsGone() {
    var status = of("{\"tls\": {\"notAfter\": \"%s\"}}".formatted(END), CacheUserStatus.class);
    meters.show(USER, of("{}", CacheUserStatus.class));
    assertThat(lines()).as("one that has no certificate yet").isEmpty();
    meters.show(USER, status);
    meters.show(USER, of("{}", CacheUserStatus.class));
    assertThat(lines()).as("a certificate that is told no more").isEmpty();

    meters.show(USER, status);
    meters.show(
        CLUSTER, of("{\"tls\": {\"notAfter\": \"%s\"}}".formatted(END), CacheClusterStatus.class));
    meters.forget(USER);
    assertThat(lines()).hasSize(1).allMatch(line -> line.contains("kind=CacheCluster"));
    meters.forget(ResourceID.fromResource(CLUSTER));
    assertThat(lines()).isEmpty();
  }
}
