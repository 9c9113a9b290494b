package dev.cachecluster.operator.engine;

/**
 * Where a member's server listens, and the name its certificate must carry.
 *
 * @param member the member's name, for messages
 * @param podUid identity of the pod: a new pod at an old address is another server
 * @param ip where the TCP connection goes; never resolved by name
 * @param port the TLS port
 * @param tlsName the DNS name that the server's certificate must carry
 */
public record MemberAddress(String member, String podUid, String ip, int port, String tlsName) {
  public MemberAddress {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port of " + member + " is outside 1..65535: " + port);
    }
    if (ip.isBlank() || tlsName.isBlank()) {
      throw new IllegalArgumentException(
          "member " + member + " needs an address and a certificate name");
    }
  }
}
