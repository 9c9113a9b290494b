package dev.cachecluster.operator.pki;

/** Why reading cannot go on. It stays within this package: callers get a finding. */
final class CertificateRefusal extends Exception {
  private final transient CertificateFinding finding;

  /** No cause is kept: the messages of parsers quote what they read. */
  CertificateRefusal(CertificateProblem problem, String detail) {
    super(problem.name(), null, false, false);
    this.finding = new CertificateFinding(problem, detail);
  }

  CertificateFinding finding() {
    return finding;
  }
}
