package dev.cachecluster.operator.volume;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A snapshot: a magic word with a version, and a checksum of all that goes before it at the end. A
 * server that was told to write none leaves eight zeros.
 */
final class SnapshotFile {
  private static final int SUM = 8;
  private static final int HEAD = 9;
  private static final Pattern MAGIC = Pattern.compile("REDIS\\d{4}|VALKEY\\d{3}");

  private SnapshotFile() {}

  static Verdict inspect(Path file) throws IOException {
    var name = file.getFileName().toString();
    long length = Files.size(file);
    if (length < HEAD + SUM) {
      return new Verdict.Corrupt(name, 0, "it is too short for a snapshot");
    }
    var sum = new Crc64();
    var piece = new byte[1 << 16];
    var tail = new byte[SUM];
    try (InputStream in = Files.newInputStream(file)) {
      long left = length - SUM;
      boolean first = true;
      while (left > 0) {
        int got = in.readNBytes(piece, 0, (int) Math.min(piece.length, left));
        if (got == 0) {
          return new Verdict.Corrupt(name, length - SUM - left, "it became shorter");
        }
        if (first
            && !MAGIC.matcher(new String(piece, 0, HEAD, StandardCharsets.US_ASCII)).matches()) {
          return new Verdict.Corrupt(name, 0, "it does not begin like a snapshot");
        }
        first = false;
        sum.update(piece, 0, got);
        left -= got;
      }
      if (in.readNBytes(tail, 0, SUM) != SUM) {
        return new Verdict.Corrupt(name, length - SUM, "it became shorter");
      }
    }
    long written = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return written == 0 || written == sum.value()
        ? new Verdict.Sound(length)
        : new Verdict.Corrupt(name, length - SUM, "its checksum is another one");
  }
}
