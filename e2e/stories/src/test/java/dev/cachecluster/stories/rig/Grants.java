package dev.cachecluster.stories.rig;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The rights that the manifests give the operator, one line each: {@code patch /pods/status}. */
public final class Grants {
  private Grants() {}

  /** A right in the form in which they are compared. */
  public static String right(String verb, String group, String resource) {
    return verb + " " + group + "/" + resource;
  }

  public static SortedSet<String> ofManifests() {
    var rights = new TreeSet<String>();
    try {
      var yaml = Files.readString(Options.repository().resolve("manifests/base/rbac.yaml"));
      for (var document : yaml.split("(?m)^---$", -1)) {
        var object = Serialization.unmarshal(document, HasMetadata.class);
        if (object instanceof ClusterRole role) {
          add(role.getRules(), rights);
        } else if (object instanceof Role role) {
          add(role.getRules(), rights);
        }
      }
      return rights;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(List<PolicyRule> rules, SortedSet<String> rights) {
    for (var rule : rules) {
      for (var group : rule.getApiGroups()) {
        for (var resource : rule.getResources()) {
          rule.getVerbs().forEach(verb -> rights.add(right(verb, group, resource)));
        }
      }
    }
  }
}
