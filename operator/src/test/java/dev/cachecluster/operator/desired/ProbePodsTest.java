package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.probe.NetworkProbe;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The pods of the probe: as closed as a member, gone by themselves, and each the other's control.
 */
class ProbePodsTest {
  private static final CacheClusterSpec SPEC = everyField();
  private static final List<Pod> PODS =
      new ProbePods(SampleCluster.NAMES, SPEC)
          .of(
              "registry.example/operator:0.1.0",
              "2026-01-01T12:00:00Z",
              "subject",
              Map.of("demo-0-0", "10.0.0.1"));

  private static CacheClusterSpec everyField() {
    try {
      var story = Path.of("src/test/resources/stories/26-every-field-of-the-spec/cluster.yaml");
      return Serialization.unmarshal(Files.readString(story), CacheCluster.class).getSpec();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theyPassTheRestrictedStandardAndHoldNothing() {
    assertThat(PODS)
        .hasSize(2)
        .allSatisfy(
            pod -> {
              assertThat(PodSecurityRestricted.violations(pod.getSpec())).isEmpty();
              assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getSpec().getVolumes()).isEmpty();
              assertThat(pod.getSpec().getContainers())
                  .singleElement()
                  .satisfies(
                      container -> {
                        assertThat(container.getEnv()).isEmpty();
                        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                            .isTrue();
                        assertThat(container.getResources().getLimits()).containsKey("memory");
                      });
            });
  }

  @Test
  void theyEndByThemselves() {
    assertThat(PODS)
        .allSatisfy(
            pod -> {
              assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
              assertThat(pod.getSpec().getActiveDeadlineSeconds()).isBetween(60L, 120L);
            });
  }

  @Test
  void whatOneMayTheOtherMayNot() {
    assertThat(arguments(PODS.getFirst()))
        .containsExactly(
            "--verdict=/dev/termination-log",
            "--may=demo-0-0=10.0.0.1:6379",
            "--may-not=the API server=$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)");
    assertThat(arguments(PODS.getLast()))
        .containsExactly(
            "--verdict=/dev/termination-log",
            "--may-not=demo-0-0=10.0.0.1:6379",
            "--may=the API server=$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)");
  }

  @Test
  void theVerdictIsWrittenWhereTheKubeletReadsIt() {
    assertThat(PODS)
        .extracting(pod -> pod.getSpec().getContainers().getFirst().getTerminationMessagePath())
        .containsOnly("/dev/termination-log");
  }

  @Test
  void theProgramIsTheOneOfTheImage() {
    assertThat(PODS)
        .extracting(pod -> pod.getSpec().getContainers().getFirst().getCommand().getLast())
        .containsOnly(NetworkProbe.class.getName());
  }

  @Test
  void theyRunWhereTheMembersMay() {
    var member =
        new Workload(SampleCluster.NAMES, SPEC, "image")
            .member("demo-0-0")
            .getSpec()
            .getTemplate()
            .getSpec();
    assertThat(PODS)
        .allSatisfy(
            pod -> {
              assertThat(pod.getSpec().getNodeSelector()).isEqualTo(member.getNodeSelector());
              assertThat(pod.getSpec().getTolerations()).isEqualTo(member.getTolerations());
              assertThat(pod.getSpec().getImagePullSecrets())
                  .isEqualTo(member.getImagePullSecrets());
            });
  }

  private static List<String> arguments(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getArgs();
  }
}
