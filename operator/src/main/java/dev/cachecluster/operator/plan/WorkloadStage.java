package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedPod;
import dev.cachecluster.operator.observed.ObservedPod.ContainerState;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.volume.Verdict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * NETWORK and WORKLOAD: are the policies there before the first pod, and does every member have its
 * StatefulSet? A member that runs from an older template is left alone here: its turn comes in the
 * rollout.
 */
final class WorkloadStage {
  private final Drift drift;

  WorkloadStage(Drift drift) {
    this.drift = drift;
  }

  private static final Set<String> BAD_IMAGE =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  private static final Set<String> CRASHING =
      Set.of("CrashLoopBackOff", "RunContainerError", "CreateContainerError");

  StageResult network(DesiredState desired, ObservedState world) {
    return StageResult.of(
        drift.between(desired.networkPolicy(), world.child(desired.networkPolicy())).stream()
            .toList());
  }

  StageResult objects(DesiredState desired, ObservedState world) {
    var actions = new ArrayList<Action>();
    var wanted = new ArrayList<HasMetadata>();
    wanted.add(desired.configMap());
    wanted.addAll(desired.services());
    wanted.addAll(desired.budgets());
    wanted.forEach(object -> drift.between(object, world.child(object)).ifPresent(actions::add));
    budgetsToRemove(desired, world).forEach(actions::add);
    desired
        .members()
        .forEach(
            (member, workload) -> {
              var live = world.child(workload);
              if (live.isEmpty()
                  || (sameTemplate(workload, live.get()) && !isToLook(member, live.get(), world))) {
                drift.between(workload, live).ifPresent(actions::add);
              }
            });
    var blocked = trouble(world);
    return new StageResult(actions, blocked);
  }

  /** Whether a template that looks at the files has not made its pod yet. */
  private static boolean isToLook(String member, HasMetadata live, ObservedState world) {
    return Templates.looks(live)
        && world
            .member(member)
            .filter(
                known ->
                    known
                        .pod()
                        .filter(
                            pod ->
                                !pod.deleting()
                                    && (pod.looked().isPresent() || !pod.processEnded()))
                        .isEmpty())
            .isPresent();
  }

  private static List<Action> budgetsToRemove(DesiredState desired, ObservedState world) {
    var names = desired.names();
    return desired.replicas() > 0
        ? List.of()
        : List.of(names.primaryBudget(), names.replicaBudget()).stream()
            .map(name -> world.children().get(new ObjectKey("PodDisruptionBudget", name)))
            .filter(java.util.Objects::nonNull)
            .<Action>map(
                budget -> new Action.Remove(budget, "a shard without replicas has no budget"))
            .toList();
  }

  private static boolean sameTemplate(HasMetadata desired, HasMetadata live) {
    return Templates.spec(desired).equals(Templates.spec(live));
  }

  /** What keeps a pod from running, in the words that help most; the worst of all members. */
  private static Optional<Blocked> trouble(ObservedState world) {
    return world.members().stream().flatMap(member -> trouble(member).stream()).findFirst();
  }

  static Optional<Blocked> trouble(ObservedMember member) {
    return member
        .pod()
        .flatMap(
            pod -> {
              if (pod.unschedulable().isPresent()) {
                return blocked(
                    Reason.UNSCHEDULABLE,
                    "no node takes "
                        + pod.name()
                        + ": "
                        + pod.unschedulable().get()
                        + "; free resources, or change memory, cpu or placement");
              }
              if (pod.container()
                  instanceof ContainerState.NotRunning(var reason, var message, var _)) {
                if (BAD_IMAGE.contains(reason)) {
                  return blocked(
                      Reason.IMAGE_UNAVAILABLE,
                      "the image of "
                          + pod.name()
                          + " cannot be had; correct spec.engine.version or spec.engine.image, or its imagePullSecrets");
                }
                if (reason.startsWith(ObservedPod.INITIAL)) {
                  return blocked(
                      Reason.IMAGE_UNAVAILABLE,
                      "the files of "
                          + pod.name()
                          + " are to be looked at from the operator's own image, and it waits for that ("
                          + reason
                          + "); let the namespace pull that image");
                }
                if (member.isUnreadable()) {
                  return blocked(
                      Reason.DATA_CORRUPT,
                      "the server of "
                          + pod.name()
                          + " does not start, since "
                          + pod.looked().map(Verdict::text).orElse("")
                          + "; nothing of it is changed unless another member leads with data; see"
                          + " docs/runbooks/DataCorrupt.md");
                }
                if (isCrashing(pod)) {
                  return blocked(
                      Reason.CRASH_LOOP,
                      "the server of "
                          + pod.name()
                          + " does not start ("
                          + reason
                          + pod.looked().map(seen -> "; of its files, " + seen.text()).orElse("")
                          + "); see kubectl logs "
                          + pod.name());
                }
              }
              return Optional.empty();
            });
  }

  /** Whether it was started more than once, in vain. */
  static boolean isCrashing(ObservedPod pod) {
    return pod.container() instanceof ContainerState.NotRunning(var reason, var _, var _)
        && CRASHING.contains(reason);
  }

  private static Optional<Blocked> blocked(Reason reason, String message) {
    return Optional.of(new Blocked(Blocked.StageName.WORKLOAD, reason, message));
  }
}
