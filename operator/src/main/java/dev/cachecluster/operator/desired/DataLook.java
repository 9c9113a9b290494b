package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.PersistenceMode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;

/**
 * The container that looks at a member's files before its server starts, if that one did not start.
 * It is in the template of one pod only: a healthy server waits for no second reading of its data.
 */
public final class DataLook {
  /** Its name. */
  public static final String CONTAINER = "look";

  private static final String VERDICT = "/dev/termination-log";

  private DataLook() {}

  /** What it does. */
  public sealed interface Order {
    /** Reads, and changes nothing. */
    record Inspect() implements Order {}

    /**
     * Moves aside what cannot be read.
     *
     * @param name of the place; under one name it moves once
     */
    record SetAside(String name) implements Order {}
  }

  /**
   * A member's StatefulSet with that container.
   *
   * @param image the operator's own
   */
  public static StatefulSet before(
      StatefulSet workload, String image, PersistenceMode mode, Order order) {
    return new StatefulSetBuilder(workload)
        .editSpec()
        .editTemplate()
        .editSpec()
        .withInitContainers(container(image, mode, order))
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Container container(String image, PersistenceMode mode, Order order) {
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand(
            "java",
            "-XX:+UseSerialGC",
            "-Xmx16m",
            "-Xss256k",
            "-XX:ReservedCodeCacheSize=8m",
            "-XX:MaxMetaspaceSize=24m",
            "-XX:-UsePerfData",
            "-cp",
            "/app/app/*",
            "dev.cachecluster.operator.volume.DataInspector")
        .withArgs(arguments(mode, order))
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
        .addNewVolumeMount()
        .withName("data")
        .withMountPath(Persistence.DATA_DIR)
        .withReadOnly(order instanceof Order.Inspect ? Boolean.TRUE : null)
        .endVolumeMount()
        .build();
  }

  private static List<String> arguments(PersistenceMode mode, Order order) {
    var data = "--data=" + Persistence.DATA_DIR;
    var files = "--files=" + (mode == PersistenceMode.SNAPSHOT ? "snapshot" : "appended");
    var verdict = "--verdict=" + VERDICT;
    return switch (order) {
      case Order.Inspect() -> List.of("inspect", data, files, verdict);
      case Order.SetAside(var name) -> List.of("set-aside", data, files, verdict, "--as=" + name);
    };
  }
}
