package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.observed.ObservedStorage.WantedClass;
import dev.cachecluster.operator.storage.ClassView;
import dev.cachecluster.operator.storage.Encryption;
import dev.cachecluster.operator.storage.VolumeView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads claims from the informers' caches, and classes and volumes, which belong to no namespace,
 * live: at once when a claim changed, else now and then.
 */
final class StorageReading {
  private static final Duration AT_REST = Duration.ofMinutes(1);
  private static final Duration WAITING = Duration.ofSeconds(2);
  private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

  private static final Set<String> WRITABLE =
      Set.of("ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany");

  private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

  private final ClusterReader reader;
  private final Memory memory;

  StorageReading(ClusterReader reader, Memory memory) {
    this.reader = reader;
    this.memory = memory;
  }

  /**
   * What was read last.
   *
   * @param settled whether everything was there, so that there is no hurry
   */
  record Look(
      PersistenceSpec spec,
      Map<String, String> claims,
      Instant at,
      boolean settled,
      ObservedStorage seen) {
    boolean holds(PersistenceSpec wanted, Map<String, String> versions, Instant now) {
      var age = Duration.between(at, now);
      return spec.equals(wanted)
          && claims.equals(versions)
          && !age.isNegative()
          && age.compareTo(settled ? AT_REST : WAITING) < 0;
    }
  }

  ObservedStorage of(PersistenceSpec spec, Collection<HasMetadata> children, Instant now) {
    var claims = new TreeMap<String, PersistentVolumeClaim>();
    for (var object : children) {
      if (object instanceof PersistentVolumeClaim claim) {
        claims.put(claim.getMetadata().getName(), claim);
      }
    }
    if (!spec.mode().keeps() && claims.isEmpty()) {
      return ObservedStorage.NONE;
    }
    var versions = new HashMap<String, String>();
    claims.forEach(
        (name, claim) ->
            versions.put(name, Objects.toString(claim.getMetadata().getResourceVersion())));
    var before = memory.storage();
    if (before.filter(look -> look.holds(spec, versions, now)).isPresent()) {
      return before.get().seen();
    }
    ObservedStorage seen;
    try {
      seen = read(spec, claims.values());
    } catch (KubernetesClientException noAnswer) {
      // Nothing is concluded from that, and who leads is looked after all the same.
      return before
          .filter(look -> look.spec().equals(spec) && look.claims().equals(versions))
          .map(Look::seen)
          .orElseGet(() -> unread(spec, claims.values(), noAnswer));
    }
    boolean settled =
        !(seen.wanted().orElse(null) instanceof WantedClass.Missing)
            && seen.volumes().values().stream().allMatch(each -> each.volume().isPresent());
    memory.storage(new Look(spec, Map.copyOf(versions), now, settled, seen));
    return seen;
  }

  private static ObservedStorage unread(
      PersistenceSpec spec, Collection<PersistentVolumeClaim> claims, RuntimeException noAnswer) {
    var volumes = new TreeMap<String, ObservedVolume>();
    for (var claim : claims) {
      member(claim)
          .ifPresent(
              member -> volumes.put(member, volume(claim, Optional.empty(), Optional.empty())));
    }
    return new ObservedStorage(
        spec.mode().keeps()
            ? Optional.of(
                new WantedClass.Unread(
                    "StorageClasses and PersistentVolumes cannot be read: "
                        + noAnswer.getMessage()))
            : Optional.empty(),
        volumes);
  }

  private ObservedStorage read(PersistenceSpec spec, Collection<PersistentVolumeClaim> claims) {
    var classes = new HashMap<String, Optional<ClassView>>();
    Optional<WantedClass> wanted =
        spec.mode().keeps() ? Optional.of(wanted(spec)) : Optional.empty();
    var volumes = new TreeMap<String, ObservedVolume>();
    for (var claim : claims) {
      member(claim).ifPresent(member -> volumes.put(member, volume(claim, classes)));
    }
    return new ObservedStorage(wanted, volumes);
  }

  private WantedClass wanted(PersistenceSpec spec) {
    var name = spec.storageClassName();
    if (name != null) {
      return reader
          .liveStorageClass(name)
          .<WantedClass>map(found -> new WantedClass.Found(view(found)))
          .orElseGet(
              () ->
                  new WantedClass.Missing(
                      "there is no StorageClass "
                          + name
                          + "; create it, or correct"
                          + " spec.persistence.storageClassName"));
    }
    // Of several defaults the newest counts, as it does for claims without a class.
    return reader.liveStorageClasses().stream()
        .filter(each -> "true".equals(annotation(each, DEFAULT).orElse("")))
        .max(
            Comparator.<StorageClass, String>comparing(
                    each -> Objects.toString(each.getMetadata().getCreationTimestamp(), ""))
                .thenComparing(each -> each.getMetadata().getName(), Comparator.reverseOrder()))
        .<WantedClass>map(found -> new WantedClass.Found(view(found)))
        .orElseGet(
            () ->
                new WantedClass.Missing(
                    "no StorageClass is the default one; name one in"
                        + " spec.persistence.storageClassName"));
  }

