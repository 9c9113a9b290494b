package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.api.v1alpha1.VolumePolicy;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.ObservedVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * GROWTH: have volumes the size that is asked for, is there room on them, and is none too many?
 * Nothing that is refused here holds up anything else.
 */
final class GrowthStage {
  private final DesiredState desired;
  private final PersistenceSpec spec;
  private final ObservedState world;
  private final Claims claims;

  GrowthStage(DesiredState desired, PersistenceSpec spec, ObservedState world) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
    this.claims = new Claims(desired, spec);
  }

  /**
   * A server that cannot write to its disk refuses writes and goes on reading. Nobody is restarted
   * for other reasons meanwhile: it could not write its data before it ends.
   */
  StageResult room() {
    return spec.mode().keeps()
        ? world.members().stream()
            .filter(member -> member.view().filter(view -> !view.saves()).isPresent())
            .findFirst()
            .map(
                member ->
                    blocked(
                        Reason.STORAGE_FULL,
                        member.name()
                            + " cannot write to the volume of claim "
                            + desired.names().claim(member.name())
                            + ": it is full, or broken; reads go on, and writes are refused if it"
                            + " leads; raise spec.persistence.size"))
            .orElseGet(StageResult::nothing)
        : StageResult.nothing();
  }

  /** Growth, and what is asked for in vain. It holds up nothing else. */
  StageResult growth() {
    var actions = new ArrayList<Action>();
    if (!spec.mode().keeps()) {
      return StageResult.nothing();
    }
    Optional<Blocked> told = Optional.empty();
    for (var member : desired.members().keySet()) {
      var volume = world.storage().of(member);
      if (volume.isPresent() && !volume.get().deleting()) {
        var result = growth(member, volume.get());
        actions.addAll(result.actions());
        told = told.or(result::blocked);
      }
    }
    return new StageResult(actions, told);
  }

  private StageResult growth(String member, ObservedVolume volume) {
    long wanted = spec.sizeBytes().orElseThrow();
    var wantedClass = spec.storageClassName();
    if (wanted < volume.askedBytes()) {
      return blocked(
          Reason.SHRINK_REFUSED,
          "claim "
              + volume.claim()
              + " is larger than spec.persistence.size, and no volume can be made smaller; set the"
              + " size to what it has, or move to a new cache");
    }
    if (wanted > volume.askedBytes()) {
      return volume.madeBy().filter(made -> made.expandable()).isPresent()
          ? StageResult.waiting(
              List.of(
                  new Action.Claim(
                      claims.of(member, volume.storageClass(), wanted),
                      claims.owned(),
                      "it grows")),
              new Blocked(
                  Blocked.StageName.STORAGE,
                  Reason.EXPANDING,
                  "claim " + volume.claim() + " is asked to grow"))
          : volume.volume().isEmpty()
              ? blocked(
                  Reason.VOLUME_PENDING,
                  "claim " + volume.claim() + " grows when its volume is there")
              : blocked(
                  Reason.EXPANSION_UNSUPPORTED,
                  "StorageClass "
                      + volume.storageClass().orElse("")
                      + " of claim "
                      + volume.claim()
                      + " does not let volumes grow; set spec.persistence.size to what it has, or"
                      + " have allowVolumeExpansion set on the class");
    }
    if (volume.volume().isEmpty() && !volume.isLost() && hasPod(member)) {
      return blocked(
          Reason.VOLUME_PENDING,
          "claim "
              + volume.claim()
              + " waits for its volume; if that takes long, see kubectl describe pvc "
              + volume.claim());
    }
    if (volume.capacityBytes().isPresent() && volume.capacityBytes().getAsLong() < wanted) {
      return StageResult.waiting(
          volume.awaitsNode() ? lookAt(member).stream().toList() : List.of(),
          new Blocked(
              Blocked.StageName.STORAGE,
              Reason.EXPANDING,
              "the volume of claim " + volume.claim() + " grows"));
    }
    return wantedClass != null && !volume.storageClass().equals(Optional.of(wantedClass))
        ? blocked(
            Reason.STORAGE_CLASS_DIFFERS,
            "claim "
                + volume.claim()
                + " is of StorageClass "
                + volume.storageClass().orElse("")
                + ", which cannot be changed; to move, delete the claim and the pod of one member"
                + " at a time, replicas first")
        : StageResult.nothing();
  }

  /** Once for each size. */
  private Optional<Action> lookAt(String member) {
    var size = Objects.requireNonNull(spec.size());
    return world
        .member(member)
        .flatMap(known -> known.pod())
        .filter(pod -> !pod.deleting() && !pod.sized().equals(Optional.of(size)))
        .map(pod -> new Action.LookAtVolume(pod.name(), pod.uid(), size));
  }

  /** Classes that bind with their first consumer wait for a pod. */
  private boolean hasPod(String member) {
    return world.member(member).flatMap(known -> known.pod()).isPresent();
  }

  /** Claims of members that are gone, if they are to go with them. */
  List<Action> leftOver() {
    var actions = new ArrayList<Action>();
    if (spec.onDelete() == VolumePolicy.RETAIN) {
      return actions;
    }
    world
        .storage()
        .volumes()
        .forEach(
            (member, volume) -> {
              boolean needed = spec.mode().keeps() && desired.members().containsKey(member);
              boolean used = isUsed(member);
              var object =
                  world.children().get(new ObjectKey("PersistentVolumeClaim", volume.claim()));
              if (!needed && !used && !volume.deleting() && object != null) {
                actions.add(new Action.Remove(object, "its member is gone"));
              }
            });
    return actions;
  }

  /** A pod that was made from the template of the spec uses none if the spec wants none. */
  private boolean isUsed(String member) {
    var workload = desired.members().get(member);
    return world
        .member(member)
        .flatMap(known -> known.pod())
        .filter(pod -> workload == null || !pod.spec().equals(Templates.spec(workload)))
        .isPresent();
  }

  private static StageResult blocked(Reason reason, String message) {
    return StageResult.waiting(List.of(), new Blocked(Blocked.StageName.STORAGE, reason, message));
  }
}
