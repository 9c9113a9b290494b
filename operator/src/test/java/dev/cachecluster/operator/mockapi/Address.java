package dev.cachecluster.operator.mockapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request's path names.
 *
 * @param namespace empty for all namespaces, or for kinds without
 * @param name empty for the collection
 * @param subresource empty for the object itself
 */
record Address(Kind kind, String namespace, String name, String subresource) {

  /** Empty if the path leads to nothing that is known here. */
  static Optional<Address> of(String path) {
    var parts = new ArrayList<>(List.of(path.replaceAll("^/+|/+$", "").split("/")));
    String group;
    if (parts.size() >= 3 && parts.getFirst().equals("api")) {
      group = "";
      parts.removeFirst();
    } else if (parts.size() >= 4 && parts.getFirst().equals("apis")) {
      parts.removeFirst();
      group = parts.removeFirst();
    } else {
      return Optional.empty();
    }
    var version = parts.removeFirst();
    var namespace = "";
    if (parts.size() > 2 && parts.getFirst().equals("namespaces")) {
      parts.removeFirst();
      namespace = parts.removeFirst();
    }
    var ns = namespace;
    return Kind.of(group, version, parts.getFirst())
        .filter(_ -> parts.size() <= 3)
        .map(kind -> new Address(kind, ns, at(parts, 1), at(parts, 2)));
  }

  private static String at(List<String> parts, int index) {
    return index < parts.size() ? parts.get(index) : "";
  }

  boolean isCollection() {
    return name.isEmpty();
  }

  boolean isStatus() {
    return subresource.equals("status");
  }

  Key key() {
    return new Key(kind, namespace, name);
  }
}
