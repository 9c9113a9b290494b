package dev.cachecluster.operator.pki;

/** How far the rotation of an authority is, as its Secret and the world show it. */
public enum RotationPhase {
  /** One authority, and nobody trusts another. */
  STEADY("Steady"),
  /** There is a next one, which everybody is to trust before it issues anything. */
  TRUST_BOTH("TrustBoth"),
  /** The new one issues; leaves of the old may still be shown. */
  REISSUE("Reissue"),
  /** Nobody shows a leaf of the old one any more, but some still trust it. */
  DROP_OLD("DropOld");

  private final String text;

  RotationPhase(String text) {
    this.text = text;
  }

  /** The word for status and plan. */
  public String text() {
    return text;
  }
}
