package dev.cachecluster.operator.desired;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The Pod Security Standard "restricted" of Kubernetes 1.30, as far as a template can break it. */
final class PodSecurityRestricted {
  private PodSecurityRestricted() {}

  static List<String> violations(PodSpec pod) {
    var found = new ArrayList<String>();
    check(found, Boolean.TRUE.equals(pod.getHostNetwork()), "hostNetwork");
    check(found, Boolean.TRUE.equals(pod.getHostPID()), "hostPID");
    check(found, Boolean.TRUE.equals(pod.getHostIPC()), "hostIPC");
    check(
        found,
        !pod.getVolumes().stream().allMatch(PodSecurityRestricted::isAllowed),
        "volume type");
    var own = pod.getSecurityContext();
    check(found, own == null || !Boolean.TRUE.equals(own.getRunAsNonRoot()), "runAsNonRoot");
    check(found, own == null || Objects.equals(own.getRunAsUser(), 0L), "runAsUser");
    check(
        found,
        own == null
            || own.getSeccompProfile() == null
            || !own.getSeccompProfile().getType().equals("RuntimeDefault"),
        "seccompProfile");
    check(found, own != null && !own.getSysctls().isEmpty(), "sysctls");
    Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .forEach(container -> check(found, container));
    check(found, !pod.getEphemeralContainers().isEmpty(), "ephemeral containers");
    return found;
  }

  private static void check(List<String> found, Container container) {
    var name = container.getName() + ": ";
    var context = container.getSecurityContext();
    if (context == null) {
      found.add(name + "securityContext");
      return;
    }
    check(
        found,
        !Boolean.FALSE.equals(context.getAllowPrivilegeEscalation()),
        name + "allowPrivilegeEscalation");
    check(found, Boolean.TRUE.equals(context.getPrivileged()), name + "privileged");
    check(found, Boolean.FALSE.equals(context.getRunAsNonRoot()), name + "runAsNonRoot");
    check(found, Objects.equals(context.getRunAsUser(), 0L), name + "runAsUser");
    check(
        found,
        context.getProcMount() != null && !context.getProcMount().equals("Default"),
        name + "procMount");
    var capabilities = context.getCapabilities();
    check(
        found,
        capabilities == null || !capabilities.getDrop().contains("ALL"),
        name + "capabilities.drop");
    check(
        found,
        capabilities != null && !List.of("NET_BIND_SERVICE").containsAll(capabilities.getAdd()),
        name + "capabilities.add");
    check(
        found,
        container.getPorts().stream()
            .anyMatch(port -> port.getHostPort() != null && port.getHostPort() != 0),
        name + "hostPort");
  }

  private static boolean isAllowed(Volume volume) {
    return volume.getHostPath() == null
        && volume.getNfs() == null
        && volume.getIscsi() == null
        && (volume.getConfigMap() != null
            || volume.getCsi() != null
            || volume.getDownwardAPI() != null
            || volume.getEmptyDir() != null
            || volume.getEphemeral() != null
            || volume.getPersistentVolumeClaim() != null
            || volume.getProjected() != null
            || volume.getSecret() != null);
  }

  private static void check(List<String> found, boolean violated, String what) {
    if (violated) {
      found.add(what);
    }
  }
}
