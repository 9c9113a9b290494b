package dev.cachecluster.stories.rig;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The connection to the cluster that KUBECONFIG names. */
final class Connection {
  private Connection() {}

  static KubernetesClient open() {
    var config = Config.autoConfigure(null);
    // The client takes every key for one of RSA unless it is told.
    if (isElliptic(config.getClientKeyData())) {
      config.setClientKeyAlgo("EC");
    }
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static boolean isElliptic(String keyData) {
    if (keyData == null) {
      return false;
    }
    var pem = new String(Base64.getMimeDecoder().decode(keyData), StandardCharsets.US_ASCII);
    if (pem.contains("BEGIN EC PRIVATE KEY")) {
      return true;
    }
    try {
      var body = pem.replaceAll("-----[A-Z ]+-----", "");
      KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
