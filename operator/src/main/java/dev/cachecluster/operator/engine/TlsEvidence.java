package dev.cachecluster.operator.engine;

import java.time.Instant;

/**
 * What the handshake of the connection that is in use showed.
 *
 * @param protocol such as TLSv1.3
 * @param cipher the suite agreed on
 * @param fingerprint SHA-256 of the server's leaf certificate, lower-case hex
 * @param notAfter when that certificate ends
 */
public record TlsEvidence(String protocol, String cipher, String fingerprint, Instant notAfter) {}
