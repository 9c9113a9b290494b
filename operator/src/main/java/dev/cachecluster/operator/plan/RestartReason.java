package dev.cachecluster.operator.plan;

/** Why the operator restarts a pod. */
public enum RestartReason {
  /** The pod was made from another template than the spec now asks for. */
  TEMPLATE_CHANGED("TemplateChanged");

  private final String text;

  RestartReason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
