package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A Secret of the cache's namespace with tls.crt, tls.key and ca.crt. It is checked before any
 * server gets it.
 *
 * @param name Its name.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TlsSecretSpec(
    @Required
        @Size(max = 253)
        @ValidationRule(
            value = "self.matches('" + Labels.OBJECT_NAME + "')",
            message = TlsSecretSpec.NAME_MESSAGE)
        String name) {

  static final String NAME_MESSAGE =
      "spec.tls.server.secret.name must be the name of a Secret in the same namespace: lower-case"
          + " letters, digits, '-' and '.'";
}
