package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.acl.Secret;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of the operator's own Secrets, and how they are read. */
public final class SecretFields {
  public static final String CA_CERTIFICATE = "ca.crt";
  public static final String CA_KEY = "ca.key";

  /** What a server shows, if that is not the cluster's own. */
  public static final String SERVER_CERTIFICATE = "server.crt";

  public static final String SERVER_KEY = "server.key";

  /** Those in {@link #CA_CERTIFICATE} that are not the cluster's own. */
  public static final String ISSUERS = "issuers.crt";

  public static final String CERTIFICATE = "tls.crt";
  public static final String KEY = "tls.key";
  public static final String OPERATOR_PASSWORD = "operator-password";
  public static final String REPLICATION_PASSWORD = "replication-password";

  private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9_-]{43}");

  private SecretFields() {}

  /** The text under a key; empty if the object is no Secret or has no such key. */
  public static Optional<String> text(Optional<HasMetadata> object, String key) {
    return object
        .filter(io.fabric8.kubernetes.api.model.Secret.class::isInstance)
        .map(secret -> ((io.fabric8.kubernetes.api.model.Secret) secret).getData())
        .flatMap(data -> Optional.ofNullable(data.get(key)))
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
        .filter(text -> !text.isEmpty());
  }

  /** All of a Secret's entries, decoded; none if the object is no Secret. */
  static Map<String, byte[]> data(HasMetadata object) {
    var decoded = new HashMap<String, byte[]>();
    if (object instanceof io.fabric8.kubernetes.api.model.Secret secret
        && secret.getData() != null) {
      secret.getData().forEach((key, value) -> decoded.put(key, Base64.getDecoder().decode(value)));
    }
    return decoded;
  }

  /** A password that the operator made; empty if it does not look like one. */
  static Optional<Secret> password(Optional<HasMetadata> object, String key) {
    return text(object, key).filter(text -> PASSWORD.matcher(text).matches()).map(Secret::of);
  }

  /** The same, for a value that must not be printed. */
  public static Optional<Secret> secret(Optional<HasMetadata> object, String key) {
    return text(object, key).map(Secret::of);
  }
}
