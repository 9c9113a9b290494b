package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.Digests;
import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.SecretFields;
import dev.cachecluster.operator.observed.ServerFiles;
import dev.cachecluster.operator.pki.KeyPairPem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a certificate's Secret, and the settings by which a server reads them. A server that
 * starts reads the cluster's own; what is somebody else's it is told before it gets a role.
 */
final class CertificateFiles {
  private static final String MARKER = "trusted-";

  private CertificateFiles() {}

  /** What a Secret holds beside this certificate of the cluster's own. */
  static Map<String, String> entries(LeafRequest request, KeyPairPem own, ObservedState world) {
    var entries = new LinkedHashMap<String, String>();
    var bundle = world.trusted().text();
    entries.put(SecretFields.CA_CERTIFICATE, bundle);
    entries.put(SecretFields.CERTIFICATE, own.certificatePem());
    entries.put(SecretFields.KEY, own.privateKeyPem().reveal());
    var foreign = world.foreign().state();
    if (!foreign.issuers().certificates().isEmpty()) {
      entries.put(SecretFields.ISSUERS, foreign.issuers().text());
    }
    if (request.server()) {
      foreign
          .shownBy(request.hosts().getFirst())
          .ifPresent(
              shown -> {
                var certificate = shown.pair().certificatePem();
                entries.put(SecretFields.SERVER_CERTIFICATE, certificate);
                entries.put(SecretFields.SERVER_KEY, shown.pair().privateKeyPem().reveal());
                entries.put(marker(bundle, own.certificatePem(), certificate), bundle);
              });
    }
    return entries;
  }

  /** The name tells all that a server reads with the list under it. */
  private static String marker(String bundle, String own, String server) {
    return MARKER + Digests.of(bundle + own + server) + ".crt";
  }

  /** What changes in a Secret whose certificates stay when somebody else is to be trusted. */
  static Map<String, Optional<String>> trust(Secret standing, ObservedState world) {
    var changes = new HashMap<String, Optional<String>>();
    var bundle = world.trusted().text();
    var issuers = world.foreign().state().issuers();
    changes.put(SecretFields.CA_CERTIFICATE, Optional.of(bundle));
    changes.put(
        SecretFields.ISSUERS,
        Optional.of(issuers.text()).filter(_ -> !issuers.certificates().isEmpty()));
    standing.getData().keySet().stream()
        .filter(entry -> entry.startsWith(MARKER))
        .forEach(entry -> changes.put(entry, Optional.empty()));
    var secret = Optional.<HasMetadata>of(standing);
    SecretFields.text(secret, SecretFields.SERVER_CERTIFICATE)
        .ifPresent(
            server ->
                changes.put(
                    marker(
                        bundle,
                        SecretFields.text(secret, SecretFields.CERTIFICATE).orElse(""),
                        server),
                    Optional.of(bundle)));
    return changes;
  }

  /**
   * The same path set again makes the server read the file again. Towards other servers it always
   * shows the cluster's own.
   *
   * @param marker the list of whom to trust, if its server is to show somebody else's
   */
  static Map<String, String> settings(Optional<String> marker) {
    var settings = new LinkedHashMap<String, String>();
    var own = path(SecretFields.CERTIFICATE);
    var key = path(SecretFields.KEY);
    if (marker.isPresent()) {
      settings.put("tls-client-cert-file", own);
      settings.put("tls-client-key-file", key);
    }
    settings.put(
        "tls-cert-file", marker.map(_ -> path(SecretFields.SERVER_CERTIFICATE)).orElse(own));
    settings.put("tls-key-file", marker.map(_ -> path(SecretFields.SERVER_KEY)).orElse(key));
    settings.put(ServerFiles.TRUSTED, path(marker.orElse(SecretFields.CA_CERTIFICATE)));
    return settings;
  }

  private static String path(String file) {
    return ServerConfig.TLS_DIR + "/" + file;
  }
}
