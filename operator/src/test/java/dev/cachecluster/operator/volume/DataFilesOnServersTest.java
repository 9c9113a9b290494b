package dev.cachecluster.operator.volume;

import static dev.cachecluster.operator.volume.DataFiles.Kind.APPENDED;
import static dev.cachecluster.operator.volume.DataFiles.Kind.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.EngineLab;
import dev.cachecluster.operator.engine.EngineProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The files that real servers write: sound as they are, and not once they are damaged. */
class DataFilesOnServersTest {
  private static EngineProcess filled(EngineLab lab, String settings) throws Exception {
    var admin = lab.admin();
    var server = lab.start("m-0");
    server.stop();
    server.keep(settings);
    server.start();
    await("its first answer")
        .atMost(Duration.ofSeconds(20))
        .until(() -> admin.promote(server.address()).isOk());
    var client = lab.application(server);
    var random = new Random(7);
    for (int key = 0; key < 500; key++) {
      var value = new byte[random.nextInt(400)];
      random.nextBytes(value);
      client.call("SET", "k" + key, java.util.HexFormat.of().formatHex(value));
      client.call("RPUSH", "list" + key % 10, "a", "b\r\n*3\r\n");
    }
    server.stop();
    return server;
  }

  @ParameterizedTest
  @EnumSource
  void aServersAppendOnlyFilesAreSound(Engine engine) throws Exception {
    try (var lab = new EngineLab(engine)) {
      var server = filled(lab, "appendonly yes\n");

      assertThat(DataFiles.inspect(Path.of(server.path("")), APPENDED))
          .isInstanceOf(Verdict.Sound.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServersSnapshotIsSoundAndNoByteOfItMayChange(Engine engine) throws Exception {
    try (var lab = new EngineLab(engine)) {
      var server = filled(lab, "save 3600 1\n");
      var directory = Path.of(server.path(""));
      assertThat(DataFiles.inspect(directory, SNAPSHOT)).isInstanceOf(Verdict.Sound.class);

      var file = directory.resolve("dump.rdb");
      var bytes = Files.readAllBytes(file);
      var random = new Random(11);
      for (int round = 0; round < 50; round++) {
        int at = random.nextInt(bytes.length);
        bytes[at] ^= 1;
        Files.write(file, bytes);
        assertThat(DataFiles.inspect(directory, SNAPSHOT))
            .as("byte " + at)
            .isInstanceOf(Verdict.Corrupt.class);
        bytes[at] ^= 1;
      }
    }
  }

  /** What the program calls cut off, a server that is told so does not start on. */
  @ParameterizedTest
  @EnumSource
  void aServerAndTheProgramAgreeAboutACutFile(Engine engine) throws Exception {
    try (var lab = new EngineLab(engine)) {
      var server = filled(lab, "appendonly yes\naof-load-truncated no\n");
      var directory = Path.of(server.path(""));
      var last = last(directory.resolve("appendonlydir"));
      var bytes = Files.readAllBytes(last);
      Files.write(last, java.util.Arrays.copyOf(bytes, bytes.length - 3));

      assertThat(DataFiles.inspect(directory, APPENDED)).isInstanceOf(Verdict.Cut.class);
      assertThat(server.startsOnItsData()).isFalse();
    }
  }

  private static Path last(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".incr.aof"))
          .max(java.util.Comparator.naturalOrder())
          .orElseThrow();
    }
  }
}
