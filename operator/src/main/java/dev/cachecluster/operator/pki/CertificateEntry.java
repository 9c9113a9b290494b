package dev.cachecluster.operator.pki;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an entry that is to hold certificates and nothing else. */
final class CertificateEntry {
  private static final String LABEL = "CERTIFICATE";

  private CertificateEntry() {}

  /** All of them, in the order of the entry; none if it is blank. */
  static List<X509Certificate> read(String entry, byte[] raw) throws CertificateRefusal {
    List<PemText.Block> blocks = PemText.parse(entry, raw);
    if (blocks.stream().anyMatch(b -> PrivateKeys.isKey(b.label()))) {
      throw new CertificateRefusal(CertificateProblem.KEY_MISPLACED, entry);
    }
    if (!blocks.stream().allMatch(b -> b.label().equals(LABEL))) {
      throw new CertificateRefusal(
          CertificateProblem.JUNK, entry + " holds something else beside certificates");
    }
    var found = new ArrayList<X509Certificate>();
    for (PemText.Block block : blocks) {
      found.add(certificate(entry + ", certificate " + (found.size() + 1), block.der()));
    }
    return List.copyOf(found);
  }

  private static X509Certificate certificate(String where, byte[] der) throws CertificateRefusal {
    try {
      Optional<String> unsuitable = KeyRules.certificate(der);
      if (unsuitable.isPresent()) {
        throw new CertificateRefusal(
            CertificateProblem.KEY_UNSUITABLE, where + ": " + unsuitable.get());
      }
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | RuntimeException e) {
      // What a parser throws on hostile input is not only what it declares.
      throw new CertificateRefusal(CertificateProblem.MALFORMED, where);
    }
  }
}
