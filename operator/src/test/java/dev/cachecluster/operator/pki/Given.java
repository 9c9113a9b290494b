package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.ForeignIssuer.NOW;
import static dev.cachecluster.operator.pki.ForeignIssuer.bytes;

import java.security.SecureRandom;
import java.util.List;

/** The three entries of a certificate Secret, as texts; a good one to begin with. */
record Given(String certificate, String key, String authority) {
  static final List<String> NAMES = List.of("demo-0-0.demo.shop.svc", "demo.shop.svc");
  static final CertificateCheck CHECK = new CertificateCheck(NAMES, true);
  static final SecureRandom RANDOM = new SecureRandom();

  static final ForeignIssuer.Entity ROOT = ForeignIssuer.root("root").make();
  static final ForeignIssuer.Entity MIDDLE = ForeignIssuer.intermediate(ROOT, "middle").make();
  static final ForeignIssuer.Entity LEAF = leaf().make();

  static ForeignIssuer leaf() {
    return ForeignIssuer.leaf(MIDDLE, NAMES.toArray(String[]::new));
  }

  static Given good() {
    return of(LEAF);
  }

  /** That leaf with the usual chain. */
  static Given of(ForeignIssuer.Entity leaf) {
    return new Given(leaf.pem() + MIDDLE.pem(), leaf.keyPem(), ROOT.pem());
  }

  static Given of(ForeignIssuer leaf) {
    return of(leaf.make());
  }

  Given certificate(String other) {
    return new Given(other, key, authority);
  }

  Given key(String other) {
    return new Given(certificate, other, authority);
  }

  Given authority(String other) {
    return new Given(certificate, key, other);
  }

  CertificateVerdict judge() {
    return judge(CHECK);
  }

  CertificateVerdict judge(CertificateCheck check) {
    return check.examine(bytes(certificate), bytes(key), bytes(authority), NOW, RANDOM);
  }
}
