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
    text.lines()
        .filter(line -> line.contains(USER))
        .forEach(line -> sessions.merge(user(line), 1, Integer::sum));
    return sessions;
  }

  private static String user(String line) {
    int begin = line.indexOf(USER) + USER.length();
    int end = line.indexOf(' ', begin);
    return line.substring(begin, end < 0 ? line.length() : end);
  }
}
