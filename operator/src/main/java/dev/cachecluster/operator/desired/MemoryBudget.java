package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.PersistenceMode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;

/**
 * How a container's memory follows from {@code maxMemory}.
 *
 * <p>The server counts keys and values against {@code maxmemory}, but not the allocator's
 * fragmentation (up to about 1.25 in steady state), nor the copy-on-write pages of the fork that
 * feeds a full resync, nor its output buffers and the replication backlog. The limit is therefore
 * {@code 1.5 × maxMemory + backlog + 64 MiB}. Request and limit are equal, so that the kernel never
 * takes away at night what the scheduler promised by day.
 *
 * <p>A server that keeps its data forks for each snapshot and each rewrite of its file, under full
 * load and for as long as the disk takes. Meanwhile every page that is written is copied: in the
 * worst case, data that is overwritten at random while it is saved, nearly all of them. Half the
 * data more is kept free for that, {@code 2 × maxMemory + backlog + 64 MiB} in all: with usual
 * fragmentation, three quarters of the data may be overwritten during one save.
 *
 * @param maxMemoryBytes what the server may use for data
 * @param backlogBytes the replication backlog: a sixteenth of the data, 8 MiB to 256 MiB, which a
 *     replica that was away for a moment is served from instead of by a full resync
 * @param limitBytes the container's request and limit
 */
public record MemoryBudget(long maxMemoryBytes, long backlogBytes, long limitBytes) {
  private static final long MIB = 1L << 20;

  /**
   * The budget for a quantity such as {@code 512Mi}; the CRD's rules keep it between 16Mi and 1Ti.
   */
  public static MemoryBudget of(String maxMemory, PersistenceMode mode) {
    long data = bytes(maxMemory);
    long backlog = Math.clamp(data / 16, 8 * MIB, 256 * MIB);
    long beside = mode.keeps() ? data : data / 2;
    return new MemoryBudget(data, backlog, data + beside + backlog + 64 * MIB);
  }

  /** The budget that a spec asks for. */
  public static MemoryBudget of(CacheClusterSpec spec) {
    return of(spec.memory().maxMemory(), spec.persistence().mode());
  }

  private static long bytes(String quantity) {
    BigDecimal value = Quantity.getAmountInBytes(Quantity.parse(quantity));
    return value.longValueExact();
  }

  /** The container's request and limit, in the largest unit that shows it exactly. */
  public Quantity limit() {
    return limitBytes % MIB == 0
        ? new Quantity(Long.toString(limitBytes / MIB), "Mi")
        : new Quantity(Long.toString(limitBytes), "");
  }
}
