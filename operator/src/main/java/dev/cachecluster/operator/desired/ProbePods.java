package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.PlacementSpec;
import dev.cachecluster.operator.probe.Target;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two pods that prove the isolation of a cluster. One is under the policy of the members: it
 * may reach them, and not the API server. The other is a stranger: it may reach the API server, and
 * no member. Each is the other's control.
 */
public final class ProbePods {
  /** The operator's own user, in whose image the program is. */
  private static final long USER = 65532;

  /** Longer than the program takes at most; the kubelet ends what hangs. */
  private static final long DEADLINE_SECONDS = 90;

  private static final String VERDICT = "/dev/termination-log";
  public static final String API_SERVER = "the API server";

  /** Every pod has these by the kubelet, and every cluster has an API server there. */
  private static final String API_HOST = "$(KUBERNETES_SERVICE_HOST)";

  private static final String API_PORT = "$(KUBERNETES_SERVICE_PORT)";

  private final Names names;
  private final CacheClusterSpec spec;

  public ProbePods(Names names, CacheClusterSpec spec) {
    this.names = names;
    this.spec = spec;
  }

  /** The labels of the stranger, for who has to know whether somebody lets it in. */
  public Map<String, String> strangerLabels() {
    return Labels.ofProbe(names.cluster(), Labels.PROBE_STRANGER);
  }

  /**
   * Both pods of a run.
   *
   * @param image the operator's own
   * @param run when it began, by which its pods know each other
   * @param subject what it is to prove
   * @param members the addresses of the members by name, in order
   */
  public List<Pod> of(String image, String run, String subject, Map<String, String> members) {
    var inside = new ArrayList<String>();
    var stranger = new ArrayList<String>();
    members.forEach(
        (member, ip) -> {
          inside.add(Target.may(member, ip, Names.PORT));
          stranger.add(Target.mayNot(member, ip, Names.PORT));
        });
    inside.add(Target.mayNot(API_SERVER, API_HOST, API_PORT));
    stranger.add(Target.may(API_SERVER, API_HOST, API_PORT));
    var marks = Map.of(Labels.PROBE_RUN, run, Labels.PROBE_SUBJECT, subject);
    return List.of(
        pod(Labels.PROBE_INSIDE, marks, image, inside),
        pod(Labels.PROBE_STRANGER, marks, image, stranger));
  }

  private Pod pod(String which, Map<String, String> marks, String image, List<String> targets) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(names.probe(which))
        .withNamespace(names.namespace())
        .withLabels(Labels.ofProbe(names.cluster(), which))
        .withAnnotations(marks)
        .endMetadata()
        .withSpec(podSpec(image, targets))
        .build();
  }

  private PodSpec podSpec(String image, List<String> targets) {
    var placement = Optional.ofNullable(spec.placement());
    var pod =
        new PodSpecBuilder()
            .withAutomountServiceAccountToken(false)
            .withEnableServiceLinks(false)
            .withRestartPolicy("Never")
            .withActiveDeadlineSeconds(DEADLINE_SECONDS)
            .withTerminationGracePeriodSeconds(1L)
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(USER)
            .withRunAsGroup(USER)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .withAffinity(nearMembers())
            .withContainers(container(image, targets))
            .withNodeSelector(placement.map(PlacementSpec::nodeSelector).orElse(null))
            .withTolerations(Workload.tolerations(spec.placement()));
    Optional.ofNullable(spec.engine().imagePullSecrets())
        .ifPresent(
            secrets ->
                pod.withImagePullSecrets(
                    secrets.stream()
                        .map(secret -> new LocalObjectReference(secret.name()))
                        .toList()));
    return pod.build();
  }

  /** Where members are is where the policies have to hold. */
  private io.fabric8.kubernetes.api.model.Affinity nearMembers() {
    return new AffinityBuilder()
        .withNewPodAffinity()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(100)
        .withNewPodAffinityTerm()
        .withTopologyKey("kubernetes.io/hostname")
        .withNewLabelSelector()
        .withMatchLabels(Labels.members(names.cluster()))
        .endLabelSelector()
        .endPodAffinityTerm()
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endPodAffinity()
        .build();
  }

  private static Container container(String image, List<String> targets) {
    return new ContainerBuilder()
        .withName("probe")
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand(
            "java",
            "-XX:+UseSerialGC",
            "-Xmx16m",
            "-Xss256k",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=8m",
            "-XX:MaxMetaspaceSize=24m",
            "-XX:-UsePerfData",
            "-cp",
            "/app/app/*",
            "dev.cachecluster.operator.probe.NetworkProbe")
        .withArgs(arguments(targets))
        .withTerminationMessagePath(VERDICT)
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("64Mi")))
        .withLimits(Map.of("memory", new Quantity("64Mi")))
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .build();
  }

  private static List<String> arguments(List<String> targets) {
    var arguments = new ArrayList<String>();
    arguments.add("--verdict=" + VERDICT);
    arguments.addAll(targets);
    return arguments;
  }
}
