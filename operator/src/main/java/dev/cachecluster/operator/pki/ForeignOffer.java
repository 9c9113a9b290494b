package dev.cachecluster.operator.pki;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What somebody else offers for servers to show, after it was judged. */
public sealed interface ForeignOffer {
  /** It may be shown, once its root is trusted by all. */
  record Accepted(ForeignState.Shown material) implements ForeignOffer {}

  /**
   * It may not.
   *
   * @param why each with the entry and what mends it
   */
  record Refused(List<String> why) implements ForeignOffer {
    public Refused {
      why = List.copyOf(why);
    }
  }

  /** There is no such Secret. */
  record Missing() implements ForeignOffer {}

  /** Nobody is asked for any. */
  record Unasked() implements ForeignOffer {}

  /**
   * Judges a Secret.
   *
   * @param data its decoded entries
   * @param hosts the names that clients and members check
   * @param own fingerprints of the cluster's own authorities
   */
  static ForeignOffer judge(
      Map<String, byte[]> data,
      List<String> hosts,
      Set<String> own,
      Instant now,
      SecureRandom random) {
    // Towards each other servers show the cluster's own, so this one needs no clientAuth.
    var verdict =
        new CertificateCheck(hosts, false)
            .of(entry(data, "tls.crt"), entry(data, "tls.key"), entry(data, "ca.crt"), now, random);
    if (verdict.accepted().isEmpty()) {
      return new Refused(verdict.findings().stream().map(CertificateFinding::message).toList());
    }
    var accepted = verdict.accepted().get();
    var material = new ForeignState.Shown(accepted.pair(), accepted.rootPem());
    if (TrustBundle.read(accepted.rootPem()).certificates().isEmpty()) {
      return refused("it vouches for itself and is none of an authority");
    }
    if (own.contains(material.rootFingerprint())) {
      return refused("it is of the cluster's own authority, which is replaced some day");
    }
    if (material.endsWithin(ForeignState.LAST_HOUR, now)) {
      return new Refused(
          List.of(
              new CertificateFinding(CertificateProblem.EXPIRES_SOON, "within the hour")
                  .message()));
    }
    return new Accepted(material);
  }

  private static Refused refused(String detail) {
    return new Refused(
        List.of(new CertificateFinding(CertificateProblem.WRONG_AUTHORITY, detail).message()));
  }

  private static byte[] entry(Map<String, byte[]> data, String name) {
    return data.getOrDefault(name, new byte[0]);
  }
}
