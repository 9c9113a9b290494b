package dev.cachecluster.operator.desired;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short digests of objects, to see whether what stands is what was applied last. */
public final class Digests {
  private Digests() {}

  /** The first 16 hexadecimal digits of the SHA-256 of the object's JSON. */
  public static String of(Object object) {
    return of(Serialization.asJson(object));
  }

  /** The first 16 hexadecimal digits of the SHA-256 of the text. */
  public static String of(String text) {
    try {
      var sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
