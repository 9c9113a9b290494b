package dev.cachecluster.operator.acl;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The users of an access list, each with a fingerprint of its own, so that the difference of one is
 * seen as the difference of one. Fingerprints are equal for what we write and for what any engine
 * lists of it, see {@link AclDigest}.
 *
 * @param users by name
 */
public record AclListing(SortedMap<String, Entry> users) {

  /**
   * One user.
   *
   * @param digest of its rights, name included
   * @param line as written or listed
   */
  public record Entry(String digest, String line) {

    /** A line holds digests of passwords, which are nobody's business in a log. */
    @Override
    public String toString() {
      return digest;
    }
  }

  public AclListing {
    users = Collections.unmodifiableSortedMap(new TreeMap<>(users));
  }

  /** Of the answer to ACL LIST, or of the lines of a file. */
  public static AclListing of(Collection<String> lines) {
    Map<List<String>, CommandRules> seen = new HashMap<>();
    SortedMap<String, Entry> users = new TreeMap<>();
    for (String line : lines) {
      if (!line.isBlank()) {
        RuleLine read = RuleLine.of(line, seen);
        users.put(read.name(), new Entry(read.digest(), line));
      }
    }
    return new AclListing(users);
  }

  /** Of what {@link AclFile#render} makes of these users, the built-in one included. */
  public static AclListing wanted(Collection<AclUser> users) {
    return of(AclFile.render(users).lines().toList());
  }

  /** One fingerprint of all. */
  public String digest() {
    StringBuilder all = new StringBuilder();
    users.forEach((_, entry) -> all.append(entry.digest()).append('\n'));
    return RuleLine.sha256(all.toString());
  }
}
