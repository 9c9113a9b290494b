package dev.cachecluster.operator.volume;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Looks at the files of a server that does not run, or moves aside those that cannot be read, and
 * leaves one line where the kubelet picks it up.
 */
public final class DataInspector {
  private static final String HELP =
      """
      Usage: DataInspector inspect|set-aside --files=snapshot|appended --verdict=FILE [--data=DIRECTORY] [--as=NAME]
        inspect    reads all files that a server would read, changes nothing, and writes one line to FILE
        set-aside  if they cannot be read, moves them to DIRECTORY/aside-NAME, once: what a server wrote since is not
                   touched. What was moved aside under another name is deleted then.
        --files    what the server keeps its data in
        --data     the server's directory; /data if it is not named
        Ends with 0 when FILE is written, whatever stands in it.
      """;

  private static final String ASIDE = "aside-";

  /** Stands in a directory to which everything was moved. */
  private static final String DONE = "done";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /** What a server writes; everything else on the volume is not its, and stays. */
  private static final Set<String> FILES = Set.of(DataFiles.SNAPSHOT, DataFiles.APPENDED);

  private static final Pattern TEMPORARY = Pattern.compile("temp-[A-Za-z0-9.-]{1,100}");

  private DataInspector() {}

  /** The program. */
  public static void main(String[] arguments) throws IOException {
    var data = Path.of(option(arguments, "--data=", "/data"));
    var verdict = option(arguments, "--verdict=", "");
    var name = option(arguments, "--as=", "");
    var kind = kind(option(arguments, "--files=", ""));
    var order = arguments.length == 0 ? "" : arguments[0];
    boolean known =
        order.equals("inspect") || (order.equals("set-aside") && NAME.matcher(name).matches());
    if (!known || verdict.isEmpty() || kind.isEmpty()) {
      System.err.print(HELP);
      System.exit(2);
      return;
    }
    var found =
        order.equals("inspect")
            ? DataFiles.inspect(data, kind.get())
            : setAside(data, kind.get(), name);
    System.out.println(found.line());
    Files.writeString(Path.of(verdict), found.line() + "\n");
  }

  private static Optional<DataFiles.Kind> kind(String text) {
    return switch (text) {
      case "snapshot" -> Optional.of(DataFiles.Kind.SNAPSHOT);
      case "appended" -> Optional.of(DataFiles.Kind.APPENDED);
      default -> Optional.empty();
    };
  }

  private static String option(String[] arguments, String name, String otherwise) {
    return List.of(arguments).stream()
        .filter(argument -> argument.startsWith(name))
        .map(argument -> argument.substring(name.length()))
        .findFirst()
        .orElse(otherwise);
  }

  /**
   * Moves what cannot be read, one rename each, on the same volume; what can be read stays. It may
   * be repeated: what was begun is finished, and what was finished is not begun again.
   */
  static Verdict setAside(Path data, DataFiles.Kind kind, String name) throws IOException {
    var target = data.resolve(ASIDE + name);
    var done = target.resolve(DONE);
    var moved = new Verdict.SetAside(target.getFileName().toString());
    if (Files.exists(done)) {
      return moved;
    }
    if (!Files.exists(target)) {
      var found = DataFiles.inspect(data, kind);
      if (!found.isUnreadable()) {
        return found;
      }
    }
    Files.createDirectories(target);
    for (var entry : entries(data, DataInspector::isServers)) {
      Files.move(entry, target.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    force(target);
    force(data);
    Files.createFile(done);
    force(target);
    // Only now: should this one be moved by halves, the one before is still whole.
    for (var entry : entries(data, file -> file.startsWith(ASIDE) && !file.equals(ASIDE + name))) {
      delete(entry);
    }
    return moved;
  }

  private static boolean isServers(String file) {
    return FILES.contains(file) || TEMPORARY.matcher(file).matches();
  }

  private static List<Path> entries(Path data, Predicate<String> which) throws IOException {
    try (var entries = Files.list(data)) {
      return entries.filter(entry -> which.test(entry.getFileName().toString())).toList();
    }
  }

  /** A rename outlives a power cut once its directory is written. */
  private static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void delete(Path top) throws IOException {
    if (!Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(top);
      return;
    }
    try (var all = Files.walk(top)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
