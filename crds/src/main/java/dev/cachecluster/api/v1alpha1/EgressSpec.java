package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place that the cache's pods may connect to. A union: beside the type stand exactly the members
 * of that type, and ports always.
 *
 * @param type Cidr: addresses. Pods: pods by namespace and labels.
 * @param cidr A network, as 169.254.20.10/32; not wider than /8, or /32 of IPv6, because an opening
 *     to everywhere is no isolation. Exactly with type Cidr.
 * @param pods The pods; exactly with type Pods.
 * @param ports The ports that are opened there; no others are.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.type == 'Cidr') == has(self.cidr)",
    message = EgressSpec.CIDR_UNION_MESSAGE)
@ValidationRule(
    value = "(self.type == 'Pods') == has(self.pods)",
    message = EgressSpec.PODS_UNION_MESSAGE)
public record EgressSpec(
    @Required EgressType type,
    @Nullable
        @Size(max = EgressSpec.MAX_CIDR_LENGTH)
        @ValidationRule(
            value = "self.matches('" + EgressSpec.CIDR_PATTERN + "')",
            message = EgressSpec.CIDR_MESSAGE)
        String cidr,
    @Nullable EgressPodsSpec pods,
    @Required @Size(min = 1, max = EgressSpec.MAX_PORTS) List<EgressPortSpec> ports) {

  static final int MAX_PORTS = 8;
  static final int MAX_CIDR_LENGTH = 43;

  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

  /**
   * What both the CRD and the operator ask. CEL has functions for addresses only since Kubernetes
   * 1.31; whether an IPv6 address is one, only {@link #hasAddress} tells.
   */
  static final String CIDR_PATTERN =
      "^((("
          + BYTE
          + "[.]){3}"
          + BYTE
          + "/([89]|[12][0-9]|3[0-2]))"
          + "|([0-9a-f:]{2,39}/(3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-8])))$";

  private static final String FIELD = "spec.network.egress[].";
  static final String CIDR_MESSAGE =
      FIELD
          + "cidr must be a network with a prefix from /8 to /32, for example 169.254.20.10/32, or"
          + " of IPv6 in lower case from /32 to /128";
  static final String CIDR_UNION_MESSAGE =
      FIELD + "cidr goes exactly with type Cidr: set both or neither";
  static final String PODS_UNION_MESSAGE =
      FIELD + "pods goes exactly with type Pods: set both or neither";

  public EgressSpec {
    ports = Copies.list(ports);
  }

  /** Whether a text of the CRD's form is a network: what stands before its slash is an address. */
  static boolean isNetwork(String cidr) {
    return cidr.matches(CIDR_PATTERN) && hasAddress(cidr.substring(0, cidr.indexOf('/')));
  }

  private static boolean hasAddress(String text) {
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
