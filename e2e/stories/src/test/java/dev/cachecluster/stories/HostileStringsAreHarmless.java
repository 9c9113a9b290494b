package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachecluster.stories.rig.HostileText;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.StrictApply;
import dev.cachecluster.stories.rig.StringFields;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * No string of either kind carries a second line, word or rule past the API server.
 *
 * <ol>
 *   <li>put hostile strings into every string field of a sample or an example, as a dry run (50 for
 *       each, in full 300) → each is refused by a message that names the field, or is of visible
 *       ASCII without a space
 *   <li>look at the schema → every field that takes a string was tried
 * </ol>
 *
 * <p>What such a string then does in a server's file is tested with the real servers, in the
 * operator's own tests.
 */
@Order(24)
class HostileStringsAreHarmless {
  private static final Pattern HARMLESS = Pattern.compile("[!-~]*");

  /** Kubernetes itself lets any text be an annotation; it is written into no file and no rule. */
  private static final Set<String> FREE = Set.of("CacheCluster spec.placement.podAnnotations.*");

  /** The kind, and the first two steps of the path, by which a person finds the place. */
  private static final Pattern PLACE = Pattern.compile("^\\w+ (spec\\.\\w+)");

  @RegisterExtension final Story story = new Story();

  @Test
  void story() throws IOException {
    int number = Options.times(50, 300);
    story.step(1, number + " hostile strings in every field");
    var apply = new StrictApply(story.client(), story.namespace());
    var clusters =
        StringFields.of("CacheCluster", schema("cacheclusters"), samples("CacheCluster"));
    var users = StringFields.of("CacheUser", schema("cacheusers"), samples("CacheUser"));
    var fields = Stream.concat(clusters.fields().stream(), users.fields().stream()).toList();
    var strings = new HostileText(Options.random()).strings(number);
    var wrong = new ArrayList<String>();
    var accepted = new TreeMap<String, Integer>();
    for (var field : fields) {
      for (var text : strings) {
        var answer = apply.dryRun(field.with().apply(text));
        if (answer.accepted()) {
          accepted.merge(field.name(), 1, Integer::sum);
          if (!HARMLESS.matcher(text).matches() && !FREE.contains(field.name())) {
            wrong.add(field.name() + " took " + shown(text));
          }
        } else if (!names(answer.message(), field)) {
          wrong.add(
              field.name() + " refused " + shown(text) + " without its name: " + answer.message());
        }
      }
    }
    story.tell("accepted, of visible letters: " + accepted);
    assertThat(wrong).isEmpty();

    story.step(2, "every field was tried");
    story.tell(fields.size() + " fields");
    assertThat(clusters.withoutSample()).isEmpty();
    assertThat(users.withoutSample()).isEmpty();
  }

  private static boolean names(String message, StringFields.Field field) {
    var place = PLACE.matcher(field.name());
    return message.contains(field.leaf()) || (place.find() && message.contains(place.group(1)));
  }

  private static String shown(String text) {
    var quoted = Serialization.asJson(text);
    return quoted.length() > 80 ? quoted.substring(0, 80) + "…" : quoted;
  }

  private static List<JsonNode> samples(String kind) throws IOException {
    var all = new ArrayList<JsonNode>();
    for (var directory : List.of("crds/src/test/resources/good", "examples")) {
      try (Stream<Path> files = Files.list(Options.repository().resolve(directory))) {
        for (var file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
          for (var document : Files.readString(file).split("(?m)^---$", -1)) {
            var object = Serialization.unmarshal("# YAML\n" + document, JsonNode.class);
            if (object != null && object.path("kind").asText().equals(kind)) {
              all.add(object);
            }
          }
        }
      }
    }
    return all;
  }

  /** The schema of its spec, as the API server has it. */
  private JsonNode schema(String plural) {
    var crd =
        story
            .client()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(plural + ".cachecluster.dev")
            .require();
    var json = Serialization.asJson(crd.getSpec().getVersions().getFirst().getSchema());
    return Serialization.unmarshal(json, JsonNode.class)
        .path("openAPIV3Schema")
        .path("properties")
        .path("spec");
  }
}
