package dev.cachecluster.api.v1alpha1;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The engine settings that {@code spec.config} may hold: those that every supported engine changes
 * live and that cannot harm TLS, identity, replication or storage. The rules of the CRD are made
 * from this table, so the API server and the operator say the same.
 */
public final class ConfigKeys {

  /** What the value of a setting may be. */
  public sealed interface ValueRule {
    boolean allows(String value);

    /** For messages: what the value must be. */
    String describe();
  }

  /** A whole number without leading zeros. */
  public record WholeNumber(long min, long max) implements ValueRule {
    static final String PATTERN = "^(0|-?[1-9][0-9]{0,17})$";

    @Override
    public boolean allows(String value) {
      if (!value.matches(PATTERN)) {
        return false;
      }
      long number = Long.parseLong(value);
      return min <= number && number <= max;
    }

    @Override
    public String describe() {
      return "a whole number from " + min + " to " + max;
    }
  }

  /** A switch. */
  public record YesOrNo() implements ValueRule {
    @Override
    public boolean allows(String value) {
      return value.equals("yes") || value.equals("no");
    }

    @Override
    public String describe() {
      return "yes or no, in quotes";
    }
  }

  /** Classes of keyspace events, one letter each; empty turns them off. */
  public record EventFlags() implements ValueRule {
    static final String PATTERN = "^[AKEg$lshzxetdmn]{0,16}$";

    @Override
    public boolean allows(String value) {
      return value.matches(PATTERN);
    }

    @Override
    public String describe() {
      return "empty or letters of AKEg$lshzxetdmn, for example Ex";
    }
  }

  static final String NOT_ALLOWED = " is not an allowed setting: remove it";
  static final String UNPRINTABLE_NOT_ALLOWED =
      "spec.config holds a setting that is not allowed: remove it";

  private static final SortedMap<String, ValueRule> TABLE = table();

  private ConfigKeys() {}

  /** Every setting with its rule, sorted by name. */
  public static SortedMap<String, ValueRule> all() {
    return TABLE;
  }

  /** What is wrong with a setting, and what to do; empty if nothing is. */
  public static Optional<String> problem(String key, String value) {
    ValueRule rule = TABLE.get(key);
    if (rule == null) {
      return Optional.of(
          Labels.isPrintable(key)
              ? "spec.config: " + key + NOT_ALLOWED + "; allowed are " + names()
              : UNPRINTABLE_NOT_ALLOWED);
    }
    if (value == null || !rule.allows(value)) {
      return Optional.of("spec.config: " + key + " must be " + rule.describe());
    }
    return Optional.empty();
  }

  /** The names as one line for messages. */
  static String names() {
    return String.join(", ", TABLE.keySet());
  }

  private static SortedMap<String, ValueRule> table() {
    var table = new TreeMap<String, ValueRule>();
    long anyInt = Integer.MAX_VALUE;
    // Encodings: far larger limits make single commands slow enough to stall all clients.
    long entries = 65_536;

    table.put("maxmemory-samples", new WholeNumber(1, 64));
    table.put("lfu-log-factor", new WholeNumber(0, anyInt));
    table.put("lfu-decay-time", new WholeNumber(0, anyInt));
    table.put("timeout", new WholeNumber(0, anyInt));
    table.put("tcp-keepalive", new WholeNumber(0, anyInt));
    table.put("slowlog-log-slower-than", new WholeNumber(-1, 1_000_000_000_000L));
    // Entries of the slow log stand outside maxmemory.
    table.put("slowlog-max-len", new WholeNumber(0, 100_000));
    table.put("latency-monitor-threshold", new WholeNumber(0, 1_000_000_000_000L));
    table.put("notify-keyspace-events", new EventFlags());
    table.put("hash-max-listpack-entries", new WholeNumber(0, entries));
    table.put("hash-max-listpack-value", new WholeNumber(0, entries));
    table.put("list-max-listpack-size", new WholeNumber(-5, entries));
    table.put("set-max-intset-entries", new WholeNumber(0, entries));
    table.put("zset-max-listpack-entries", new WholeNumber(0, entries));
    table.put("zset-max-listpack-value", new WholeNumber(0, entries));
    table.put("active-expire-effort", new WholeNumber(1, 10));
    table.put("activedefrag", new YesOrNo());
    table.put("lazyfree-lazy-eviction", new YesOrNo());
    table.put("lazyfree-lazy-expire", new YesOrNo());
    table.put("lazyfree-lazy-server-del", new YesOrNo());
    table.put("lazyfree-lazy-user-del", new YesOrNo());
    // Below 64 there may be no connection left for replicas, probes, metrics and the operator.
    table.put("maxclients", new WholeNumber(64, 100_000));
    return Collections.unmodifiableSortedMap(table);
  }
}
