package dev.cachecluster.lettucewriter;

import dev.cachecluster.lettucewriter.Target.Address;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.DnsResolver;
import io.lettuce.core.resource.SocketAddressResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * Dials one place whatever the name is: packets go to its IP, the handshake checks the name of the
 * binding.
 */
final class FixedAddress extends SocketAddressResolver {
  private final Address address;

  FixedAddress(Address address) {
    super(DnsResolver.unresolved());
    this.address = address;
  }

  @Override
  public SocketAddress resolve(RedisURI uri) {
    try {
      InetAddress place = InetAddress.getAllByName(address.host())[0];
      InetAddress named = InetAddress.getByAddress(uri.getHost(), place.getAddress());
      return new InetSocketAddress(named, address.port());
    } catch (UnknownHostException e) {
      throw new RedisConnectionException("there is no host " + address.host(), e);
    }
  }
}
