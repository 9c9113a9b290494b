package dev.cachecluster.operator.faults;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What of a campaign is told. {@code -Dfaults.full=true} ({@code make faults}): all of it. In short
 * form a part, drawn by {@code -Dfaults.seed}; CI gives each commit a seed of its own.
 */
final class ShortForm {
  static final boolean FULL = Boolean.getBoolean("faults.full");
  static final long SEED = Long.getLong("faults.seed", 1);

  private ShortForm() {}

  /** In short form one of so many equal parts of these; another number gives another part. */
  static <T> Stream<T> part(List<T> all, int parts, int number) {
    return IntStream.range(0, all.size())
        .filter(i -> FULL || Math.floorMod(i + number + SEED, parts) == 0)
        .mapToObj(all::get);
  }

  /** For what a campaign prints of itself. */
  static String told() {
    return FULL ? "" : " (-Dfaults.seed=" + SEED + ")";
  }
}
