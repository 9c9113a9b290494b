package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.volume.Verdict;
import java.util.Optional;

/**
 * What Kubernetes says of a member's pod.
 *
 * @param resourceVersion the version that was read, for deletes that must not hit another one
 * @param deleting whether it was asked to go
 * @param template the digest of the template that it was made from
 * @param spec the digest of the part of the spec that it runs with
 * @param role the label that the operator gave it
 * @param gateOpen whether the operator let it serve
 * @param ready what Services go by
 * @param container what its server's container does
 * @param unschedulable the scheduler's message, if it found no node
 * @param sized the size of its volume that its kubelet was last told to look for
 * @param looked what its files are worth, if they were looked at before its server started
 * @param leaving why its node is about to lose it, and which node that is; empty if it stays
 */
public record ObservedPod(
    String name,
    String uid,
    String resourceVersion,
    Optional<String> ip,
    boolean deleting,
    String template,
    String spec,
    Optional<String> role,
    boolean gateOpen,
    boolean ready,
    ContainerState container,
    Optional<String> unschedulable,
    Optional<String> sized,
    Optional<Verdict> looked,
    Optional<String> leaving) {

  /** Before the reason for which a pod waits whose server's container is not its first. */
  public static final String INITIAL = "Init:";

  /** What the kubelet says of a container. */
  public sealed interface ContainerState {
    /** It was started, and nobody has reported its end. */
    record Running(int restarts) implements ContainerState {}

    /** It does not run: it was never started, waits for a retry, or ended. */
    record NotRunning(String reason, String message, boolean everRan) implements ContainerState {}
  }

  /** Whether the kubelet reported that no process of this pod runs. */
  public boolean processEnded() {
    return container instanceof ContainerState.NotRunning;
  }
}
