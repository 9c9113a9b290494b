package dev.cachecluster.operator.engine;

/** What a server did with a command sent to its port without TLS. */
public enum PlaintextProbe {
  /** It closed the connection, or sent a TLS alert. */
  CLOSED,
  /** It answered in its own protocol: the port takes plaintext. */
  ANSWERED
}
