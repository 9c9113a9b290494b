package dev.cachecluster.api.v1alpha1;

/**
 * Rules for labels and annotations, as constants because both the CRD's rules and {@link SpecCheck}
 * are made of them.
 */
final class Labels {
  private static final String DOMAIN = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";
  private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";

  static final String KEY = "^(" + DOMAIN + "/)?" + NAME + "$";
  static final String VALUE = "^(" + NAME + ")?$";
  static final String OBJECT_NAME = "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$";

  /** A key holds at most a domain of 253 characters, a slash and a name of 63. */
  static final int MAX_KEY_LENGTH = 317;

  /**
   * Kubernetes and this operator; service meshes and secret injectors, which would put containers
   * into the pod; network plugins, which would open other ways to it.
   */
  private static final String RESERVED_DOMAINS =
      "([^/]*[.])?(kubernetes[.]io|k8s[.]io|cachecluster[.]dev|istio[.]io|linkerd[.]io|hashicorp[.]com"
          + "|cncf[.]io|projectcalico[.]org|cilium[.]io)/.*";

  /** Names without a domain that other people's selectors, or controllers, are known to use. */
  static final String RESERVED_LABEL =
      "^("
          + RESERVED_DOMAINS
          + "|app|name|role|component|controller-revision-hash|pod-template-hash)$";

  /** CRI-O reads annotations that begin so and have no slash. */
  static final String RESERVED_ANNOTATION = "^(" + RESERVED_DOMAINS + "|io[.]kubernetes[.].*)$";

  static final String CONTROL_PLANE_TAINT = "^node-role[.]kubernetes[.]io/(control-plane|master)$";

  static final String LABEL_FORM =
      " must be a label key with a label value: letters, digits, '-', '_' and '.', at most 63, the"
          + " key with an optional domain and '/' before it";
  static final String ANNOTATION_FORM =
      " must be an annotation key: letters, digits, '-', '_' and '.', at most 63, with an optional"
          + " domain and '/' before it";
  static final String RESERVED =
      " is reserved for Kubernetes, the operator, service meshes, network plugins or usual"
          + " selectors: use a key under a domain of your own, for example example.com/team";

  private Labels() {}

  /** Whether a key may stand in a message: on one line, without terminal escapes, and not long. */
  static boolean isPrintable(String key) {
    return key.length() <= MAX_KEY_LENGTH && key.chars().noneMatch(Character::isISOControl);
  }
}
