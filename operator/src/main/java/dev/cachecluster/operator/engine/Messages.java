package dev.cachecluster.operator.engine;

/** Makes what a peer said fit for a log line or an event: one line, short, printable. */
final class Messages {
  private static final int LONGEST = 200;

  private Messages() {}

  static String brief(String said) {
    String head = said.length() > LONGEST ? said.substring(0, LONGEST) + "..." : said;
    return head.replaceAll("[^ -~]", "?");
  }
}
