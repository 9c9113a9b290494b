package dev.cachecluster.operator.engine;

/** What a server did with a client certificate that was shown to it in a handshake. */
public enum TrustProbe {
  /** It let the client in and answered its first command, if only to ask who it is. */
  ACCEPTED,
  /** It ended the connection. Why, is not always told: only the other answer proves anything. */
  REFUSED
}
