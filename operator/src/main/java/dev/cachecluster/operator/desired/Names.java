package dev.cachecluster.operator.desired;

/**
 * Every name that is derived from a cluster's name, in one place. The longest suffix decides how
 * long a cluster's name may be (see the rule on {@code metadata.name} in the CRD).
 *
 * @param namespace the cluster's namespace
 * @param cluster the cluster's name, a DNS label of at most 40 characters
 */
public record Names(String namespace, String cluster) {
  /** The port of every server. There is no other: {@code port 0} closes the plaintext one. */
  public static final int PORT = 6379;

  /** The replicated topology has one shard; the sharded one will count on from here. */
  public static final int SHARD = 0;

  /** The member's name, which is also its StatefulSet's. */
  public String member(int ordinal) {
    return cluster + "-" + SHARD + "-" + ordinal;
  }

  /** The one pod of a member's StatefulSet. */
  public String pod(String member) {
    return member + "-0";
  }

  /** The name under which a member announces itself and which its certificate carries. */
  public String host(String member) {
    return pod(member) + "." + headlessService() + "." + namespace + ".svc.cluster.local";
  }

  public String headlessService() {
    return cluster + "-members";
  }

  public String primaryService() {
    return cluster + "-primary";
  }

  public String replicasService() {
    return cluster + "-replicas";
  }

  /** The DNS name of a Service, fully qualified as certificates and clients use it. */
  public String serviceHost(String service) {
    return service + "." + namespace + ".svc.cluster.local";
  }

  /** Lineage and last good spec: what must outlive status and operator. */
  public String stateConfigMap() {
    return cluster + "-state";
  }

  public String configMap() {
    return cluster + "-config";
  }

  public String authoritySecret() {
    return cluster + "-ca";
  }

  /** What is used of somebody else's certificates. */
  public String foreignSecret() {
    return cluster + "-foreign";
  }

  /** What cert-manager is asked by. */
  public String certificate() {
    return cluster + "-server";
  }

  /** Where cert-manager puts what it issued. */
  public String issuedSecret() {
    return cluster + "-server-issued";
  }

  /** Passwords of the operator's and the replication's users. */
  public String accountsSecret() {
    return cluster + "-accounts";
  }

  /** What the servers load: ACL with password hashes, and the replication user's password. */
  public String accessSecret() {
    return cluster + "-access";
  }

  public String operatorTlsSecret() {
    return cluster + "-operator-tls";
  }

  public String memberTlsSecret(String member) {
    return member + "-tls";
  }

  /** The claim of a member's volume. */
  public String claim(String member) {
    return member + "-data";
  }

  /** Lies there once a member's volume is proven: without it, the kubelet starts no server. */
  public String volumeProof(String member) {
    return member + "-volume";
  }

  /**
   * What a CacheUser is called among the cluster's objects: names of users are too long to be part
   * of a name, so it is a digest of them.
   */
  private String user(UserKey user) {
    return cluster + "-user-" + Digests.of(user.toString());
  }

  /** What a CacheUser was granted. */
  public String grantSecret(UserKey user) {
    return user(user);
  }

  public String userTlsSecret(UserKey user) {
    return user(user) + "-tls";
  }

  /** The network path of a CacheUser. */
  public String userPolicy(UserKey user) {
    return user(user);
  }

  /** A pod of the probe: {@code inside} the policy of the members, or a {@code stranger}. */
  public String probe(String which) {
    return cluster + "-probe-" + which;
  }

  public String networkPolicy() {
    return cluster + "-members";
  }

  public String primaryBudget() {
    return cluster + "-" + SHARD + "-primary";
  }

  public String replicaBudget() {
    return cluster + "-" + SHARD + "-replicas";
  }
}
