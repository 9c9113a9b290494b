package dev.cachecluster.operator.acl;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.AclUser.Credentials.CertificateOnly;
import java.util.List;

/** The users that every server has from its first second, each with just what its work needs. */
public final class SystemUsers {
  public static final String OPERATOR = "_operator";
  public static final String REPLICATION = "_replication";
  public static final String PROBE = "_probe";

  private SystemUsers() {}

  /**
   * The operator's own. It touches no key and no channel, and cannot do what would destroy data at
   * a word: no FLUSHALL, FLUSHDB, DEBUG, CLUSTER RESET, SHUTDOWN, SAVE, nor may it change the
   * access list other than by loading the file.
   */
  public static AclUser operator(Secret password) {
    return new AclUser(
        OPERATOR,
        Credentials.password(password),
        List.of(),
        List.of(),
        List.of(
            "+auth",
            "+hello",
            "+ping",
            "+info",
            "+role",
            "+replicaof",
            "+config|get",
            "+config|set",
            "+acl|list",
            "+acl|load",
            "+acl|whoami",
            "+acl|getuser",
            "+client|id",
            "+client|kill",
            "+client|list",
            "+client|no-evict",
            "+client|pause",
            "+client|setname",
            "+client|unpause"));
  }

  /** What a replica presents to its primary. */
  public static AclUser replication(Secret password) {
    return new AclUser(
        REPLICATION,
        Credentials.password(password),
        List.of(),
        List.of(),
        List.of("+ping", "+psync", "+replconf"));
  }

  /**
   * What the kubelet's probes present: no password, because a probe's command line is no place for
   * one. A client certificate of the cluster is needed all the same, and all it can learn is that
   * the server lives, and its role.
   */
  public static AclUser probe() {
    return new AclUser(
        PROBE, new CertificateOnly(), List.of(), List.of(), List.of("+ping", "+role"));
  }

  /**
   * The one application user of a cluster that has no users of its own yet: reads and writes every
   * key. It may not administer the server or reach other databases, and commands are denied whose
   * cost grows with the whole data set or that stop others. Left to it on purpose: SCAN, RANDOMKEY
   * and DBSIZE show every key name, so two tenants need two clusters; EVAL and FCALL run within
   * these same rules, but nobody may replace functions (FUNCTION LOAD is a write to code, not to
   * data).
   */
  public static AclUser application(String name, Secret password) {
    if (name.startsWith("_")) {
      throw new IllegalArgumentException(
          "application user \""
              + name
              + "\" is refused: names that begin with '_' belong to the operator");
    }
    return new AclUser(
        name,
        Credentials.password(password),
        List.of("*"),
        List.of("*"),
        List.of(
            "+@read",
            "+@write",
            "+@connection",
            "+@transaction",
            "+@scripting",
            "+@pubsub",
            "-@admin",
            "-@dangerous",
            // -@dangerous takes these along with what is dangerous in them; ordinary clients ask
            // for them.
            "+info",
            "-function",
            "-script|kill",
            "-script|flush",
            "-select",
            "-swapdb",
            "-move"));
  }
}
