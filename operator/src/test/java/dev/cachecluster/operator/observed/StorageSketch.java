package dev.cachecluster.operator.observed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachecluster.operator.desired.Persistence;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.observed.ObservedStorage.WantedClass;
import dev.cachecluster.operator.storage.ClassView;
import dev.cachecluster.operator.storage.VolumeView;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Where the data of a world for tests lies, in the words of the stories. */
public final class StorageSketch {
  private StorageSketch() {}

  /** The same, and lays down the proofs of all volumes that were looked at already. */
  public static void lay(JsonNode node, WorldSketch world) {
    var storage = read(node);
    world.storage(storage);
    storage
        .volumes()
        .forEach(
            (member, volume) -> {
              var bound = volume.volume();
              boolean unseen = node.path("volumes").path(member).asText().contains("not looked at");
              if (bound.isPresent() && volume.encryption().isProven() && !unseen) {
                world.child(
                    Persistence.proof(
                        SampleCluster.NAMES,
                        member,
                        volume.uid(),
                        bound.get().name(),
                        volume.encryption().text()));
              }
            });
  }

  /**
   * Reads {@code class: {name, provisioner, parameters, declared, expandable}}, or {@code missing},
   * and {@code volumes}, each {@code bound}, {@code pending} or {@code lost}, then what is unusual:
   * its size, {@code not looked at}, {@code by hand}, {@code owned}, {@code going}, {@code class
   * gone}.
   */
  public static ObservedStorage read(JsonNode node) {
    Optional<ClassView> known =
        node.has("class") ? Optional.of(view(node.path("class"))) : Optional.empty();
    var wanted =
        known
            .<WantedClass>map(WantedClass.Found::new)
            .orElseGet(() -> new WantedClass.Missing(node.path("missing").asText()));
    var volumes = new TreeMap<String, ObservedVolume>();
    node.path("volumes")
        .properties()
        .forEach(
            entry ->
                volumes.put(
                    entry.getKey(), volume(entry.getKey(), entry.getValue().asText(), known)));
    return new ObservedStorage(Optional.of(wanted), volumes);
  }

  private static ClassView view(JsonNode node) {
    Map<String, String> parameters = new LinkedHashMap<>();
    node.path("parameters")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
    return new ClassView(
        node.path("name").asText("fast"),
        "uid-of-the-class",
        node.path("provisioner").asText(),
        parameters,
        node.has("declared") ? Optional.of(node.path("declared").asText()) : Optional.empty(),
        WorldSketch.NOW.minus(Duration.ofDays(30)),
        node.path("expandable").asBoolean(true));
  }

  private static ObservedVolume volume(String member, String text, Optional<ClassView> known) {
    var words = List.of(text.split(", "));
    var phase = words.getFirst();
    boolean bound = phase.equals("bound");
    long bytes =
        words.stream()
            .filter(word -> word.matches("[0-9]+Mi"))
            .map(word -> Quantity.getAmountInBytes(new Quantity(word)).longValue())
            .findFirst()
            .orElse(192L << 20);
    boolean byHand = words.contains("by hand");
    var driver = known.map(ClassView::provisioner).orElse("disks.example.com");
    return new ObservedVolume(
        SampleCluster.NAMES.claim(member),
        "uid-of-" + member + "-data",
        known.map(ClassView::name),
        bound ? "Bound" : phase.equals("lost") ? "Lost" : "Pending",
        bytes,
        bound
            ? OptionalLong.of(words.contains("grown below") ? bytes - (64L << 20) : bytes)
            : OptionalLong.empty(),
        words.contains("grown below"),
        words.contains("owned"),
        Optional.of(member),
        words.contains("read-only")
            ? Optional.of("it may not be written to, by its access mode ReadOnlyMany")
            : Optional.empty(),
        words.contains("going"),
        bound
            ? Optional.of(
                new VolumeView(
                    "pv-of-" + member,
                    "uid-of-pv-of-" + member,
                    byHand ? Optional.empty() : known.map(ClassView::name),
                    Optional.of(driver),
                    Map.of(),
                    byHand ? Optional.empty() : Optional.of(driver),
                    false,
                    WorldSketch.NOW.minus(Duration.ofDays(1)),
                    Optional.empty()))
            : Optional.empty(),
        byHand || words.contains("class gone") ? Optional.empty() : known);
  }
}
