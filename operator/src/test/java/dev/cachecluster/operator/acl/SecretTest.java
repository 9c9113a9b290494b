package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SecretTest {

  @Test
  void aSecretDoesNotPrintItself() {
    Secret secret = Secret.of("hunter2");
    assertThat(secret).hasToString("Secret(***)");
    assertThat("with " + secret).doesNotContain("hunter2");
    assertThat((Object) secret).isNotInstanceOf(Serializable.class);
  }

  @Test
  void itIsKeptExactly() {
    assertThat(Secret.of(" p\u00e4ss\n").reveal()).isEqualTo(" p\u00e4ss\n");
    assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).isNotEqualTo(Secret.of("a\n"));
    assertThatThrownBy(() -> Secret.of("")).hasMessageContaining("empty");
  }

  @Test
  void randomOnesDifferAndFitIntoAFileOrAUrl() {
    SecureRandom random = new SecureRandom();
    assertThat(Secret.random(random).reveal()).matches("[A-Za-z0-9_-]{43}");
    assertThat(Secret.random(random)).isNotEqualTo(Secret.random(random));
  }
}
