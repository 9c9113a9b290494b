package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.PlacementSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The StatefulSet of one member: one pod with a name, an identity and a template of its own. */
final class Workload {
  /** The user of the public Valkey and Redis images. */
  private static final long ENGINE_USER = 999;

  private static final int SECRET_MODE = 0440;

  private final Names names;
  private final CacheClusterSpec spec;
  private final String image;
  private final Persistence storage;

  Workload(Names names, CacheClusterSpec spec, String image) {
    this.names = names;
    this.spec = spec;
    this.image = image;
    this.storage = new Persistence(names, spec.persistence());
  }

  /**
   * The member's StatefulSet. {@code OnDelete} keeps the order of restarts in the operator's hands;
   * the pod's template carries its own digest, by which a pod shows what it was made from.
   */
  StatefulSet member(String member) {
    var template = template(member);
    var digest = Digests.of(template);
    template.getMetadata().getAnnotations().put(Labels.TEMPLATE, digest);
    template.getMetadata().getAnnotations().put(Labels.SPEC, specDigest());
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName(member)
        .withNamespace(names.namespace())
        .withLabels(labels(member))
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withServiceName(names.headlessService())
        .withPodManagementPolicy("Parallel")
        .withRevisionHistoryLimit(1)
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withNewSelector()
        .withMatchLabels(Labels.member(names.cluster(), member))
        .endSelector()
        .withTemplate(template)
        .endSpec()
        .build();
  }

  /**
   * What a pod is restarted for. A template that differs otherwise comes from another version of
   * the operator, and nobody's cache is restarted for that: it waits for the next restart.
   */
  private String specDigest() {
    var parts = new ArrayList<@Nullable Object>();
    parts.add(image);
    parts.add(spec.engine().type());
    parts.add(spec.engine().imagePullSecrets());
    parts.add(spec.memory().maxMemory());
    parts.add(spec.cpu());
    parts.add(spec.placement());
    if (keeps()) {
      parts.add(storage.digested());
    }
    return Digests.of(parts);
  }

  private boolean keeps() {
    return spec.persistence().mode().keeps();
  }

  private Map<String, String> labels(String member) {
    var labels = Labels.of(names.cluster());
    labels.put(Labels.MEMBER, member);
    return labels;
  }

  private PodTemplateSpec template(String member) {
    var labels = new LinkedHashMap<String, String>();
    var annotations = new LinkedHashMap<String, String>();
    var placement = spec.placement();
    if (placement != null) {
      put(labels, placement.podLabels());
      put(annotations, placement.podAnnotations());
    }
    labels.putAll(labels(member));
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(labels)
        .withAnnotations(annotations)
        .endMetadata()
        .withSpec(podSpec(member, placement))
        .build();
  }

  private static void put(Map<String, String> into, @Nullable Map<String, String> own) {
    if (own != null) {
      into.putAll(own);
    }
  }

  private PodSpec podSpec(String member, @Nullable PlacementSpec placement) {
    var pod =
        new PodSpecBuilder()
            .withAutomountServiceAccountToken(false)
            .withEnableServiceLinks(false)
            .withTerminationGracePeriodSeconds(Persistence.secondsToStop(spec))
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(ENGINE_USER)
            .withRunAsGroup(ENGINE_USER)
            .withFsGroup(ENGINE_USER)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .withFsGroupChangePolicy(keeps() ? "OnRootMismatch" : null)
            .endSecurityContext()
            .addNewReadinessGate(Labels.SERVING_GATE)
            .withContainers(container(member))
            .withTopologySpreadConstraints(spread(placement))
            .addNewVolume()
            .withName("config")
            .withNewConfigMap()
            .withName(names.configMap())
            .withDefaultMode(SECRET_MODE)
            .endConfigMap()
            .endVolume()
            .addNewVolume()
            .withName("access")
            .withNewSecret()
            .withSecretName(names.accessSecret())
            .withDefaultMode(SECRET_MODE)
            .endSecret()
            .endVolume()
            .addNewVolume()
            .withName("tls")
            .withNewSecret()
            .withSecretName(names.memberTlsSecret(member))
            .withDefaultMode(SECRET_MODE)
            .endSecret()
            .endVolume()
            .addAllToVolumes(storage.volumes(member));
    var secrets = spec.engine().imagePullSecrets();
    if (secrets != null) {
      pod.withImagePullSecrets(
          secrets.stream().map(secret -> new LocalObjectReference(secret.name())).toList());
    }
    if (placement != null) {
      pod.withNodeSelector(placement.nodeSelector())
          .withTolerations(tolerations(placement))
          .withPriorityClassName(placement.priorityClassName());
    }
    return pod.build();
  }

  private Container container(String member) {
    var programs = ServerPrograms.of(spec.engine().type());
    var memory = MemoryBudget.of(spec).limit();
    var requests = new LinkedHashMap<String, Quantity>();
    var limits = new LinkedHashMap<String, Quantity>();
    requests.put("memory", memory);
    limits.put("memory", memory);
    var cpu = spec.cpu();
    var request = cpu == null ? null : cpu.request();
    var limit = cpu == null ? null : cpu.limit();
    requests.put("cpu", Quantity.parse(request == null ? "100m" : request));
    if (limit != null) {
      limits.put("cpu", Quantity.parse(limit));
    }
    return new ContainerBuilder()
        .withName("server")
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand(programs.server(), ServerConfig.CONFIG_DIR + "/" + ServerConfig.FILE)
        .withArgs("--" + ServerConfig.ANNOUNCED, names.host(member))
        .withWorkingDir("/data")
        .addNewPort()
        .withName("tls")
        .withContainerPort(Names.PORT)
        .withProtocol("TCP")
        .endPort()
        .withNewResources()
        .withRequests(requests)
        .withLimits(limits)
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withReadinessProbe(Probes.readiness(programs))
        .withLivenessProbe(Probes.liveness(programs))
        .withNewLifecycle()
        .withNewPreStop()
        .withNewSleep(5L)
        .endPreStop()
        .endLifecycle()
        .addNewVolumeMount()
        .withName("config")
        .withMountPath(ServerConfig.CONFIG_DIR)
        .withReadOnly(true)
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("access")
        .withMountPath(ServerConfig.ACCESS_DIR)
        .withReadOnly(true)
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("tls")
        .withMountPath(ServerConfig.TLS_DIR)
        .withReadOnly(true)
        .endVolumeMount()
        .addAllToVolumeMounts(storage.mounts())
        .build();
  }

  /** Where the pods of a cluster may run, those of its probe among them. */
  static List<Toleration> tolerations(@Nullable PlacementSpec placement) {
    var tolerations = placement == null ? null : placement.tolerations();
    var built = new ArrayList<Toleration>();
    if (tolerations != null) {
      for (var toleration : tolerations) {
        built.add(
            new TolerationBuilder()
                .withKey(toleration.key())
                .withOperator(toleration.operator())
                .withValue(toleration.value())
                .withEffect(toleration.effect())
                .withTolerationSeconds(toleration.tolerationSeconds())
                .build());
      }
    }
    return built;
  }

  private TopologySpreadConstraint spread(@Nullable PlacementSpec placement) {
    var own = placement == null ? null : placement.topologySpread();
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey(own == null ? "kubernetes.io/hostname" : own.topologyKey())
        .withWhenUnsatisfiable(own == null ? "ScheduleAnyway" : own.whenUnsatisfiable())
        .withNewLabelSelector()
        .withMatchLabels(Labels.members(names.cluster()))
        .endLabelSelector()
        .build();
  }
}
