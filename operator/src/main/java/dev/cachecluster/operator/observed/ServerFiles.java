package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.engine.TlsEvidence;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.TrustBundle;
import java.util.Optional;

/**
 * What lies beside a member's own certificate of somebody else's.
 *
 * @param server what its server is to show; empty if that is the cluster's own
 * @param marker the name of the list of whom to trust. Another certificate of somebody else's does
 *     not come with every change of what a server reads, so this name does, and the server's own
 *     setting tells which one it has read
 * @param issuers those in its list that are not the cluster's own
 */
public record ServerFiles(
    Optional<CertificateView> server, Optional<String> marker, TrustBundle issuers) {
  /** The server's setting that names the list. */
  public static final String TRUSTED = "tls-ca-cert-file";

  public static final ServerFiles NONE =
      new ServerFiles(Optional.empty(), Optional.empty(), TrustBundle.NONE);

  /** Whether a server has read all that lies there. */
  public boolean areRead(CertificateView own, TlsEvidence shown, ServerView view) {
    return shown.fingerprint().equals(server.orElse(own).fingerprint())
        && marker
            .map(name -> (ServerConfig.TLS_DIR + "/" + name).equals(view.config().get(TRUSTED)))
            .orElse(true);
  }
}
