package dev.cachecluster.operator.probe;

/**
 * A place that the probe tries to connect to.
 *
 * @param allowed whether the network should let it
 * @param name what people call the place
 */
public record Target(boolean allowed, String name, String host, int port) {
  private static final String MAY = "--may=";
  private static final String MAY_NOT = "--may-not=";
  private static final int HIGHEST_PORT = 65535;

  /** A place that is to be reached, at a port that may be a variable of the pod. */
  public static String may(String name, String host, Object port) {
    return MAY + name + "=" + host + ":" + port;
  }

  /** A place that is not to be reached, at a port that may be a variable of the pod. */
  public static String mayNot(String name, String host, Object port) {
    return MAY_NOT + name + "=" + host + ":" + port;
  }

  /** Reads an argument; the last colon parts the port, so that the host may be an IPv6 address. */
  static Target parse(String argument) {
    boolean allowed = argument.startsWith(MAY);
    if (!allowed && !argument.startsWith(MAY_NOT)) {
      throw new IllegalArgumentException("neither " + MAY + " nor " + MAY_NOT + ": " + argument);
    }
    var text = argument.substring((allowed ? MAY : MAY_NOT).length());
    int equals = text.indexOf('=');
    int colon = text.lastIndexOf(':');
    if (equals < 1 || colon < equals + 2) {
      throw new IllegalArgumentException("not NAME=HOST:PORT: " + text);
    }
    return new Target(
        allowed,
        text.substring(0, equals),
        text.substring(equals + 1, colon),
        port(text.substring(colon + 1)));
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > HIGHEST_PORT) {
      throw new IllegalArgumentException("not a port: " + text);
    }
    return Integer.parseInt(text);
  }
}
