package dev.cachecluster.operator.plan;

/** Why the operator restarts a pod. */
public enum RestartReason {
  /** The pod was made from another template than the spec now asks for. */
  TEMPLATE_CHANGED("TemplateChanged"),

  /** Its server does not start, and its files are to be looked at before. */
  DATA_LOOKED_AT("DataLookedAt"),

  /** Its files cannot be read, another member leads with the data, and takes their place. */
  DATA_SET_ASIDE("DataSetAside");

  private final String text;

  RestartReason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
