package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.ForeignIssuer.NOW;
import static dev.cachecluster.operator.pki.ForeignIssuer.bytes;
import static dev.cachecluster.operator.pki.Given.CHECK;
import static dev.cachecluster.operator.pki.Given.LEAF;
import static dev.cachecluster.operator.pki.Given.MIDDLE;
import static dev.cachecluster.operator.pki.Given.NAMES;
import static dev.cachecluster.operator.pki.Given.RANDOM;
import static dev.cachecluster.operator.pki.Given.ROOT;
import static dev.cachecluster.operator.pki.Given.good;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.junit.jupiter.api.Test;

/** Whatever the entries hold, the answer is a verdict, and what is accepted is whole. */
class HostileCertificateTest {
  private static final ForeignIssuer.Entity RSA = Given.leaf().key("RSA2048").make();
  private static final List<Given> SEEDS = List.of(good(), Given.of(RSA));

  private static CertificateVerdict judge(byte[][] entries) {
    return CHECK.examine(entries[0], entries[1], entries[2], NOW, RANDOM);
  }

  private static byte[][] entries(Given given) {
    return new byte[][] {bytes(given.certificate()), bytes(given.key()), bytes(given.authority())};
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  private static byte[][] mutated(Random random) {
    Given seed = SEEDS.get(random.nextInt(SEEDS.size()));
    byte[][] entries = entries(seed);
    int which = random.nextInt(3);
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      entries[which] =
          random.nextBoolean()
              ? Mutations.bytes(entries[which], random)
              : Mutations.insideABlock(entries[which], random);
    }
    return entries;
  }

  @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
  @StatisticsReport(onFailureOnly = true)
  void mutationsAreRefusedOrHarmless(@ForAll("seeds") long seed) {
    byte[][] entries = mutated(new Random(seed));

    CertificateVerdict verdict = judge(entries);

    for (CertificateFinding finding : verdict.findings()) {
      Statistics.collect(finding.problem());
      assertNoKey(finding.message(), entries[1]);
    }
    boolean refused = verdict.findings().stream().anyMatch(f -> !f.problem().warning());
    assertThat(verdict.accepted().isEmpty()).isEqualTo(refused);
    verdict.accepted().ifPresent(HostileCertificateTest::assertWhole);
    Statistics.coverage(
        kinds -> {
          for (CertificateProblem often :
              List.of(
                  CertificateProblem.MALFORMED,
                  CertificateProblem.JUNK,
                  CertificateProblem.KEY_MISMATCH,
                  CertificateProblem.CHAIN_INCOMPLETE,
                  CertificateProblem.WRONG_AUTHORITY)) {
            kinds.check(often).count(tries -> tries > 10);
          }
        });
  }

  /** What was taken is what began as good: nobody can sign in the issuer's name by chance. */
  private static void assertWhole(CertificateVerdict.Accepted accepted) {
    CertificateView leaf = accepted.view();
    assertThat(List.of(CertificateView.parse(LEAF.pem()), CertificateView.parse(RSA.pem())))
        .contains(leaf);
    assertThat(signed(accepted.rootPem())).isEqualTo(signed(ROOT.pem()));
    var again =
        new Given(
            accepted.pair().certificatePem(),
            accepted.pair().privateKeyPem().reveal(),
            accepted.rootPem());
    assertThat(again.judge().accepted()).contains(accepted);
  }

  /**
   * All of a root that anybody relies on: its own signature proves nothing to who trusts it. Seen
   * once in many thousands: two bits of the signature's last byte are said to be unused.
   */
  private static byte[] signed(String pem) {
    try {
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
      return certificate.getTBSCertificate();
    } catch (CertificateException e) {
      throw new AssertionError(pem, e);
    }
  }

  /** No ten characters in a row of what the entry's lines hold. */
  private static void assertNoKey(String message, byte[] key) {
    for (String line : new String(key, StandardCharsets.ISO_8859_1).lines().toList()) {
      if (line.startsWith("-----")) {
        continue;
      }
      for (int i = 0; i + 10 <= line.length(); i++) {
        assertThat(message).doesNotContain(line.substring(i, i + 10));
      }
    }
  }

  @Test
  void everyTruncationIsRefused() {
    for (int entry = 0; entry < 3; entry++) {
      byte[][] whole = entries(good());
      int length = new String(whole[entry], StandardCharsets.US_ASCII).stripTrailing().length();
      byte[] full = whole[entry];
      for (int end = 0; end < length; end++) {
        whole[entry] = Arrays.copyOf(full, end);
        CertificateVerdict verdict = judge(whole);
        assertThat(verdict.accepted()).as("entry %s to %s", entry, end).isEmpty();
      }
    }
  }

  @Test
  void everyTruncationInsideOfACertificateIsRefused() {
    byte[] der = LEAF.der();
    for (int end = 0; end < der.length; end++) {
      String cut = Pem.text("CERTIFICATE", Arrays.copyOf(der, end));
      assertThat(good().certificate(cut + MIDDLE.pem()).judge().findings())
          .extracting(CertificateFinding::problem)
          .containsExactly(CertificateProblem.MALFORMED);
    }
    String longer = Pem.text("CERTIFICATE", Arrays.copyOf(der, der.length + 1));
    assertThat(good().certificate(longer + MIDDLE.pem()).judge().findings())
        .extracting(CertificateFinding::problem)
        .containsExactly(CertificateProblem.MALFORMED);
  }

  /** The last net answers as well, should a parser do what none is known to do. */
  @Test
  void aHoleInAParserIsAVerdictToo() {
    CertificateCheck broken = new CertificateCheck(NAMES, true);
    assertThat(broken.of(bytes(""), bytes(""), bytes(""), NOW, RANDOM).accepted()).isEmpty();
    var hole = new HoleInTheParser();
    CertificateVerdict verdict =
        broken.of(
            bytes(good().certificate()), bytes(good().key()), bytes(good().authority()), NOW, hole);
    assertThat(verdict.accepted()).isEmpty();
    assertThat(verdict.findings())
        .extracting(CertificateFinding::problem)
        .containsExactly(CertificateProblem.MALFORMED);
  }

  /** A signature asks for random bytes: the only place where a test can open a hole. */
  private static final class HoleInTheParser extends SecureRandom {
    @Override
    public void nextBytes(byte[] bytes) {
      throw new IndexOutOfBoundsException("a hole");
    }
  }
}
