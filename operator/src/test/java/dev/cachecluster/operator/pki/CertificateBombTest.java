package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.ForeignIssuer.NOW;
import static dev.cachecluster.operator.pki.ForeignIssuer.bytes;
import static dev.cachecluster.operator.pki.Given.RANDOM;
import static dev.cachecluster.operator.pki.Given.good;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Input that is made to cost much time, memory or stack costs little. */
class CertificateBombTest {
  private static final Duration MOST_TIME = Duration.ofSeconds(2);
  private static final long MOST_MEMORY = 64L * 1024 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.cachecluster.operator.pki.CertificateBombs#all")
  void costLittle(String name, Given bomb) {
    assertThat(bomb.certificate().length()).as(name).isLessThan(PemText.LARGEST);
    // Classes are loaded and warmed up by the good one, so that only the bomb is measured.
    assertThat(good().judge().accepted()).isPresent();
    long thread = Thread.currentThread().threadId();
    long memory = THREADS.getThreadAllocatedBytes(thread);
    long time = THREADS.getCurrentThreadCpuTime();

    CertificateVerdict verdict = bomb.judge();

    assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - time)).isLessThan(MOST_TIME);
    assertThat(THREADS.getThreadAllocatedBytes(thread) - memory).isLessThan(MOST_MEMORY);
    boolean harmless = List.of("names", "constraints", "same again").contains(name);
    assertThat(verdict.accepted().isPresent()).as("%s", verdict.findings()).isEqualTo(harmless);
  }

  @Test
  void hugeEntriesAreNotEvenLookedAt() {
    byte[] huge = new byte[64 * 1024 * 1024];
    Arrays.fill(huge, (byte) 'A');
    assertThat(good().judge().accepted()).isPresent();
    long thread = Thread.currentThread().threadId();
    long memory = THREADS.getThreadAllocatedBytes(thread);

    CertificateVerdict verdict = Given.CHECK.examine(huge, huge, huge, NOW, RANDOM);

    assertThat(verdict.findings())
        .extracting(CertificateFinding::problem)
        .containsOnly(CertificateProblem.TOO_LARGE)
        .hasSize(3);
    assertThat(THREADS.getThreadAllocatedBytes(thread) - memory).isLessThan(1024 * 1024);
    byte[] most = Arrays.copyOf(bytes(good().authority()), PemText.LARGEST);
    Arrays.fill(most, good().authority().length(), most.length, (byte) '\n');
    assertThat(
            Given.CHECK
                .examine(bytes(good().certificate()), bytes(good().key()), most, NOW, RANDOM)
                .accepted())
        .isPresent();
  }

  @Test
  void whatAKeyMayMeasure() {
    BigInteger usual = BigInteger.valueOf(65537);
    for (int bits : new int[] {2048, 8192}) {
      assertThat(KeyRules.certificate(CertificateBombs.withModulus(bits, usual))).isEmpty();
    }
    for (int bits : new int[] {2047, 8193}) {
      assertThat(KeyRules.certificate(CertificateBombs.withModulus(bits, usual)))
          .contains("RSA of " + bits + " bits");
    }
    for (BigInteger odd :
        new BigInteger[] {BigInteger.ONE, BigInteger.TWO, BigInteger.ONE.shiftLeft(64).setBit(0)}) {
      assertThat(KeyRules.certificate(CertificateBombs.withModulus(2048, odd)))
          .contains("RSA with an unusual exponent");
    }
    assertThat(KeyRules.certificate(CertificateBombs.withModulus(2048, usual.negate())))
        .contains("RSA with an unusual exponent");
  }
}
