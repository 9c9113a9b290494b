package dev.cachecluster.api.v1alpha1;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CacheCluster in a file. A bad one says in its first lines what the API server answers and which
 * field {@link SpecCheck} names: {@code unseen} if the Java types cannot see the mistake (a field
 * they do not have, a number where text belongs), {@code unreadable} if they cannot hold it.
 */
record Sample(Path file, List<String> lines) {
  static final Path GOOD = Path.of("src/test/resources/good");
  static final Path BAD = Path.of("src/test/resources/bad");
  static final Path EXAMPLES = Path.of("../examples");

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  static Sample of(Path file) throws IOException {
    return new Sample(file, Files.readAllLines(file));
  }

  static List<Sample> allIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      var samples = new ArrayList<Sample>();
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        samples.add(of(file));
      }
      return samples;
    }
  }

  CacheCluster read() {
    return SERIALIZATION.unmarshal(String.join("\n", lines), CacheCluster.class);
  }

  static String write(CacheCluster cluster) {
    return SERIALIZATION.asYaml(cluster);
  }

  static CacheCluster reread(CacheCluster cluster) {
    return SERIALIZATION.unmarshal(write(cluster), CacheCluster.class);
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
