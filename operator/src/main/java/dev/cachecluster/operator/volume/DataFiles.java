package dev.cachecluster.operator.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The files of one server: a snapshot, or the files that a manifest lists in their order. */
final class DataFiles {
  static final String SNAPSHOT = "dump.rdb";
  static final String APPENDED = "appendonlydir";
  private static final String MANIFEST = "appendonly.aof.manifest";

  /** file NAME seq NUMBER type b(ase), i(ncremental) or h(istory); newer engines add offsets. */
  private static final Pattern LINE =
      Pattern.compile("file ([A-Za-z0-9._-]{1,128}) seq \\d{1,18} type ([bhi])(?: .*)?");

  private DataFiles() {}

  /** Which of them a server reads when it starts; the others do not matter to it. */
  enum Kind {
    SNAPSHOT,
    APPENDED
  }

  /** What a server that starts on this directory would read. */
  static Verdict inspect(Path directory, Kind kind) throws IOException {
    return switch (kind) {
      case APPENDED -> {
        var appended = directory.resolve(APPENDED);
        yield Files.isDirectory(appended) ? appended(appended) : new Verdict.Empty();
      }
      case SNAPSHOT -> {
        var snapshot = directory.resolve(SNAPSHOT);
        yield Files.exists(snapshot) ? SnapshotFile.inspect(snapshot) : new Verdict.Empty();
      }
    };
  }

  private static Verdict appended(Path directory) throws IOException {
    var manifest = directory.resolve(MANIFEST);
    if (!Files.exists(manifest)) {
      try (var files = Files.list(directory)) {
        return files.findAny().isEmpty()
            ? new Verdict.Empty()
            : new Verdict.Corrupt(
                MANIFEST, 0, "it is missing, and files that it should list are there");
      }
    }
    var files = new ArrayList<Path>();
    for (var line : Files.readString(manifest, StandardCharsets.ISO_8859_1).lines().toList()) {
      var match = LINE.matcher(line);
      if (!match.matches()) {
        return new Verdict.Corrupt(MANIFEST, 0, "a line of it cannot be read");
      }
      if (!match.group(2).equals("h")) {
        files.add(directory.resolve(match.group(1)));
      }
    }
    return files.isEmpty() ? new Verdict.Corrupt(MANIFEST, 0, "it lists no file") : inOrder(files);
  }

  private static Verdict inOrder(List<Path> files) throws IOException {
    long bytes = 0;
    for (var file : files) {
      var name = file.getFileName().toString();
      if (!Files.isRegularFile(file)) {
        return new Verdict.Corrupt(name, 0, "it is listed, and missing");
      }
      var verdict = name.endsWith(".rdb") ? SnapshotFile.inspect(file) : AppendedFile.inspect(file);
      switch (verdict) {
        case Verdict.Sound(var size) -> bytes += size;
        case Verdict.Cut(var _, var complete, var _) when !file.equals(files.getLast()) -> {
          return new Verdict.Corrupt(name, complete, "it is cut off, and others follow it");
        }
        default -> {
          return verdict;
        }
      }
    }
    return new Verdict.Sound(bytes);
  }
}
