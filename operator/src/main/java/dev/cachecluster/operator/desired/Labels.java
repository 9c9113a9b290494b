package dev.cachecluster.operator.desired;

import java.util.LinkedHashMap;
import java.util.Map;

/** Labels and annotations that the operator sets, reads, and lets nobody else choose. */
public final class Labels {
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  public static final String OPERATOR = "cachecluster-operator";
  private static final String NAME = "app.kubernetes.io/name";
  private static final String CACHE = "cachecluster";
  public static final String CLUSTER = "cachecluster.dev/cluster";
  public static final String MEMBER = "cachecluster.dev/member";

  /** On pods, {@code primary} or {@code replica}, once the operator gave the member its role. */
  public static final String ROLE = "cachecluster.dev/role";

  /** On what belongs to a CacheUser: its namespace and its name. */
  public static final String USER_NAMESPACE = "cachecluster.dev/user-namespace";

  public static final String USER = "cachecluster.dev/user";

  /** On what belongs to a CacheUser: what it is. */
  public static final String PART = "cachecluster.dev/part";

  public static final String GRANT = "grant";
  public static final String BINDING = "binding";
  public static final String PATH = "path";
  public static final String CERTIFICATE = "certificate";

  /** On pods of the probe: which of the two it is. */
  public static final String PROBE = "cachecluster.dev/probe";

  /** Under the policy of the members, as a member is. */
  public static final String PROBE_INSIDE = "inside";

  /** Let in by nobody. */
  public static final String PROBE_STRANGER = "stranger";

  /** On pods of the probe: the cluster. A stranger must not bear the label of its members. */
  public static final String PROBE_OF = "cachecluster.dev/probe-of";

  /** On pods of the probe: when the run began, and what it is to prove. */
  public static final String PROBE_RUN = "cachecluster.dev/probe-run";

  public static final String PROBE_SUBJECT = "cachecluster.dev/probe-subject";

  /**
   * On applied objects: the digest of what was applied last, so that a removed field is noticed.
   */
  public static final String APPLIED = "cachecluster.dev/applied";

  /** On pods: the digest of the template that they were made from. */
  public static final String TEMPLATE = "cachecluster.dev/template";

  /** On pods: the digest of the part of the spec that a pod must be restarted for. */
  public static final String SPEC = "cachecluster.dev/spec";

  /**
   * On pods: the size that a volume was grown to. A changed value makes the kubelet look at the
   * pod's volumes now, and not in a minute or so.
   */
  public static final String SIZED = "cachecluster.dev/size";

  /** The readiness gate that only the operator opens. */
  public static final String SERVING_GATE = "cachecluster.dev/serving";

  public static final String ROLE_PRIMARY = "primary";
  public static final String ROLE_REPLICA = "replica";

  private Labels() {}

  /** The labels of every object of a cluster. */
  public static Map<String, String> of(String cluster) {
    var labels = selector(cluster);
    labels.put(NAME, CACHE);
    labels.put("app.kubernetes.io/instance", cluster);
    return labels;
  }

  /** The labels of an object that a cluster has for one of its users. */
  public static Map<String, String> ofUser(String cluster, UserKey user, String part) {
    var labels = of(cluster);
    labels.put(USER_NAMESPACE, user.namespace());
    labels.put(USER, user.name());
    labels.put(PART, part);
    return labels;
  }

  /**
   * The labels of a binding. It lies in the application's namespace, so it names no cluster: there
   * may be another one of the same name there.
   */
  public static Map<String, String> ofBinding(UserKey user) {
    var labels = new LinkedHashMap<String, String>();
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(USER_NAMESPACE, user.namespace());
    labels.put(USER, user.name());
    labels.put(PART, BINDING);
    return labels;
  }

  /**
   * What the network policies of a cluster select: its members, and while it runs, the pod of the
   * probe that stands for them.
   */
  public static Map<String, String> selector(String cluster) {
    var labels = new LinkedHashMap<String, String>();
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(CLUSTER, cluster);
    return labels;
  }

  /** What selects the pods of a cluster's members, and nothing else. */
  public static Map<String, String> members(String cluster) {
    var labels = selector(cluster);
    labels.put(NAME, CACHE);
    return labels;
  }

  /** The labels of a pod of the probe; no Service and no budget selects them. */
  public static Map<String, String> ofProbe(String cluster, String which) {
    var labels = new LinkedHashMap<String, String>();
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(NAME, "cachecluster-probe");
    labels.put(PROBE, which);
    labels.put(PROBE_OF, cluster);
    if (which.equals(PROBE_INSIDE)) {
      labels.put(CLUSTER, cluster);
    }
    return labels;
  }

  /** What selects the one pod of a member. */
  public static Map<String, String> member(String cluster, String member) {
    var labels = selector(cluster);
    labels.put(MEMBER, member);
    return labels;
  }
}
