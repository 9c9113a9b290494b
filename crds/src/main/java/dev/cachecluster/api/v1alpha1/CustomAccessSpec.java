package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * Commands by category.
 *
 * @param categories The server's own categories of commands (ACL CAT), granted together. Commands
 *     that administrate the server, reach another database or show the keys of others are taken out
 *     again, whichever category they are in.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CustomAccessSpec(
    @Required @Size(min = 1, max = CustomAccessSpec.MAX_CATEGORIES)
        List<CommandCategory> categories) {

  /** As many as there are to choose from. */
  static final int MAX_CATEGORIES = 14;

  public CustomAccessSpec {
    categories = Copies.list(categories);
  }
}
