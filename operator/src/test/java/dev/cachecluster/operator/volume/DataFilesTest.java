package dev.cachecluster.operator.volume;

import static dev.cachecluster.operator.volume.DataFiles.Kind.APPENDED;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What can be told of files without a server. Real servers' files: {@link DataFilesOnServersTest}.
 */
class DataFilesTest {
  private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n";
  private static final String SELECT = "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n";
  private static final String MULTI = "*1\r\n$5\r\nMULTI\r\n";
  private static final String EXEC = "*1\r\n$4\r\nEXEC\r\n";

  private final Path data;

  DataFilesTest(@TempDir Path data) {
    this.data = data;
  }

  private Path appended(String name, String text) throws IOException {
    var directory = Files.createDirectories(data.resolve("appendonlydir"));
    return Files.writeString(directory.resolve(name), text, US_ASCII);
  }

  private void manifest(String... lines) throws IOException {
    appended("appendonly.aof.manifest", String.join("\n", lines) + "\n");
  }

  private Verdict oneFile(String text) throws IOException {
    appended("appendonly.aof.1.incr.aof", text);
    manifest("file appendonly.aof.1.incr.aof seq 1 type i");
    return DataFiles.inspect(data, APPENDED);
  }

  @Test
  void theChecksumIsTheEngines() {
    var sum = new Crc64();
    sum.update("123456789".getBytes(US_ASCII), 0, 9);

    assertThat(sum.value()).isEqualTo(0xe9c6d914c4b8d9caL);
  }

  @Test
  void nothingThereIsNothing() throws IOException {
    assertThat(DataFiles.inspect(data, APPENDED)).isEqualTo(new Verdict.Empty());
  }

  @Test
  void wholeCommandsAreSound() throws IOException {
    var text = SELECT + SET + "#TS:1700000000\r\n" + MULTI + SET + EXEC + SET;

    assertThat(oneFile(text)).isEqualTo(new Verdict.Sound(text.length()));
  }

  @Test
  void whereverItIsCutTheWholeCommandsBeforeAreTold() throws IOException {
    var text = SELECT + SET + SET;
    for (int cut = SELECT.length() + 1; cut < text.length(); cut++) {
      var verdict = oneFile(text.substring(0, cut));
      long whole =
          cut >= SELECT.length() + SET.length() ? SELECT.length() + SET.length() : SELECT.length();
      if (cut == SELECT.length() + SET.length()) {
        assertThat(verdict).isEqualTo(new Verdict.Sound(cut));
      } else {
        assertThat(verdict).isEqualTo(new Verdict.Cut("appendonly.aof.1.incr.aof", whole, cut));
      }
    }
  }

