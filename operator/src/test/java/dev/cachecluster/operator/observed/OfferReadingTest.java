package dev.cachecluster.operator.observed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.pki.ForeignOffer;
import dev.cachecluster.operator.pki.ForeignState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How often somebody else's Secret is read, and what is made of it. */
class OfferReadingTest {
  private static final ServerCertificate WANTED = new ServerCertificate.Given("company");
  private static final List<String> HOSTS = ServerCertificate.needed(SampleCluster.NAMES, 2);

  private final List<HasMetadata> cached = new ArrayList<>();
  private Optional<HasMetadata> stored = Optional.empty();
  private int reads;
  private boolean silent;
  private final OfferReading reading =
      new OfferReading(new Reader(), new Memory(WorldSketch.NOW), new SecureRandom());

  private final class Reader implements ClusterReader {
    @Override
    public Collection<HasMetadata> cached() {
      return cached;
    }

    @Override
    public Optional<Pod> livePod(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<Node> node(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<HasMetadata> liveSecret(String name) {
      reads++;
      if (silent) {
        throw new IllegalStateException("no answer");
      }
      return stored.filter(secret -> secret.getMetadata().getName().equals(name));
    }

    @Override
    public Optional<StorageClass> liveStorageClass(String name) {
      return Optional.empty();
    }

    @Override
    public List<StorageClass> liveStorageClasses() {
      return List.of();
    }

    @Override
    public Optional<PersistentVolume> livePersistentVolume(String name) {
      return Optional.empty();
    }

    @Override
    public ObservedRequest liveRequest(String name) {
      return new ObservedRequest.Unavailable();
    }

    @Override
    public Optional<HasMetadata> liveConfigMap(String name) {
      return Optional.empty();
    }
  }

  private static ForeignState.Shown sample(String words) {
    var node = JsonNodeFactory.instance.objectNode().put("shown", words);
    return ForeignSketch.read(node, WANTED).state().shown().orElseThrow();
  }

  private static Secret secret(ForeignState.Shown shown) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("company")
        .endMetadata()
        .withData(
            Map.of(
                "tls.crt", encoded(shown.pair().certificatePem()),
                "tls.key", encoded(shown.pair().privateKeyPem().reveal()),
                "ca.crt", encoded(shown.rootPem())))
        .build();
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private ForeignOffer look(Instant at) {
    return reading.of(WANTED, HOSTS, Set.of(), at).offer();
  }

  private static ForeignOffer accepted(String words) {
    return new ForeignOffer.Accepted(sample(words));
  }

  @Test
  void aGoodOneIsReadOnceAMinute() {
    stored = Optional.of(secret(sample("company")));
    for (int second = 0; second < 60; second += 5) {
      assertThat(look(WorldSketch.NOW.plusSeconds(second))).isEqualTo(accepted("company"));
    }
    assertThat(reads).isEqualTo(1);
    stored = Optional.of(secret(sample("company renewed")));
    assertThat(look(WorldSketch.NOW.plusSeconds(60))).isEqualTo(accepted("company renewed"));
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void oneThatIsMissingIsLookedForMoreOften() {
    assertThat(look(WorldSketch.NOW)).isEqualTo(new ForeignOffer.Missing());
    stored = Optional.of(secret(sample("company")));
    assertThat(look(WorldSketch.NOW.plusSeconds(5))).isEqualTo(accepted("company"));
  }

  @Test
  void oneThatBearsTheLabelIsSeenAtOnceAndNeverAskedFor() {
    cached.add(secret(sample("company")));
    assertThat(look(WorldSketch.NOW)).isEqualTo(accepted("company"));
    cached.set(0, secret(sample("other")));
    assertThat(look(WorldSketch.NOW.plusSeconds(1))).isEqualTo(accepted("other"));
    assertThat(reads).isZero();
  }

  @Test
  void anApiServerThatGivesNoAnswerChangesNothing() {
    stored = Optional.of(secret(sample("company")));
    look(WorldSketch.NOW);
    silent = true;
    assertThat(look(WorldSketch.NOW.plusSeconds(61))).isEqualTo(accepted("company"));
    silent = false;
    stored = Optional.of(secret(sample("other")));
    assertThat(look(WorldSketch.NOW.plusSeconds(62))).isEqualTo(accepted("other"));
  }

  @Test
  void aSpecThatNamesAnotherOneIsFollowedAtOnce() {
    stored = Optional.of(secret(sample("company")));
    look(WorldSketch.NOW);
    var other = new ServerCertificate.Given("another");
    assertThat(reading.of(other, HOSTS, Set.of(), WorldSketch.NOW.plusSeconds(1)).offer())
        .isEqualTo(new ForeignOffer.Missing());
    assertThat(
            reading.of(new ServerCertificate.Managed(), HOSTS, Set.of(), WorldSketch.NOW).offer())
        .isEqualTo(new ForeignOffer.Unasked());
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void aMemberMoreNeedsItsName() {
    stored = Optional.of(secret(sample("company")));
    var more = ServerCertificate.needed(SampleCluster.NAMES, 3);
    assertThat(reading.of(WANTED, more, Set.of(), WorldSketch.NOW).offer())
        .isInstanceOfSatisfying(
            ForeignOffer.Refused.class,
            refused -> assertThat(refused.why().getFirst()).contains("demo-0-3-0.demo-members"));
  }
}
