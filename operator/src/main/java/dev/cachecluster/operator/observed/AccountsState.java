package dev.cachecluster.operator.observed;

/** What became of the Secret with the operator's own passwords. */
public enum AccountsState {
  /** It holds what the servers know, as far as one can tell. */
  STAND,
  /** It was lost or changed; what the servers know is remembered. */
  KNOWN,
  /** It is there, without passwords of ours in it, and nobody remembers them. */
  DAMAGED,
  /** It is not there, and nobody remembers it. */
  MISSING
}