  @Test
  void aGroupThatWasNotFinishedIsCutOffBeforeItBegan() throws IOException {
    assertThat(oneFile(SET + MULTI + SET))
        .isEqualTo(
            new Verdict.Cut(
                "appendonly.aof.1.incr.aof", SET.length(), (SET + MULTI + SET).length()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET k v\r\n",
        "*3\r\n$3\r\nSET\r\n$1\r\nkk\r\n",
        "*-1\r\n",
        "*2\r\n:1\r\n",
        "*1\r\n$99999999999\r\nx\r\n",
        "*1\r\n$-1\r\n",
        "\0\0\0\0\0\0\0\0"
      })
  void whatIsNoCommandIsCorrupt(String text) throws IOException {
    assertThat(oneFile(SET + text + SET)).isInstanceOf(Verdict.Corrupt.class);
  }

  @Test
  void aFileInTheMiddleMayNotBeCut() throws IOException {
    appended("appendonly.aof.1.incr.aof", SET + "*3\r\n");
    appended("appendonly.aof.2.incr.aof", SET);
    manifest(
        "file appendonly.aof.1.incr.aof seq 1 type i",
        "file appendonly.aof.2.incr.aof seq 2 type i");

    assertThat(DataFiles.inspect(data, APPENDED)).isInstanceOf(Verdict.Corrupt.class);
  }

  @Test
  void aListedFileThatIsMissingIsCorrupt() throws IOException {
    manifest("file appendonly.aof.1.base.rdb seq 1 type b");

    assertThat(DataFiles.inspect(data, APPENDED))
        .isEqualTo(
            new Verdict.Corrupt("appendonly.aof.1.base.rdb", 0, "it is listed, and missing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file ../../etc/passwd seq 1 type i", "file a seq x type b", "nonsense"})
  void aManifestThatCannotBeReadIsCorrupt(String line) throws IOException {
    manifest(line);

    assertThat(DataFiles.inspect(data, APPENDED)).isInstanceOf(Verdict.Corrupt.class);
  }

  @Test
  void filesWithoutTheirManifestAreCorrupt() throws IOException {
    appended("appendonly.aof.1.incr.aof", SET);

    assertThat(DataFiles.inspect(data, APPENDED)).isInstanceOf(Verdict.Corrupt.class);
  }

  @Test
  void everyVerdictIsReadBack() {
    for (var verdict :
        Arrays.<Verdict>asList(
            new Verdict.Empty(),
            new Verdict.Sound(12),
            new Verdict.Cut("a.aof", 3, 7),
            new Verdict.Corrupt("dump.rdb", 0, "it is too short for a snapshot"),
            new Verdict.SetAside("aside-7"))) {
      assertThat(Verdict.read(verdict.line())).isEqualTo(Optional.of(verdict));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sound", "sound -1", "cut a b c", "corrupt ../x 1 y", "empty now"})
  void otherLinesAreNone(String line) {
    assertThat(Verdict.read(line)).isEmpty();
  }

  @Test
  void whatCannotBeReadIsMovedWholeAndWhatWasAsideBeforeGoes() throws IOException {
    oneFile(SET + "*3\r\n");
    Files.writeString(data.resolve("dump.rdb"), "x");
    Files.writeString(data.resolve("temp-1.rdb"), "x");
    Files.createDirectories(data.resolve("lost+found"));
    Files.createDirectories(data.resolve("aside-old/appendonlydir"));

    var verdict = DataInspector.setAside(data, APPENDED, "new");

    assertThat(verdict).isEqualTo(new Verdict.SetAside("aside-new"));
    assertThat(data.resolve("aside-new/appendonlydir/appendonly.aof.1.incr.aof")).exists();
    assertThat(data.resolve("aside-new/dump.rdb")).exists();
    assertThat(data.resolve("lost+found")).exists();
    assertThat(data.resolve("aside-old")).doesNotExist();
    assertThat(DataFiles.inspect(data, APPENDED)).isEqualTo(new Verdict.Empty());
  }

  @Test
  void whatAServerWroteSinceIsNotMovedByTheSameOrder() throws IOException {
    oneFile(SET + "*3\r\n");
    DataInspector.setAside(data, APPENDED, "new");
    oneFile(SET);

    assertThat(DataInspector.setAside(data, APPENDED, "new"))
        .isEqualTo(new Verdict.SetAside("aside-new"));
    assertThat(DataFiles.inspect(data, APPENDED)).isEqualTo(new Verdict.Sound(SET.length()));
  }

  @Test
  void whatWasMovedByHalvesIsMovedToTheEnd() throws IOException {
    oneFile(SET);
    Files.createDirectories(data.resolve("aside-new"));
    Files.writeString(data.resolve("aside-new/dump.rdb"), "x");

    DataInspector.setAside(data, APPENDED, "new");

    assertThat(data.resolve("aside-new/dump.rdb")).exists();
    assertThat(data.resolve("aside-new/appendonlydir")).exists();
  }

  @Test
  void whatCanBeReadStaysAndTheLastOneToo() throws IOException {
    oneFile(SET);
    Files.createDirectories(data.resolve("aside-old/appendonlydir"));

    assertThat(DataInspector.setAside(data, APPENDED, "new"))
        .isEqualTo(new Verdict.Sound(SET.length()));
    assertThat(data.resolve("aside-old/appendonlydir")).exists();
    assertThat(data.resolve("aside-new")).doesNotExist();
  }
}
