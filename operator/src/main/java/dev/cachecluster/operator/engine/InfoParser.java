package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.engine.Role.Primary;
import dev.cachecluster.operator.engine.Role.Replica;
import dev.cachecluster.operator.engine.Role.ReplicaLink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the text of INFO. What a decision rests on must be there and be a number where one is due,
 * or the whole answer is not understood: a missing field is never read as zero.
 */
final class InfoParser {
  private static final Pattern REPLICA_FIELD = Pattern.compile("slave\\d{1,9}");
  private static final Pattern DATABASE_FIELD = Pattern.compile("db\\d{1,9}");

  private final Map<String, String> fields;

  private InfoParser(Map<String, String> fields) {
    this.fields = fields;
  }

  /** The answer cannot be what it should be. */
  static final class NotUnderstood extends Exception {
    private static final long serialVersionUID = 1L;

    NotUnderstood(String message) {
      super(message);
    }
  }

  static InfoParser of(String info) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : info.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith("#")) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return new InfoParser(fields);
  }

  ServerView view(Map<String, String> config, AclListing acl, Instant seenAt) throws NotUnderstood {
    return new ServerView(
        text("run_id"),
        // Valkey reports a fixed redis_version for old clients, and its own beside it.
        fields.containsKey("valkey_version") ? text("valkey_version") : text("redis_version"),
        role(),
        history(),
        flag("loading"),
        keys(),
        number("used_memory"),
        number("sync_full"),
        number("sync_partial_ok"),
        isOk("aof_last_write_status") && isOk("rdb_last_bgsave_status"),
        config,
        acl,
        seenAt);
  }

  Role role() throws NotUnderstood {
    return switch (text("role")) {
      case "master" -> new Primary(replicas());
      case "slave" ->
          new Replica(
              text("master_host"),
              (int) within("master_port", number("master_port"), 0, 65535),
              switch (text("master_link_status")) {
                case "up" -> true;
                case "down" -> false;
                case String other ->
                    throw new NotUnderstood("master_link_status is " + brief(other));
              },
              flag("master_sync_in_progress"),
              optionalNumber("master_link_down_since_seconds"),
              optionalNumber("master_last_io_seconds_ago"),
              number("slave_repl_offset"));
      case String other -> throw new NotUnderstood("role is " + brief(other));
    };
  }

  History history() throws NotUnderstood {
    return new History(
        text("master_replid"),
        number("master_repl_offset"),
        text("master_replid2"),
        number("second_repl_offset"));
  }

  private List<ReplicaLink> replicas() throws NotUnderstood {
    List<ReplicaLink> links = new ArrayList<>();
    for (Map.Entry<String, String> field : fields.entrySet()) {
      if (REPLICA_FIELD.matcher(field.getKey()).matches()) {
        InfoParser link = ofPairs(field.getValue());
        links.add(
            new ReplicaLink(
                link.text("ip"),
                (int) within("port", link.number("port"), 0, 65535),
                link.text("state"),
                link.number("offset"),
                link.number("lag")));
      }
    }
    return links;
  }

  private long keys() throws NotUnderstood {
    long keys = 0;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      if (DATABASE_FIELD.matcher(field.getKey()).matches()) {
        keys += within("keys", ofPairs(field.getValue()).number("keys"), 0, Long.MAX_VALUE / 1024);
      }
    }
    return keys;
  }

  /** A value of the form {@code a=1,b=2}. */
  private static InfoParser ofPairs(String value) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : value.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return new InfoParser(pairs);
  }

  private String text(String name) throws NotUnderstood {
    String value = fields.get(name);
    if (value == null || value.isBlank()) {
      throw new NotUnderstood("INFO has no " + name);
    }
    return value;
  }

  private boolean isOk(String name) throws NotUnderstood {
    return switch (text(name)) {
      case "ok" -> true;
      case "err" -> false;
      case String other -> throw new NotUnderstood(name + " is " + brief(other));
    };
  }

  private boolean flag(String name) throws NotUnderstood {
    return within(name, number(name), 0, 1) == 1;
  }

  private long optionalNumber(String name) throws NotUnderstood {
    return fields.containsKey(name) ? number(name) : -1;
  }

  private long number(String name) throws NotUnderstood {
    String value = text(name);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new NotUnderstood(name + " is not a number: " + brief(value));
    }
  }

  private static long within(String name, long value, long least, long most) throws NotUnderstood {
    if (value < least || value > most) {
      throw new NotUnderstood(name + " is out of range: " + value);
    }
    return value;
  }

  private static String brief(String value) {
    return Messages.brief(value);
  }
}
