package dev.cachecluster.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A CacheCluster or CacheUser in a file. A bad one says in its first lines what the API server
 * answers and which field {@link SpecCheck} or {@link CacheUserCheck} names: {@code unseen} if the
 * Java types cannot see the mistake (a field they do not have, a number where text belongs), {@code
 * unreadable} if they cannot hold it.
 */
record Sample(Path file, List<String> lines, CrdKind kind) {
  static final Path GOOD = Path.of("src/test/resources/good");
  static final Path BAD = Path.of("src/test/resources/bad");
  static final Path EXAMPLES = Path.of("../examples");

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  /** The only one in a file. */
  static Sample of(Path file) throws IOException {
    List<Sample> samples = allOf(file);
    if (samples.size() != 1) {
      throw new IllegalStateException(file + " holds " + samples.size() + " samples, not one");
    }
    return samples.getFirst();
  }

  static List<Sample> allIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      var samples = new ArrayList<Sample>();
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        samples.addAll(allOf(file));
      }
      return samples;
    }
  }

  /** The documents of a file that are of our kinds. */
  static List<Sample> allOf(Path file) throws IOException {
    var samples = new ArrayList<Sample>();
    var document = new ArrayList<String>();
    for (String line : Files.readAllLines(file)) {
      if (line.equals("---")) {
        addTo(samples, file, document);
        document.clear();
      } else {
        document.add(line);
      }
    }
    addTo(samples, file, document);
    return samples;
  }

  private static void addTo(List<Sample> samples, Path file, List<String> document) {
    kindOf(document).ifPresent(kind -> samples.add(new Sample(file, List.copyOf(document), kind)));
  }

  private static Optional<CrdKind> kindOf(List<String> document) {
    for (CrdKind kind : CrdKind.values()) {
      if (document.contains("kind: " + kind.type.getSimpleName())) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  CustomResource<?, ?> read() {
    return SERIALIZATION.unmarshal(String.join("\n", lines), kind.type);
  }

  CacheCluster cluster() {
    return (CacheCluster) read();
  }

  CacheUser user() {
    return (CacheUser) read();
  }

  List<SpecProblem> problems() {
    return switch (kind) {
      case CACHE_CLUSTER -> SpecCheck.check(cluster());
      case CACHE_USER -> CacheUserCheck.check(user());
    };
  }

  static String write(CustomResource<?, ?> resource) {
    return SERIALIZATION.asYaml(resource);
  }

  static <T extends CustomResource<?, ?>> T reread(T resource, Class<T> type) {
    return SERIALIZATION.unmarshal(write(resource), type);
  }

  String expected() {
    return header(0, "# expect: ");
  }

  String specCheckField() {
    return header(1, "# specCheck: ");
  }

  private String header(int line, String prefix) {
    if (!lines.get(line).startsWith(prefix)) {
      throw new IllegalStateException(file + ": line " + (line + 1) + " must begin with " + prefix);
    }
    return lines.get(line).substring(prefix.length());
  }

  @Override
  public String toString() {
    return String.valueOf(file.getFileName());
  }
}
