package dev.cachecluster.operator.acl;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.AclUser.Credentials.CertificateOnly;
import java.util.List;
import java.util.Set;

/** The users that every server has from its first second, each with just what its work needs. */
public final class SystemUsers {
  public static final String OPERATOR = "_operator";
  public static final String REPLICATION = "_replication";
  public static final String PROBE = "_probe";

  /** All of them. No application's user has such a name, see {@link ServerUser}. */
  public static final Set<String> NAMES = Set.of(OPERATOR, REPLICATION, PROBE);

  private static final String READ_WRITE =
      "+@bitmap +@connection +@geo +@hash +@hyperloglog +@keyspace +@list +@pubsub +@set"
          + " +@sortedset +@stream +@string +@transaction +eval +eval_ro +evalsha +evalsha_ro"
          + " +fcall +fcall_ro +info +script|exists +script|load -client|kill -client|list"
          + " -client|no-evict -client|pause -client|unblock -client|unpause -copy -flushall"
          + " -flushdb -keys -migrate -move -pfdebug -pfselftest -restore -restore-asking -select"
          + " -sort -sort_ro -swapdb";

  private SystemUsers() {}

  /**
   * The operator's own. It touches no key and no channel, and cannot do what would destroy data at
   * a word: no FLUSHALL, FLUSHDB, DEBUG, CLUSTER RESET, SHUTDOWN, SAVE.
   *
   * <p>It changes the access list, one user at a time by ACL SETUSER and ACL DELUSER, or as a whole
   * by ACL LOAD from the mounted file. Passwords go to the server as digests. Access lists cannot
   * narrow this: <b>who has the operator's password and client certificate can grant anything to
   * anybody</b>, all keys to itself included, and nothing on the server would stop it. So these
   * credentials leave the operator and the Secrets it reads them from for nobody: no application,
   * probe, exporter or replica is given them, and each server process mounts only their digest.
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
            "+acl|deluser",
            "+acl|list",
            "+acl|load",
            "+acl|setuser",
            "+acl|whoami",
            "+acl|getuser",
            "+client|id",
            "+client|kill",
            "+client|list",
            "+client|no-evict",
            "+client|pause",
            "+client|setname",
            "+client|unpause",
            "+fcall_ro",
            "+function|load"));
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
   * the server lives, its role, and how many keys it has.
   */
  public static AclUser probe() {
    return new AclUser(
        PROBE, new CertificateOnly(), List.of(), List.of(), List.of("+dbsize", "+ping", "+role"));
  }

  /**
   * The one application user of a cluster that has no users of its own yet: it reads and writes
   * every key. Granted is what works on data, by type, and what a client needs to speak; of the
   * dangerous and administrative commands only INFO, which ordinary clients ask for. Denied besides
   * are commands that reach another database (SELECT, COPY, MOVE, SWAPDB). Scripts and functions
   * can be run, within these same rules, but functions cannot be replaced.
   *
   * <p>Left to it on purpose: SCAN, RANDOMKEY, DBSIZE and CLIENT TRACKING show every key name, so
   * two tenants need two clusters.
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
        List.of(READ_WRITE.split(" ")));
  }
}