  private ObservedVolume volume(
      PersistentVolumeClaim claim, Map<String, Optional<ClassView>> classes) {
    var bound =
        Optional.ofNullable(claim.getSpec().getVolumeName())
            .filter(name -> !name.isEmpty() && phase(claim).equals("Bound"))
            .flatMap(reader::livePersistentVolume)
            .filter(volume -> isOf(volume, claim));
    var view = bound.map(volume -> view(volume, isCopy(claim)));
    var madeBy =
        view.flatMap(VolumeView::storageClass)
            .flatMap(
                name ->
                    classes.computeIfAbsent(
                        name, _ -> reader.liveStorageClass(name).map(StorageReading::view)));
    return volume(claim, view, madeBy);
  }

  private static String phase(PersistentVolumeClaim claim) {
    var status = claim.getStatus();
    return status == null || status.getPhase() == null ? "Pending" : status.getPhase();
  }

  private static ObservedVolume volume(
      PersistentVolumeClaim claim, Optional<VolumeView> view, Optional<ClassView> madeBy) {
    var spec = claim.getSpec();
    var status = Optional.ofNullable(claim.getStatus());
    var owners = claim.getMetadata().getOwnerReferences();
    return new ObservedVolume(
        claim.getMetadata().getName(),
        Objects.toString(claim.getMetadata().getUid(), ""),
        Optional.ofNullable(spec.getStorageClassName()),
        phase(claim),
        bytes(spec.getResources() == null ? null : spec.getResources().getRequests()).orElse(0),
        status.map(known -> bytes(known.getCapacity())).orElse(OptionalLong.empty()),
        status.map(StorageReading::awaitsNode).orElse(false),
        owners != null && !owners.isEmpty(),
        member(claim),
        unfit(claim),
        claim.getMetadata().getDeletionTimestamp() != null,
        view,
        madeBy);
  }

  private static boolean awaitsNode(PersistentVolumeClaimStatus status) {
    return status.getConditions() != null
        && status.getConditions().stream()
            .anyMatch(
                each ->
                    each.getType().equals("FileSystemResizePending")
                        && each.getStatus().equals("True"));
  }

  /** A server needs a file system that one node may write to. */
  private static Optional<String> unfit(PersistentVolumeClaim claim) {
    if ("Block".equals(claim.getSpec().getVolumeMode())) {
      return Optional.of("it is a block device without a file system");
    }
    var modes = Objects.requireNonNullElse(claim.getSpec().getAccessModes(), List.<String>of());
    return modes.isEmpty() || modes.stream().anyMatch(WRITABLE::contains)
        ? Optional.empty()
        : Optional.of("it may not be written to, by its access mode " + String.join(", ", modes));
  }

  /** A volume that says that it is somebody else's proves nothing for this claim. */
  private static boolean isOf(PersistentVolume volume, PersistentVolumeClaim claim) {
    var reference = volume.getSpec().getClaimRef();
    return reference != null && Objects.equals(reference.getUid(), claim.getMetadata().getUid());
  }

  private static boolean isCopy(PersistentVolumeClaim claim) {
    return claim.getSpec().getDataSource() != null || claim.getSpec().getDataSourceRef() != null;
  }

  private static VolumeView view(PersistentVolume volume, boolean copied) {
    var csi = Optional.ofNullable(volume.getSpec().getCsi());
    return new VolumeView(
        volume.getMetadata().getName(),
        Objects.toString(volume.getMetadata().getUid(), ""),
        Optional.ofNullable(volume.getSpec().getStorageClassName()).filter(name -> !name.isEmpty()),
        csi.map(source -> source.getDriver()),
        csi.flatMap(source -> Optional.ofNullable(source.getVolumeAttributes())).orElse(Map.of()),
        annotation(volume, PROVISIONED_BY),
        copied,
        created(volume),
        annotation(volume, Encryption.DECLARED));
  }

  private static ClassView view(StorageClass found) {
    return new ClassView(
        found.getMetadata().getName(),
        Objects.toString(found.getMetadata().getUid(), ""),
        found.getProvisioner(),
        Objects.requireNonNullElse(found.getParameters(), Map.of()),
        annotation(found, Encryption.DECLARED),
        created(found),
        Boolean.TRUE.equals(found.getAllowVolumeExpansion()));
  }

  private static Instant created(HasMetadata object) {
    var time = object.getMetadata().getCreationTimestamp();
    return time == null ? Instant.EPOCH : Instant.parse(time);
  }

  private static Optional<String> member(PersistentVolumeClaim claim) {
    var labels = claim.getMetadata().getLabels();
    return Optional.ofNullable(labels == null ? null : labels.get(Labels.MEMBER));
  }

  private static Optional<String> annotation(HasMetadata object, String name) {
    var annotations = object.getMetadata().getAnnotations();
    return Optional.ofNullable(annotations == null ? null : annotations.get(name));
  }

  private static OptionalLong bytes(@Nullable Map<String, Quantity> amounts) {
    var amount = amounts == null ? null : amounts.get("storage");
    return amount == null
        ? OptionalLong.empty()
        : OptionalLong.of(Quantity.getAmountInBytes(amount).longValue());
  }
}
