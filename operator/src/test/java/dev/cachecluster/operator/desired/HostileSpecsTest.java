package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserCheck;
import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.api.v1alpha1.SpecCheck;
import dev.cachecluster.api.v1alpha1.SpecProblem;
import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.HostileStrings;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * A hostile string in any field of either kind is refused, or is one word in one place of what is
 * made of the spec: it adds no line, no field, no rule. The full form is {@code
 * -Djqwik.tries.default=10000 -Dhostile.rendered=1}.
 */
class HostileSpecsTest {
  /** Like the API server, which takes no number for a word of a closed list. */
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);

  private static final Map<String, TextPlaces.Place> CLUSTERS =
      TextPlaces.of(samples("CacheCluster"));
  private static final Map<String, TextPlaces.Place> USERS = TextPlaces.of(samples("CacheUser"));

  /** Maps with keys that people choose. */
  private static final Set<String> PEOPLES =
      Set.of(".labels", ".annotations", ".nodeSelector", ".matchLabels");

  /** Of so many that are accepted, the objects of one are made: that is what takes the time. */
  private static final int RENDERED = Integer.getInteger("hostile.rendered", 10);

  private static final Map<String, Set<String>> SHAPES =
      CLUSTERS.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, entry -> shapeOf(entry.getValue())));

  private static Set<String> shapeOf(TextPlaces.Place place) {
    return shape(read(place.with().apply(place.text()), CacheClusterSpec.class).orElseThrow());
  }

  private static List<JsonNode> samples(String kind) {
    var samples = new ArrayList<JsonNode>();
    try (var files = Files.list(Path.of("../examples"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        new YAMLMapper()
            .readerFor(JsonNode.class)
            .<JsonNode>readValues(file.toFile())
            .forEachRemaining(
                document -> {
                  if (document.path("kind").asText().equals(kind)) {
                    samples.add(document.path("spec"));
                  }
                });
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return samples;
  }

  @Provide
  Arbitrary<String> strings() {
    return Arbitraries.randomValue(HostileStrings::next);
  }

  @Test
  void everyFieldThatTakesATextIsTried() {
    assertThat(CLUSTERS).hasSizeGreaterThan(40).containsKeys("config.(key)", "engine.image");
    assertThat(CLUSTERS).containsKeys("network.egress[].cidr", "tls.server.secret.name");
    assertThat(USERS).hasSizeGreaterThan(10).containsKeys("keys[]", "clusterRef.namespace");
  }

  @Property
  void aClusterIsRefusedOrItsObjectsKeepTheirShape(@ForAll("strings") String text) {
    CLUSTERS.forEach(
        (name, place) ->
            read(place.with().apply(text), CacheClusterSpec.class)
                .filter(spec -> accepted(SpecCheck.check(cluster(spec))))
                .ifPresent(
                    spec -> {
                      assertHarmless(name, text, spec);
                      if (text.hashCode() % RENDERED == 0) {
                        assertThat(shape(spec))
                            .as("%s: %s", name, text)
                            .isEqualTo(SHAPES.get(name));
                      }
                    }));
  }

  @Property
  void aUserIsRefusedOrIsReadBackFromTheServersFile(@ForAll("strings") String text) {
    USERS.forEach(
        (name, place) ->
            read(place.with().apply(text), CacheUserSpec.class)
                .filter(spec -> accepted(CacheUserCheck.check(user(spec))))
                .ifPresent(
                    spec -> {
                      assertHarmless(name, text, spec);
                      var users = Grants.of(List.of(grant(spec)), Set.of(), Set.of()).users();
                      assertThat(users).as("%s: %s", name, text).hasSize(1);
                      var file = AclFile.render(users);
                      assertThat(AclFile.parse(file)).isEqualTo(users);
                      assertThat(file.split("\n", -1)).hasSize(3);
                    }));
  }

  /** What is accepted is short, visible and one word, but where Kubernetes takes any text. */
  private static void assertHarmless(String place, String text, Record spec) {
    boolean free = place.equals("placement.podAnnotations.*");
    // The number of an enum's value is that value.
    if (!free && JSON.valueToTree(spec).toString().contains(quoted(text))) {
      assertThat(text).as(place).matches("[!-~]{0,1024}");
    }
  }

  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  private static <T> Optional<T> read(String spec, Class<T> type) {
    try {
      return Optional.of(JSON.readValue(spec, type));
    } catch (JsonProcessingException refused) {
      return Optional.empty();
    }
  }

  private static CacheCluster cluster(CacheClusterSpec spec) {
    return Specs.cluster(spec);
  }

  private static CacheUser user(CacheUserSpec spec) {
    var user = new CacheUser();
    user.setMetadata(new ObjectMetaBuilder().withName("cart").withNamespace("shop").build());
    user.setSpec(spec);
    return user;
  }

  private static Grant grant(CacheUserSpec spec) {
    return new Grant(
        new UserKey("shop", "cart"),
        "uid",
        spec,
        Map.of(Slot.A, Secret.of("password")),
        Slot.A,
        Optional.of(Instant.EPOCH),
        new Grant.Rotation.Idle(),
        Grant.Tokens.NONE);
  }

  /** The paths of all fields of all objects, and what each line of the server's file sets. */
  private static Set<String> shape(CacheClusterSpec spec) {
    var image = Optional.ofNullable(spec.engine().image()).orElse("registry.example/valkey:1");
    var desired =
        SampleCluster.STATES.of(
            SampleCluster.NAMES,
            spec,
            image,
            Optional.of(SampleCluster.IDENTITIES),
            Optional.empty(),
            Grants.NONE);
    var paths = new TreeSet<String>();
    for (var object : desired.objects()) {
      var name = object.getKind() + "/" + object.getMetadata().getName();
      paths(JSON.valueToTree(object), name, paths);
    }
    var file = Objects.requireNonNull(desired.configMap().getData().get(ServerConfig.FILE));
    file.lines().forEach(line -> paths.add("line " + line.split(" ", 2)[0]));
    paths.add("lines " + file.lines().count());
    return paths;
  }

  private static void paths(JsonNode node, String path, Set<String> into) {
    into.add(path);
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        paths(node.get(i), path + "[" + i + "]", into);
      }
    } else if (PEOPLES.stream().anyMatch(path::endsWith)) {
      into.add(path + " has " + node.size());
    } else {
      node.properties()
          .forEach(entry -> paths(entry.getValue(), path + "." + entry.getKey(), into));
    }
  }

  private static boolean accepted(List<SpecProblem> problems) {
    assertThat(problems)
        .extracting(SpecProblem::message)
        .allMatch(said -> said.length() <= 1000 && said.chars().noneMatch(Character::isISOControl));
    return problems.isEmpty();
  }
}
