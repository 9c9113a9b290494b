package dev.cachecluster.operator.pki;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.PSSParameterSpec;
import java.util.Set;

/** Which signatures on certificates are still believed. */
final class SignatureRules {
  private static final Set<String> DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");

  /** RSA (RFC 8017, A.2.4) and ECDSA (RFC 5758, 3.2) over SHA-256, SHA-384 and SHA-512. */
  private static final Set<String> ALGORITHMS =
      Set.of(
          "1.2.840.113549.1.1.11",
          "1.2.840.113549.1.1.12",
          "1.2.840.113549.1.1.13",
          "1.2.840.10045.4.3.2",
          "1.2.840.10045.4.3.3",
          "1.2.840.10045.4.3.4");

  private static final String RSA_PSS = "1.2.840.113549.1.1.10";

  private SignatureRules() {}

  static boolean strong(X509Certificate certificate) {
    String algorithm = certificate.getSigAlgOID();
    return ALGORITHMS.contains(algorithm) || (algorithm.equals(RSA_PSS) && strongPss(certificate));
  }

  private static boolean strongPss(X509Certificate certificate) {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null) {
      // The default is SHA-1.
      return false;
    }
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(encoded);
      return DIGESTS.contains(
          parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
    } catch (InvalidParameterSpecException | IOException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime knows RSASSA-PSS", e);
    }
  }
}
