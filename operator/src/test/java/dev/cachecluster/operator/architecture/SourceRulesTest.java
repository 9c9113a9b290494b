package dev.cachecluster.operator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told by the text of the sources alone: safety rules 7, 8 and 9, and a few habits. */
class SourceRulesTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TEST = Path.of("src/test/java");
  private static final int LONGEST = 300;

  /** Comments may speak of what the code must not do. */
  private static final Pattern COMMENT = Pattern.compile("/\\*(?s:.*?)\\*/|(?m:^\\s*//.*$)");

  /**
   * Longer than the rule allows when the rule came; none may be added, and each goes when it is
   * shortened.
   */
  private static final List<String> STILL_LONG = List.of("BoundedCallTest.java");

  private static List<Path> sources(Path... roots) throws IOException {
    var files = new ArrayList<Path>();
    for (var root : roots) {
      try (Stream<Path> tree = Files.walk(root)) {
        tree.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
    assertThat(files).as("sources below %s", List.of(roots)).hasSizeGreaterThan(10);
    return files;
  }

  private static void assertNowhere(Pattern pattern, String why, List<Path> files)
      throws IOException {
    var found = new ArrayList<String>();
    for (var file : files) {
      var code = COMMENT.matcher(Files.readString(file)).replaceAll("");
      var matcher = pattern.matcher(code);
      while (matcher.find()) {
        found.add(file.getFileName() + ": " + matcher.group());
      }
    }
    assertThat(found).as(why).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "InsecureTrustManagerFactory",
        "X509TrustManager",
        "X509ExtendedTrustManager",
        "HostnameVerifier",
        "SslVerifyMode\\.(NONE|CA)\\b",
        "verifyPeer\\(\\s*false",
        "withVerifyPeer\\(\\s*false",
        "withTrustCerts\\(\\s*true",
        "setTrustCerts\\(\\s*true",
        "withDisableHostnameVerification\\(\\s*true",
        "trustAll",
        "startTls\\(true"
      })
  void safetyRule7EveryTlsPeerIsChecked(String code) throws IOException {
    assertNowhere(Pattern.compile(code), "no code that trusts everybody", sources(MAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i)\\.flushall\\(",
        "(?i)\\.flushdb\\(",
        "(?i)FLUSH_?(ALL|DB)\\b(?<!-flushall)(?<!-flushdb)",
        "CommandType\\.DEBUG",
        "CommandType\\.CLUSTER",
        "(?i)clusterReset",
        "(?i)\\.debug(Segfault|Object|Reload|Restart|Oom)\\(",
        "\"(?i:DEBUG|CLUSTER|SHUTDOWN)\""
      })
  void safetyRule9NoCommandThatDestroysIsInTheCode(String code) throws IOException {
    assertNowhere(Pattern.compile(code), "no command that destroys data at a word", sources(MAIN));
  }

  @Test
  void safetyRule8SecretsAreRevealedOnlyWhereTheyMustBeStoredOrSent() throws IOException {
    var revealing = new ArrayList<String>();
    for (var file : sources(MAIN)) {
      if (Files.readString(file).contains(".reveal()")) {
        revealing.add(file.getParent().getFileName() + "/" + file.getFileName());
      }
    }
    assertThat(revealing)
        .as("who takes a secret out of its wrapping; add a file here only with a reason")
        .allMatch(
            file ->
                file.matches(
                    "(apply/(IdentityWriter|CertificateFiles)|desired/(Access|Binding)|observed/(Binding|Grant)Secret"
                        + "|engine/\\w+|pki/\\w+)\\.java"));
  }

  @Test
  void testsWaitForConditionsAndNeverSleep() throws IOException {
    var sleep = "Thread" + "\\.sleep|TimeUnit\\.\\w+" + "\\.sleep";
    assertNowhere(
        Pattern.compile(sleep), "waiting is for a condition, with a deadline", sources(MAIN, TEST));
  }

  @Test
  void noTestIsSwitchedOff() throws IOException {
    assertNowhere(
        Pattern.compile("@" + "Disabled|assume" + "(True|False|That)\\("),
        "no skipped test",
        sources(TEST));
  }

  @Test
  void noSourceFileIsLong() throws IOException {
    var tooLong = new ArrayList<String>();
    for (var file : sources(MAIN, TEST)) {
      if (Files.readAllLines(file).size() > LONGEST) {
        tooLong.add(file.getFileName().toString());
      }
    }
    assertThat(tooLong).as("files of more than %d lines", LONGEST).isSubsetOf(STILL_LONG);
  }
}
