package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.acl.Secret;

/**
 * A certificate and its private key as they are stored.
 *
 * @param certificatePem the certificate; for a leaf followed by its issuer's
 * @param privateKeyPem PKCS#8
 */
public record KeyPairPem(String certificatePem, Secret privateKeyPem) {}
