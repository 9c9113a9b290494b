package dev.cachecluster.api.v1alpha1;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The glob patterns of a user, to find out whether two users could touch a common key. Servers
 * match channels in the same way. Made once and compared often: most comparisons end at the first
 * characters.
 */
public final class KeyPatterns {
  private final List<Glob> globs;

  private KeyPatterns(List<Glob> globs) {
    this.globs = globs;
  }

  /**
   * Two patterns that match a common string.
   *
   * @param mine of the patterns that were asked
   * @param theirs of the others
   */
  public record Overlap(String mine, String theirs) {}

  /** Of any texts, also those that no rule let through; null is none. */
  public static KeyPatterns of(Collection<String> patterns) {
    return new KeyPatterns(
        patterns.stream().filter(Objects::nonNull).distinct().sorted().map(Glob::new).toList());
  }

  /** The first patterns in alphabetical order that match a common string; empty if none do. */
  public Optional<Overlap> overlap(KeyPatterns others) {
    for (Glob mine : globs) {
      for (Glob theirs : others.globs) {
        if (GlobOverlap.exists(mine, theirs)) {
          return Optional.of(new Overlap(mine.pattern(), theirs.pattern()));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether there is a string that both patterns match. */
  public static boolean overlap(String pattern, String other) {
    return GlobOverlap.exists(new Glob(pattern), new Glob(other));
  }
}
