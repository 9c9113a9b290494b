package dev.cachecluster.operator.desired;

import dev.cachecluster.operator.acl.Secret;

/**
 * The secret material that objects are rendered from. It is made once, by the apply package, and
 * read back from the API: what is rendered from it is a pure function of it.
 *
 * @param caPem the authorities that the operator trusts: those of the cluster, and no others
 */
public record Identities(String caPem, Secret operatorPassword, Secret replicationPassword) {
  public Passwords passwords() {
    return new Passwords(operatorPassword, replicationPassword);
  }
}
