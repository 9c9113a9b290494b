package dev.cachecluster.stories.rig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** How the stories run; set by {@code -Dstories.…}, see the module's pom.xml. */
public final class Options {
  private Options() {}

  public static boolean full() {
    return Boolean.getBoolean("stories.full");
  }

  static boolean keep() {
    return Boolean.getBoolean("stories.keep");
  }

  /** The number of repetitions, by the form in which the stories run. */
  public static int times(int inShort, int inFull) {
    return full() ? inFull : inShort;
  }

  /** Random moments that come again with the same seed. */
  public static Random random() {
    long seed = Long.getLong("stories.seed", 1L);
    System.out.println("  seed " + seed + " (-Dstories.seed)");
    return new Random(seed);
  }

  /** The top of the repository, found upwards from where Maven runs the tests. */
  public static Path repository() {
    for (var dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
      if (Files.isDirectory(dir.resolve("manifests/base"))
          && Files.isDirectory(dir.resolve("e2e"))) {
        return dir;
      }
    }
    throw new IllegalStateException(
        "stories run inside the repository; " + Path.of("").toAbsolutePath() + " is not");
  }
}
