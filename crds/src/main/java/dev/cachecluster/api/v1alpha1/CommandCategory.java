package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * The categories of commands that an application can be given. They are the servers' own, here as
 * ACL CAT of Valkey 8.1 and Redis 7.0 lists them.
 *
 * <p>Not among them, because they are administration, or hold it: {@code admin} and {@code
 * dangerous} by their meaning; {@code connection}, which has CLIENT KILL and SELECT (what a client
 * needs of it, everybody has); {@code fast} and {@code slow}, since every command is in one of the
 * two; {@code transaction}, which everybody has. {@code blocking} would give nothing that the types
 * of data do not, but WAIT and WAITAOF.
 *
 * <p>Of those below, {@code string}, {@code hash}, {@code stream}, {@code bitmap} and {@code geo}
 * hold nothing that could harm others. The rest also hold single commands that an application must
 * not have: FLUSHALL, FLUSHDB, SWAPDB, MIGRATE and RESTORE in {@code write} and {@code keyspace};
 * COPY and MOVE, which reach another database, there too; KEYS, SCAN, RANDOMKEY and DBSIZE, which
 * tell of the keys of others, in {@code read} and {@code keyspace}; SORT and SORT_RO in {@code
 * list}, {@code set} and {@code sortedset}; PFDEBUG and PFSELFTEST in {@code hyperloglog}; PUBSUB,
 * which tells the channels of others, in {@code pubsub}; FUNCTION, SCRIPT FLUSH, KILL and DEBUG in
 * {@code scripting}. The operator takes these out of every user's rights after whatever was
 * granted, so that no choice of categories brings them back.
 */
public enum CommandCategory {
  /** Reads values of all types. */
  @JsonProperty("read")
  READ,
  /** Changes values of all types. */
  @JsonProperty("write")
  WRITE,
  /** Keys whatever their type: DEL, EXISTS, EXPIRE, TTL, TYPE. */
  @JsonProperty("keyspace")
  KEYSPACE,
  @JsonProperty("string")
  STRING,
  @JsonProperty("hash")
  HASH,
  @JsonProperty("list")
  LIST,
  @JsonProperty("set")
  SET,
  @JsonProperty("sortedset")
  SORTEDSET,
  @JsonProperty("stream")
  STREAM,
  @JsonProperty("bitmap")
  BITMAP,
  @JsonProperty("hyperloglog")
  HYPERLOGLOG,
  @JsonProperty("geo")
  GEO,
  /** PUBLISH and SUBSCRIBE, on the channels of the spec. */
  @JsonProperty("pubsub")
  PUBSUB,
  /** Runs scripts and functions, which may do what their user may; does not load functions. */
  @JsonProperty("scripting")
  SCRIPTING;

  /** The name in YAML and in access lists, for example {@code sortedset}. */
  public String engineName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
