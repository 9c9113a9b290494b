package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * An issuer of cert-manager. It must put its root certificate into ca.crt, as CA and Vault issuers
 * do; ACME issuers do not.
 *
 * @param name Its name.
 * @param kind Issuer: one of the cache's namespace. ClusterIssuer: one for all namespaces.
 * @param group Its API group.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TlsIssuerSpec(
    @Required
        @Size(max = 253)
        @ValidationRule(
            value = "self.matches('" + Labels.OBJECT_NAME + "')",
            message = TlsIssuerSpec.NAME_MESSAGE)
        String name,
    @Default("Issuer") TlsIssuerKind kind,
    @Default(TlsIssuerSpec.DEFAULT_GROUP)
        @Size(max = 253)
        @ValidationRule(
            value = "self.matches('" + Labels.OBJECT_NAME + "')",
            message = TlsIssuerSpec.GROUP_MESSAGE)
        String group) {

  static final String DEFAULT_GROUP = "cert-manager.io";
  static final String NAME_MESSAGE =
      "spec.tls.server.issuer.name must be the name of an issuer: lower-case letters, digits, '-'"
          + " and '.'";
  static final String GROUP_MESSAGE =
      "spec.tls.server.issuer.group must be an API group: lower-case letters, digits, '-' and '.'";

  /** Null comes only from JSON without the field that did not pass an API server. */
  public TlsIssuerSpec {
    if (kind == null) {
      kind = TlsIssuerKind.ISSUER;
    }
    if (group == null) {
      group = DEFAULT_GROUP;
    }
  }
}
