package dev.cachecluster.operator.engine;

import java.nio.file.Files;
import java.nio.file.Path;

/** The server programs that the tests run, the default one first. */
public enum Engine {
  VALKEY_8_1("valkey-server-8.1"),
  VALKEY_8_0("valkey-server-8.0"),
  REDIS_7_0("redis-server-7.0");

  private static final String BUILT_UNDER = "e2e/images/build/bin";

  private final String program;

  Engine(String program) {
    this.program = program;
  }

  Path program() {
    Path found = directory().resolve(program);
    if (!Files.isExecutable(found)) {
      throw new IllegalStateException(
          "no program "
              + found
              + "; make it with: e2e/images/build.sh (or name another folder in ENGINE_BIN_DIR)");
    }
    return found;
  }

  private static Path directory() {
    String given = System.getenv("ENGINE_BIN_DIR");
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(BUILT_UNDER))) {
        return at.resolve(BUILT_UNDER);
      }
    }
    throw new IllegalStateException(
        "no server programs in "
            + BUILT_UNDER
            + "; make them with: e2e/images/build.sh (or set ENGINE_BIN_DIR)");
  }
}
