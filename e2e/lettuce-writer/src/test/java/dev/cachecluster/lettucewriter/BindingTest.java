package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindingTest {
  private static final String PASSWORD = "hidden";
  private final Path dir;

  BindingTest(@TempDir Path dir) throws IOException {
    this.dir = dir;
    TestAuthority authority = new TestAuthority();
    authority.writeCertificate(dir.resolve("ca.crt"));
    authority.issue(dir, "tls", Optional.empty());
    Map<String, String> texts =
        Map.of(
            "type", "valkey",
            "provider", "cachecluster",
            "host", "cache.test",
            "port", "6379",
            "username", "app",
            "password", PASSWORD + "\n",
            "uri", "rediss://cache.test");
    for (var text : texts.entrySet()) {
      Files.writeString(dir.resolve(text.getKey()), text.getValue());
    }
  }

  @Test
  void isReadFromItsFiles() throws IOException {
    assertThat(Binding.read(dir)).isEqualTo(new Binding("cache.test", 6379, "app", PASSWORD));
    assertThat(Binding.read(dir)).hasToString("app@cache.test:6379");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type",
        "provider",
        "host",
        "port",
        "username",
        "password",
        "uri",
        "ca.crt",
        "tls.crt",
        "tls.key"
      })
  void namesWhatIsMissing(String name) throws IOException {
    Files.delete(dir.resolve(name));
    assertThatThrownBy(() -> Binding.read(dir)).hasMessageContaining("lacks " + name);
  }

  @ParameterizedTest
  @CsvSource({
    "port,70000,port",
    "port,0,port",
    "port,x,port",
    "host,'',empty host",
    "password,'',empty password",
    "username,'',empty username",
    "ca.crt,not a certificate,ca.crt holds no certificate",
    "tls.crt,not a certificate,tls.crt holds no certificate",
    "tls.key,not a key,tls.key holds no private key"
  })
  void refusesWhatCannotWork(String name, String content, String message) throws IOException {
    Files.writeString(dir.resolve(name), content);
    assertThatThrownBy(() -> Binding.read(dir))
        .hasMessageContaining(message)
        .hasMessageNotContaining(PASSWORD);
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws IOException {
    String key = Files.readString(dir.resolve("tls.key"));
    new TestAuthority().issue(dir, "tls", Optional.empty());
    Files.writeString(dir.resolve("tls.key"), key);
    assertThatThrownBy(() -> Binding.read(dir)).hasMessageContaining("do not fit together");
  }

  @Test
  void refusesADirectoryThatIsNotThere() {
    assertThatThrownBy(() -> Binding.read(dir.resolve("none")))
        .hasMessageContaining("no binding at");
  }
}
