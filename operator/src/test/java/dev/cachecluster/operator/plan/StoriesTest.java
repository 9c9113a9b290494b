package dev.cachecluster.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.SampleCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The picture book of what the operator does: in each folder what was asked for and what was found,
 * and, committed, the plan and the status that follow. Written anew by {@code
 * -Dgolden.update=true}.
 */
class StoriesTest {
  private static final Path STORIES = Path.of("src/test/resources/stories");
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  static List<String> stories() throws IOException {
    try (var folders = Files.list(STORIES)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stories")
  void isToldAsItStands(String name) throws IOException {
    var folder = STORIES.resolve(name);
    var story = new Story(folder);
    expect(folder.resolve("plan.txt"), story.plan().print());
    expect(folder.resolve("status.yaml"), story.status());
    if (Files.isDirectory(folder.resolve("desired"))) {
      desired(folder.resolve("desired"), story.objects());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stories")
  void isTheSameWhenToldAgainAndTellsNoSecret(String name) throws IOException {
    var folder = STORIES.resolve(name);
    var once = new Story(folder);
    var again = new Story(folder);
    assertThat(again.plan()).isEqualTo(once.plan());
    assertThat(again.status()).isEqualTo(once.status());
    assertThat(once.plan().summary() + once.status())
        .doesNotContain(
            SampleCluster.IDENTITIES.operatorPassword().reveal(),
            SampleCluster.IDENTITIES.operatorPassword().sha256Hex(),
            SampleCluster.IDENTITIES.replicationPassword().reveal());
  }

  @Test
  void noneIsMissing() throws IOException {
    assertThat(stories())
        .hasSizeGreaterThanOrEqualTo(30)
        .allMatch(name -> name.matches("\\d\\d[a-z]?-[a-z0-9-]+"));
    for (var name : stories()) {
      try (Stream<Path> files = Files.list(STORIES.resolve(name))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .as("files of %s", name)
            .contains("cluster.yaml", "observed.yaml", "plan.txt", "status.yaml")
            .isSubsetOf(
                "cluster.yaml",
                "before.yaml",
                "observed.yaml",
                "plan.txt",
                "status.yaml",
                "desired");
      }
    }
  }

  private static void desired(Path folder, List<HasMetadata> objects) throws IOException {
    Map<String, HasMetadata> named = new TreeMap<>();
    for (var object : objects) {
      named.put(
          object.getKind().toLowerCase(Locale.ROOT)
              + "-"
              + object.getMetadata().getName()
              + ".yaml",
          readable(object));
    }
    if (UPDATE) {
      try (var stale = Files.list(folder)) {
        for (var file : stale.toList()) {
          Files.delete(file);
        }
      }
    }
    for (var entry : named.entrySet()) {
      expect(folder.resolve(entry.getKey()), Serialization.asYaml(entry.getValue()));
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(named.keySet());
    }
  }

  /** Secrets are shown as text: a test's secrets are words that say what they are. */
  private static HasMetadata readable(HasMetadata object) {
    if (!(object instanceof Secret secret)) {
      return object;
    }
    var shown = Serialization.clone(secret);
    var text = new TreeMap<String, String>();
    secret
        .getData()
        .forEach(
            (key, value) ->
                text.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    shown.setData(null);
    shown.setStringData(text);
    return shown;
  }

  private static void expect(Path file, String actual) throws IOException {
    if (UPDATE) {
      Files.writeString(file, actual);
    }
    assertThat(actual)
        .as(
            "%s; if the change is wanted: scripts/maven.sh -pl operator test -Dtest=StoriesTest -Dgolden.update=true",
            file)
        .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
  }
}
