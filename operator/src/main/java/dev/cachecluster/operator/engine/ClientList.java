package dev.cachecluster.operator.engine;

import java.util.Map;
import java.util.TreeMap;

/** Reads the answer to CLIENT LIST: a line a session, fields of the form {@code name=value}. */
final class ClientList {
  private static final String USER = " user=";

  private ClientList() {}

  /** Open sessions by user. A line without a user is of a server that has no access lists. */
  static Map<String, Integer> byUser(String text) {
    var sessions = new TreeMap<String, Integer>();
    for (var line : text.split("\n")) {
      int begin = line.indexOf(USER);
      if (begin >= 0) {
        int end = line.indexOf(' ', begin + USER.length());
        var user = line.substring(begin + USER.length(), end < 0 ? line.length() : end).strip();
        sessions.merge(user, 1, Integer::sum);
      }
    }
    return sessions;
  }
}
