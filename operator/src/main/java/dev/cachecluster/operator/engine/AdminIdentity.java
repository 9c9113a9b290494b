package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.acl.Secret;

/**
 * Who the operator is towards a server: an access-list user and a client certificate, and the
 * authority it trusts.
 *
 * @param caPem one or more certificates; servers must chain to one of them
 */
public record AdminIdentity(
    String username, Secret password, String caPem, String certificatePem, Secret privateKeyPem) {}
