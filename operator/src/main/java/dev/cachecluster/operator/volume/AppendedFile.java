package dev.cachecluster.operator.volume;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file of commands, each an array of strings in the engines' protocol, and of lines that begin
 * with {@code #}. It has no checksums: that a byte of a value is another one cannot be seen.
 */
final class AppendedFile {
  private static final int LONGEST_NUMBER = 20;

  private final InputStream in;
  private final String name;
  private final long length;
  private long position;
  private long complete;

  private AppendedFile(InputStream in, String name, long length) {
    this.in = in;
    this.name = name;
    this.length = length;
  }

  /** What is wrong in the middle of a file. */
  private static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String what) {
      super(what);
    }
  }

  static Verdict inspect(Path file) throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return new AppendedFile(in, file.getFileName().toString(), Files.size(file)).inspect();
    }
  }

  private Verdict inspect() throws IOException {
    boolean group = false;
    try {
      while (position < length) {
        int first = read();
        if (first == '#') {
          line();
          if (!group) {
            complete = position;
          }
          continue;
        }
        if (first != '*') {
          throw new Wrong("a command begins with something else than '*'");
        }
        var command = command();
        // A group that was not finished did not happen.
        group = command.equals("MULTI") || (group && !command.equals("EXEC"));
        if (!group) {
          complete = position;
        }
      }
    } catch (EOFException cut) {
      return new Verdict.Cut(name, complete, length);
    } catch (Wrong wrong) {
      return new Verdict.Corrupt(name, position, String.valueOf(wrong.getMessage()));
    }
    return group ? new Verdict.Cut(name, complete, length) : new Verdict.Sound(length);
  }

  /** Reads a command after its first byte, and gives its first word. */
  private String command() throws IOException, Wrong {
    long words = number();
    if (words < 1) {
      throw new Wrong("a command without words");
    }
    var first = "";
    for (long word = 0; word < words; word++) {
      if (read() != '$') {
        throw new Wrong("a word begins with something else than '$'");
      }
      long size = number();
      if (size < 0 || size > length) {
        throw new Wrong("a word of impossible size");
      }
      if (word == 0 && size < 32) {
        first = text((int) size).toUpperCase(Locale.ROOT);
      } else {
        skip(size);
      }
      if (read() != '\r' || read() != '\n') {
        throw new Wrong("a word that does not end where it says");
      }
    }
    return first;
  }

  private String text(int size) throws IOException {
    var bytes = in.readNBytes(size);
    position += bytes.length;
    if (bytes.length < size) {
      throw new EOFException();
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private void skip(long size) throws IOException {
    if (size > length - position) {
      throw new EOFException();
    }
    in.skipNBytes(size);
    position += size;
  }

  private long number() throws IOException, Wrong {
    var digits = line();
    if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(Character::isDigit)) {
      throw new Wrong("a number that is none");
    }
    return Long.parseLong(digits);
  }

  private String line() throws IOException, Wrong {
    var text = new StringBuilder();
    int next = read();
    while (next != '\r') {
      text.append((char) next);
      if (text.length() > LONGEST_NUMBER * 4) {
        throw new Wrong("a line that does not end");
      }
      next = read();
    }
    if (read() != '\n') {
      throw new Wrong("a line that does not end");
    }
    return text.toString();
  }

  private int read() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException();
    }
    position++;
    return next;
  }
}
