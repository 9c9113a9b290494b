package dev.cachecluster.operator.pki;

/**
 * One thing that is wrong with a certificate from elsewhere.
 *
 * @param detail which entry, which certificate, which names; never any text of a key, and of the
 *     certificates only names, cut short
 */
public record CertificateFinding(CertificateProblem problem, String detail) {
  private static final int LONGEST_NAME = 100;

  /** What is wrong, where, and what mends it. */
  public String message() {
    return what() + ": " + problem.fix();
  }

  /** What is wrong and where, for entries that nobody but the operator writes. */
  String what() {
    return problem.sentence() + " (" + detail + ")";
  }

  /** A name from a certificate in a form that can stand in a status. */
  static String printable(String name) {
    String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
    return cut.replaceAll("[^ -~]", "?");
  }
}
