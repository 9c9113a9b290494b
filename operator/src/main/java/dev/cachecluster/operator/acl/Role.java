package dev.cachecluster.operator.acl;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an application's user may do, on keys and channels of its own. One form for all engines:
 * what is granted, then what is taken away again, then the few exceptions. It names only commands
 * that every engine knows, because a server refuses a whole list for one word that it does not
 * know.
 *
 * <p><b>Taken away from every role</b>, because patterns of keys do not bind it:
 *
 * <ul>
 *   <li>{@code @dangerous}, which holds {@code @admin}: KEYS, MONITOR, SORT with its BY and GET,
 *       FLUSHALL, FLUSHDB, SWAPDB, MIGRATE, RESTORE, DEBUG, CONFIG, ACL, SLOWLOG, LATENCY, CLIENT
 *       LIST, KILL, PAUSE, UNBLOCK and NO-EVICT, replication and persistence
 *   <li>SCAN, RANDOMKEY, DBSIZE: names and number of everybody's keys
 *   <li>PUBSUB: names of everybody's channels
 *   <li>COPY and MOVE, which reach another database; SELECT is never granted
 *   <li>FUNCTION and SCRIPT administration. FCALL is there: a function runs in the rights of who
 *       calls it, and only the platform loads any
 * </ul>
 *
 * <p>Of {@code @connection} only CLIENT, COMMAND, ECHO and PING are granted; HELLO, AUTH, RESET and
 * QUIT need no grant. So SELECT, WAIT, WAITAOF and READONLY are not there, and what later engines
 * add to it is not, either. MEMORY USAGE and OBJECT are bound by key patterns and stay. INFO stays,
 * though it shows the number of keys and the load of the whole server: Spring Boot's health check
 * and Redisson ask for it, and it holds no name of a key, channel, user or client.
 *
 * <p><b>CLIENT TRACKING.</b> With BCAST it pushes the names of all changed keys to whoever asks, of
 * whatever tenant. Redis checks key patterns there since 8.10 only (redis/redis#15371); Redis 7.0,
 * Valkey 8.0 and 8.1 do not, which a test shows on each. Access lists cannot part it from tracking
 * without BCAST: a rule names a command, a subcommand, or the first argument of a command that has
 * no subcommands, and BCAST is none of these; servers refuse {@code +client|tracking|on}; and a
 * selector binds keys, which CLIENT TRACKING names none of. So it is granted only where no other
 * tenant has keys on the cluster ({@code shared} is false). When a second tenant comes, tracking
 * has to be taken from the first, <i>and its sessions ended</i>, before the second gets its user:
 * what a connection has switched on outlasts the right to switch it on. {@link AclChange} keeps
 * this order.
 *
 * <p>What applications lose by this, so that nobody has to find out: Spring's {@code Cache.clear},
 * which looks for keys by KEYS or SCAN; Redisson's locks and maps, unless the user has {@link
 * Category#SCRIPTING}; client-side caches on shared clusters; databases other than 0.
 *
 * <p>Size: at most 183 bytes for ReadOnly and ReadWrite. The line of a user in the file is 110
 * bytes more, plus its name and its patterns, so that 1,000 users with two lines each, as during a
 * rotation, fit into the 1 MiB of a Secret if name and patterns take up to 229 bytes a user. The
 * longest Custom has 333 bytes and leaves 79. A test holds these figures.
 */
public sealed interface Role {
  /** Reads keys, and hears channels. */
  record ReadOnly() implements Role {
    @Override
    public List<String> granted() {
      return List.of("+@pubsub", "+@read", "+fcall_ro", "-publish", "-spublish");
    }
  }

  /** Reads and writes keys, and speaks and hears on channels. */
  record ReadWrite() implements Role {
    @Override
    public List<String> granted() {
      return List.of("+@pubsub", "+@read", "+@write", "+fcall", "+fcall_ro");
    }
  }

  /**
   * What is in any of the categories, and functions.
   *
   * @param categories at least one
   */
  record Custom(Set<Category> categories) implements Role {
    public Custom {
      categories = Set.copyOf(categories);
      if (categories.isEmpty()) {
        throw new IllegalArgumentException(
            "a custom role needs at least one category: name one, or choose ReadOnly");
      }
    }

    @Override
    public List<String> granted() {
      List<String> rules = new ArrayList<>();
      new TreeSet<>(categories).forEach(category -> rules.addAll(category.rules()));
      rules.addAll(List.of("+fcall", "+fcall_ro"));
      return rules;
    }
  }

  /**
   * What an exporter of metrics asks: redis_exporter reads INFO, the length of the slow log and the
   * latency events, and names its connection. Of keys and channels it has none, so of what other
   * roles have in common it needs nothing.
   *
   * <p>Two things that redis_exporter asks for by default are refused, and it does without. CONFIG
   * GET shows the replication password in plain text (start it with {@code -config-command=-}).
   * SLOWLOG GET holds arguments of commands, values included; so the age and duration of the last
   * slow command are missing from its metrics. COMMANDLOG LEN is not there because older engines
   * refuse a file that names a command they do not know; the slow log's length says the same.
   */
  record Metrics() implements Role {
    @Override
    public List<String> granted() {
      return List.of(
          "+ping",
          "+info",
          "+client|setname",
          "+slowlog|len",
          "+latency|latest",
          "+latency|histogram");
    }

    @Override
    public List<String> commands(boolean shared) {
      return granted();
    }
  }

  /** What this role has and others may not have. */
  List<String> granted();

  /**
   * Its command rules, for {@link AclUser}.
   *
   * @param shared whether other tenants have keys on the same cluster
   */
  default List<String> commands(boolean shared) {
    return CommonRules.around(granted(), shared);
  }
}
