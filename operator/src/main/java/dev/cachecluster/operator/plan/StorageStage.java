package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Persistence;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.ObservedStorage.WantedClass;
import dev.cachecluster.operator.observed.ObservedVolume;
import dev.cachecluster.operator.storage.Encryption;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * STORAGE: has every member a volume that may be used? No claim is made of a class that is not
 * proven to be encrypted, where that is required; and once a volume is bound, a pod's containers
 * are not started before the volume itself was looked at: the kubelet waits for the proof, which
 * every pod mounts.
 */
final class StorageStage {
  private final DesiredState desired;
  private final PersistenceSpec spec;
  private final ObservedState world;
  private final Drift drift;
  private final Claims claims;

  StorageStage(DesiredState desired, PersistenceSpec spec, ObservedState world, Drift drift) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
    this.drift = drift;
    this.claims = new Claims(desired, spec);
  }

  /** Claims and proofs. What is wrong here keeps workloads as they are. */
  StageResult volumes() {
    var actions = new ArrayList<Action>(withdrawn());
    if (!spec.mode().keeps()) {
      return StageResult.of(actions);
    }
    Optional<Blocked> blocked = Optional.empty();
    for (var member : desired.members().keySet()) {
      var result =
          world
              .storage()
              .of(member)
              .map(volume -> standing(member, volume))
              .orElseGet(() -> missing(member));
      actions.addAll(result.actions());
      blocked = blocked.or(result::blocked);
    }
    return new StageResult(actions, blocked);
  }

  private StageResult missing(String member) {
    return switch (world.storage().wanted().orElseThrow()) {
      case WantedClass.Missing(var why) -> blocked(Reason.STORAGE_CLASS_MISSING, why);
      case WantedClass.Unread(var why) -> blocked(Reason.API_ERROR, why);
      case WantedClass.Found(var found) -> {
        var judgement = Encryption.of(found);
        yield spec.encryption().required() && !judgement.isProven()
            ? blocked(
                Reason.ENCRYPTION_UNVERIFIED,
                judgement.text()
                    + "; choose a class that encrypts, or have an administrator annotate it with "
                    + Encryption.DECLARED)
            : StageResult.of(
                List.of(
                    new Action.Claim(
                        claims.of(
                            member, Optional.of(found.name()), spec.sizeBytes().orElseThrow()),
                        claims.owned(),
                        "missing")));
      }
    };
  }

  private StageResult standing(String member, ObservedVolume volume) {
    var actions = new ArrayList<Action>();
    if (volume.isLost()) {
      return blocked(
          Reason.VOLUME_LOST,
          "the volume of claim "
              + volume.claim()
              + " is gone; delete the claim and the pod of "
              + member
              + ", and a new one is filled from the primary");
    }
    if (volume.unfit().isPresent()) {
      return blocked(
          Reason.VOLUME_UNFIT,
          "claim "
              + volume.claim()
              + " cannot hold the data of "
              + member
              + ": "
              + volume.unfit().get()
              + "; somebody else made it so. Delete it, and another one is made");
    }
    if (volume.deleting()) {
      return blocked(
          Reason.VOLUME_PENDING,
          "claim " + volume.claim() + " is being deleted; its pod goes on with it until then");
    }
    if (volume.owned() != claims.owned()) {
      actions.add(
          new Action.Claim(
              claims.of(member, volume.storageClass(), volume.askedBytes()),
              claims.owned(),
              claims.owned() ? "it goes with the cache" : "it outlives the cache"));
    }
    if (!spec.encryption().required() || volume.volume().isEmpty()) {
      return StageResult.of(actions);
    }
    var judgement = volume.encryption();
    if (!judgement.isProven()) {
      return new StageResult(
          actions,
          Optional.of(
              new Blocked(
                  Blocked.StageName.STORAGE,
                  Reason.ENCRYPTION_UNVERIFIED,
                  judgement.text() + "; no pod of " + member + " starts with it")));
    }
    drift
        .between(proof(member, volume, judgement.text()), standingProof(member))
        .ifPresent(actions::add);
    return StageResult.of(actions);
  }

  /**
   * Proofs of volumes that are no longer what was proven. What could not be read proves nothing.
   */
  private List<Action> withdrawn() {
    var actions = new ArrayList<Action>();
    world
        .children()
        .forEach(
            (key, object) -> {
              var member = proven(key, object);
              if (member.isPresent() && !stands(member.get(), (ConfigMap) object)) {
                actions.add(new Action.Remove(object, "its volume is not proven any more"));
              }
            });
    return actions;
  }

  private Optional<String> proven(ObjectKey key, HasMetadata object) {
    return object instanceof ConfigMap
        ? world.members().stream()
            .map(member -> member.name())
            .filter(member -> desired.names().volumeProof(member).equals(key.name()))
            .findFirst()
        : Optional.empty();
  }

  private boolean stands(String member, ConfigMap proof) {
    if (!spec.mode().keeps() || !spec.encryption().required()) {
      return false;
    }
    var volume = world.storage().of(member);
    if (volume.isEmpty() || volume.get().volume().isEmpty()) {
      // Not read, or not bound: the claim it was proven for must still be that one.
      var data = proof.getData();
      return volume.isPresent()
          && data != null
          && Objects.equals(data.get("claim"), volume.get().uid());
    }
    return volume.get().encryption().isProven();
  }

  private Optional<HasMetadata> standingProof(String member) {
    return Optional.ofNullable(
        world.children().get(new ObjectKey("ConfigMap", desired.names().volumeProof(member))));
  }

  private ConfigMap proof(String member, ObservedVolume volume, String evidence) {
    return Persistence.proof(
        desired.names(), member, volume.uid(), volume.volume().orElseThrow().name(), evidence);
  }

  private static StageResult blocked(Reason reason, String message) {
    return StageResult.waiting(List.of(), new Blocked(Blocked.StageName.STORAGE, reason, message));
  }
}
