package dev.cachecluster.lettucewriter;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Sees the channel of the newest connection, and says how its handshake protected it. */
final class LastHandshake implements NettyCustomizer {
  private volatile @Nullable Channel channel;

  @Override
  public void afterChannelInitialized(Channel opened) {
    channel = opened;
  }

  /** The kind of sockets in use, such as EpollSocketChannel. */
  String transport() {
    Channel opened = channel;
    return opened == null ? "none" : opened.getClass().getSimpleName();
  }

  /** Protocol, suite and verified name in one line. */
  String describe(String verifiedName) throws SSLPeerUnverifiedException {
    Channel opened = channel;
    SslHandler handler = opened == null ? null : opened.pipeline().get(SslHandler.class);
    if (handler == null) {
      throw new SSLPeerUnverifiedException("the connection has just been closed");
    }
    SSLSession session = handler.engine().getSession();
    return "%s, %s; server certificate: %s verified%s"
        .formatted(
            session.getProtocol().replace("TLSv", "TLS "),
            session.getCipherSuite(),
            verifiedName,
            commonName((X509Certificate) session.getPeerCertificates()[0])
                .filter(name -> !name.equals(verifiedName))
                .map(name -> " (subject " + name + ")")
                .orElse(""));
  }

  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      return parts.stream()
          .filter(part -> part.getType().equalsIgnoreCase("CN"))
          .map(part -> part.getValue().toString())
          .findFirst();
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }
}
