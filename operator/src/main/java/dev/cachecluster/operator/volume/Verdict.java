package dev.cachecluster.operator.volume;

import java.util.Optional;
import java.util.regex.Pattern;

/** What the files of a volume are worth, in one line. No key and no value stands in it. */
public sealed interface Verdict {
  /** There is none: a server begins empty here. */
  record Empty() implements Verdict {}

  /**
   * They can be read from the beginning to the end.
   *
   * @param bytes of all files
   */
  record Sound(long bytes) implements Verdict {}

  /**
   * The last file ends in the middle of a command, as a power cut leaves it.
   *
   * @param file its name
   * @param complete bytes of it that are whole commands
   * @param bytes that it has
   */
  record Cut(String file, long complete, long bytes) implements Verdict {}

  /**
   * A file cannot be read.
   *
   * @param file its name
   * @param at the byte at which it is wrong
   * @param what is wrong
   */
  record Corrupt(String file, long at, String what) implements Verdict {}

  /**
   * They were moved aside.
   *
   * @param directory where they are now, on the same volume
   */
  record SetAside(String directory) implements Verdict {}

  /** Whether a server would not start on these files. */
  default boolean isUnreadable() {
    return this instanceof Cut || this instanceof Corrupt;
  }

  /** In words, for a person. */
  default String text() {
    return switch (this) {
      case Empty() -> "there are no files";
      case Sound(var bytes) -> "all " + bytes + " bytes can be read";
      case Cut(var file, var complete, var bytes) ->
          file
              + " is cut off: of its "
              + bytes
              + " bytes, "
              + (bytes - complete)
              + " are no whole command";
      case Corrupt(var file, var at, var what) -> file + " is damaged at byte " + at + ": " + what;
      case SetAside(var directory) ->
          "what could not be read is in " + directory + " on the volume";
    };
  }

  private static String name(String group) {
    return "(?<" + group + ">[A-Za-z0-9._-]{1,128})";
  }

  /** The line. */
  default String line() {
    return switch (this) {
      case Empty() -> "empty";
      case Sound(var bytes) -> "sound " + bytes;
      case Cut(var file, var complete, var bytes) -> "cut " + file + " " + complete + " " + bytes;
      case Corrupt(var file, var at, var what) -> "corrupt " + file + " " + at + " " + what;
      case SetAside(var directory) -> "set-aside " + directory;
    };
  }

  /** Reads a line; empty if it is none of these. */
  static Optional<Verdict> read(String line) {
    var sound = Pattern.compile("sound (\\d{1,18})").matcher(line);
    var cut = Pattern.compile("cut " + name("f") + " (\\d{1,18}) (\\d{1,18})").matcher(line);
    var corrupt =
        Pattern.compile("corrupt " + name("f") + " (\\d{1,18}) ([ -~]{1,200})").matcher(line);
    var aside = Pattern.compile("set-aside " + name("f")).matcher(line);
    if (line.equals("empty")) {
      return Optional.of(new Empty());
    }
    if (sound.matches()) {
      return Optional.of(new Sound(Long.parseLong(sound.group(1))));
    }
    if (cut.matches()) {
      return Optional.of(
          new Cut(cut.group("f"), Long.parseLong(cut.group(2)), Long.parseLong(cut.group(3))));
    }
    if (corrupt.matches()) {
      return Optional.of(
          new Corrupt(corrupt.group("f"), Long.parseLong(corrupt.group(2)), corrupt.group(3)));
    }
    return aside.matches() ? Optional.of(new SetAside(aside.group("f"))) : Optional.empty();
  }
}
