package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.SpecCheck;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for the objects of every spec that the API allows. */
class DesiredPropertiesTest {
  private static final int TRIES = 60;
  private static final long MIB = 1L << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Provide
  Arbitrary<CacheClusterSpec> specs() {
    return Specs.allowed();
  }

  private static DesiredState desired(CacheClusterSpec spec) {
    return SampleCluster.desired(spec, Optional.empty());
  }

  private static Stream<StatefulSet> workloads(CacheClusterSpec spec) {
    return desired(spec).members().values().stream();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void theSpecsOfTheseTestsAreAllowed(@ForAll("specs") CacheClusterSpec spec) {
    assertThat(SpecCheck.check(Specs.cluster(spec))).isEmpty();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyPodIsRestricted(@ForAll("specs") CacheClusterSpec spec) {
    assertThat(workloads(spec))
        .isNotEmpty()
        .allSatisfy(
            workload ->
                assertThat(
                        PodSecurityRestricted.violations(
                            workload.getSpec().getTemplate().getSpec()))
                    .isEmpty());
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyContainerWritesNowhereAndHasNoTokenAndNoShell(@ForAll("specs") CacheClusterSpec spec) {
    workloads(spec)
        .map(workload -> workload.getSpec().getTemplate().getSpec())
        .forEach(
            pod -> {
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getContainers())
                  .allSatisfy(
                      container -> {
                        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                            .isTrue();
                        assertThat(container.getCommand().getFirst())
                            .matches("(valkey|redis)-server");
                      });
            });
  }

  /**
   * Only Secrets hold secrets, and only those that must: clear text nowhere else, hashes in the
   * access list alone.
   */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void noSecretStandsInAnythingButASecret(@ForAll("specs") CacheClusterSpec spec)
      throws JsonProcessingException {
    var identities = SampleCluster.IDENTITIES;
    for (var object : desired(spec).objects()) {
      var text = JSON.writeValueAsString(object);
      for (var secret : List.of(identities.operatorPassword(), identities.replicationPassword())) {
        var encoded =
            Base64.getEncoder().encodeToString(secret.reveal().getBytes(StandardCharsets.UTF_8));
        if (!(object instanceof Secret)) {
          assertThat(text)
              .as(object.getKind())
              .doesNotContain(secret.reveal().strip(), encoded, secret.sha256Hex());
        }
      }
      assertThat(everyText(object))
          .as(object.getKind())
          .doesNotContain(identities.operatorPassword().reveal());
    }
  }

  private static String everyText(HasMetadata object) throws JsonProcessingException {
    var text = new StringBuilder(JSON.writeValueAsString(object));
    if (object instanceof Secret secret) {
      secret
          .getData()
          .values()
          .forEach(
              value ->
                  text.append(
                      new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    }
    return text.toString();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void theContainerHasRoomForItsData(@ForAll("specs") CacheClusterSpec spec) {
    var budget = MemoryBudget.of(spec);
    assertThat(budget.maxMemoryBytes()).isEqualTo(spec.memory().maxMemoryBytes().orElseThrow());
    assertThat(budget.backlogBytes()).isBetween(8 * MIB, 256 * MIB);
    assertThat(budget.limitBytes())
        .isGreaterThanOrEqualTo(
            budget.maxMemoryBytes()
                + budget.maxMemoryBytes() / 2
                + budget.backlogBytes()
                + 64 * MIB);
    assertThat(Quantity.getAmountInBytes(budget.limit()))
        .isEqualByComparingTo(BigDecimal.valueOf(budget.limitBytes()));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void whatIsRequestedIsWhatIsAllowed(@ForAll("specs") CacheClusterSpec spec) {
    assertThat(workloads(spec))
        .allSatisfy(
            workload -> {
              var resources =
                  workload
                      .getSpec()
                      .getTemplate()
                      .getSpec()
                      .getContainers()
                      .getFirst()
                      .getResources();
              assertThat(resources.getRequests().get("memory"))
                  .isEqualTo(resources.getLimits().get("memory"));
              assertThat(resources.getRequests()).containsKey("cpu");
            });
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void theSameSpecGivesTheSameObjects(@ForAll("specs") CacheClusterSpec spec) {
    assertThat(desired(spec)).isEqualTo(desired(spec));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void nobodyElsesLabelsOrAnnotationsChangeWhatSelects(@ForAll("specs") CacheClusterSpec spec) {
    desired(spec)
        .members()
        .forEach(
            (member, workload) ->
                assertThat(workload.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(workload.getSpec().getSelector().getMatchLabels())
                    .containsEntry(Labels.MEMBER, member)
                    .doesNotContainKey(Labels.ROLE));
  }

  static List<String> names() {
    return Specs.longestNames();
  }

  /**
   * Kubernetes: a label value, a DNS label and a pod's host name have 63 characters; a
   * StatefulSet's pod adds a digest.
   */
  @ParameterizedTest
  @MethodSource("names")
  void everyDerivedNameFits(String cluster) {
    var names = new Names("n".repeat(63), cluster);
    var desired =
        SampleCluster.desired(
            names, SampleCluster.spec(5), Optional.of(SampleCluster.IDENTITIES), Optional.empty());
    assertThat(desired.objects())
        .extracting(object -> object.getMetadata().getName())
        .allMatch(name -> name.length() <= 63);
    assertThat(desired.leaves())
        .allSatisfy(
            leaf -> {
              assertThat(leaf.secretName()).hasSizeLessThanOrEqualTo(63);
              assertThat(leaf.commonName()).hasSizeLessThanOrEqualTo(64);
              assertThat(leaf.hosts()).allMatch(host -> host.length() <= 253);
            });
    assertThat(
            List.of(
                names.authoritySecret(),
                names.accountsSecret(),
                names.stateConfigMap(),
                names.operatorTlsSecret()))
        .allMatch(name -> name.length() <= 63);
    desired
        .members()
        .keySet()
        .forEach(
            member -> {
              // The controller's revision label is the StatefulSet's name, a dash and ten
              // characters.
              assertThat(member.length() + 11).isLessThanOrEqualTo(63);
              assertThat(names.pod(member)).hasSizeLessThanOrEqualTo(63);
            });
  }

  @Test
  void noTwoObjectsShareAName() {
    var desired = desired(SampleCluster.spec(5));
    var keys =
        Stream.concat(
                desired.objects().stream()
                    .map(object -> object.getKind() + "/" + object.getMetadata().getName()),
                Stream.concat(
                    desired.leaves().stream().map(leaf -> "Secret/" + leaf.secretName()),
                    Stream.of(
                        "Secret/" + desired.names().authoritySecret(),
                        "Secret/" + desired.names().accountsSecret(),
                        "ConfigMap/" + desired.names().stateConfigMap())))
            .toList();
    assertThat(keys).doesNotHaveDuplicates();
  }
}
