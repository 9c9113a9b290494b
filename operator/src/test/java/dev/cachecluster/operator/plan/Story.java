package dev.cachecluster.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.Durations;
import dev.cachecluster.api.v1alpha1.SpecCheck;
import dev.cachecluster.api.v1alpha1.SpecProblem;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.observed.ForeignSketch;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.SampleAuthorities;
import dev.cachecluster.operator.observed.StorageSketch;
import dev.cachecluster.operator.observed.WorldSketch;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.status.StatusFactory;
import dev.cachecluster.operator.status.StatusInput;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One folder of the picture book: what was asked for, what was found, and what the operator makes
 * of it.
 */
final class Story {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CacheCluster cluster;
  private final List<SpecProblem> problems;
  private final CacheClusterSpec spec;
  private final DesiredState desired;
  private final ObservedState world;

  Story(Path folder) throws IOException {
    var before = folder.resolve("before.yaml");
    cluster = cluster(folder.resolve("cluster.yaml"), Files.exists(before) ? 2L : 1L);
    problems = SpecCheck.check(cluster);
    var built = Files.exists(before) ? cluster(before, 1L).getSpec() : cluster.getSpec();
    spec = problems.isEmpty() ? cluster.getSpec() : built;
    var found =
        Serialization.unmarshal(Files.readString(folder.resolve("observed.yaml")), JsonNode.class);
    var line = lineage(found.path("lineage"));
    boolean identities = !found.path("exists").asText().equals("nothing");
    desired = desired(spec, identities, line);
    world = world(found, desired(built, true, line), built, line);
  }

  private static CacheCluster cluster(Path file, long generation) throws IOException {
    var cluster = Serialization.unmarshal(Files.readString(file), CacheCluster.class);
    cluster.getMetadata().setNamespace(SampleCluster.NAMES.namespace());
    cluster.getMetadata().setGeneration(generation);
    return cluster;
  }

  private static DesiredState desired(
      CacheClusterSpec spec, boolean identities, Optional<Lineage> line) {
    return SampleCluster.desired(
        SampleCluster.NAMES,
        spec,
        identities ? Optional.of(SampleCluster.IDENTITIES) : Optional.empty(),
        line.map(Lineage::primary));
  }

  private static Optional<Lineage> lineage(JsonNode node) {
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    var history = StoryMember.history(node.path("history").asText());
    return Optional.of(
        new Lineage(
            node.path("term").asLong(),
            node.path("primary").asText(),
            history.replid(),
            history.offset(),
            history.replid2Offset() > 0 ? history.replid2() : "",
            history.replid2Offset() - 1,
            node.path("fence").asText("closed").equals("closed"),
            node.path("begun").asBoolean(),
            node.path("id").asText().repeat(40),
            Set.of(
                node.path("followers").asText().isEmpty()
                    ? new String[0]
                    : node.path("followers").asText().split(" "))));
  }

  private ObservedState world(
      JsonNode found, DesiredState before, CacheClusterSpec built, Optional<Lineage> line) {
    var sketch = new WorldSketch(before, built);
    line.ifPresent(sketch::lineage);
    switch (found.path("exists").asText("all")) {
      case "nothing" -> sketch.nothing();
      case "identities" -> sketch.onlyIdentities();
      case "all" -> {}
      default -> throw new IllegalArgumentException("exists: nothing, identities or all");
    }
    authority(found, sketch);
    if (found.has("foreign")) {
      sketch.foreign(ForeignSketch.read(found.path("foreign"), desired.serverCertificate()));
    }
    if (found.has("storage")) {
      StorageSketch.lay(found.path("storage"), sketch);
    }
    if (found.path("recorded").asText().equals("new spec")) {
      sketch.lastGood(Optional.of(spec));
    }
    for (var name : found.path("new")) {
      sketch.child(
          desired.objects().stream()
              .filter(each -> key(each).equals(name.asText()))
              .findFirst()
              .orElseThrow());
    }
    for (var name : found.path("missing")) {
      sketch.without(key(name.asText()));
    }
    found
        .path("changed")
        .properties()
        .forEach(entry -> change(sketch, key(entry.getKey()), entry.getValue()));
    found
        .path("certificates")
        .properties()
        .forEach(
            entry ->
                desired.leaves().stream()
                    .filter(leaf -> leaf.secretName().equals(entry.getKey()))
                    .forEach(leaf -> sketch.leaf(leaf, Instant.parse(entry.getValue().asText()))));
    found
        .path("members")
        .properties()
        .forEach(
            entry ->
                sketch.member(
                    new StoryMember(desired, before, sketch, entry.getKey())
                        .read(entry.getValue().asText())));
    StoryProbe.lay(sketch, desired, spec, found);
    return sketch.build();
  }

  private static void authority(JsonNode found, WorldSketch sketch) {
    if (found.has("authority")) {
      sketch.authority(found.path("authority").asText());
    }
    if (found.has("rotate")) {
      sketch.rotate(found.path("rotate").asText());
    }
    if (found.has("issued by")) {
      sketch.issuedBy(pair(found.path("issued by")));
    }
    if (found.has("trusted")) {
      var pairs = new ArrayList<KeyPairPem>();
      found.path("trusted").forEach(name -> pairs.add(pair(name)));
      sketch.trusted(pairs);
    }
  }

  private static KeyPairPem pair(JsonNode name) {
    return name.asText().equals("new") ? SampleAuthorities.NEW : SampleAuthorities.OLD;
  }

  private static String key(HasMetadata object) {
    return ObjectKey.of(object).toString();
  }

  private static ObjectKey key(String text) {
    var parts = text.split("/", 2);
    return new ObjectKey(parts[0], parts[1]);
  }

  /**
   * Somebody changed a standing object: lays the given fields over it, and leaves the operator's
   * mark.
   */
  private static void change(WorldSketch sketch, ObjectKey key, JsonNode fields) {
    var standing =
        sketch.child(key).orElseThrow(() -> new IllegalArgumentException(key + " does not exist"));
    var tree = (ObjectNode) JSON.valueToTree(standing);
    overlay(tree, fields);
    sketch.standing(JSON.convertValue(tree, standing.getClass()));
  }

  private static void overlay(ObjectNode onto, JsonNode fields) {
    for (var field : fields.properties()) {
      if (field.getValue().isNull()) {
        onto.remove(field.getKey());
      } else if (field.getValue().isObject() && onto.path(field.getKey()).isObject()) {
        overlay((ObjectNode) onto.get(field.getKey()), field.getValue());
      } else {
        onto.set(field.getKey(), field.getValue());
      }
    }
  }

  Plan plan() {
    var renewBefore =
        Durations.parse(Optional.ofNullable(spec.tls()).orElseThrow().renewBefore()).orElseThrow();
    return new Planner().plan(desired, spec, world, renewBefore, new Drift());
  }

  /** As it is once the plan was carried out without an error. */
  String status() {
    var status =
        new StatusFactory()
            .of(new StatusInput(cluster, desired, world, plan(), new Outcome.Done(true), problems));
    return Serialization.asYaml(status);
  }

  Names names() {
    return desired.names();
  }

  List<HasMetadata> objects() {
    return desired.objects();
  }
}
