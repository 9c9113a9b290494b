package dev.cachecluster.operator.pki;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Small damages, to the text of an entry or to the encoding inside one of its blocks. */
final class Mutations {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]*)-----END [A-Z ]+-----");

  private Mutations() {}

  static byte[] bytes(byte[] from, Random random) {
    if (from.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(from.length);
    byte[] changed = from.clone();
    return switch (random.nextInt(8)) {
      case 0 -> {
        changed[at] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
      case 1 -> {
        changed[at] = (byte) random.nextInt();
        yield changed;
      }
      case 2 -> {
        changed[at] = new byte[] {0, 0x7f, (byte) 0x80, (byte) 0xff, 0x30, 0x1f}[random.nextInt(6)];
        yield changed;
      }
      case 3 -> Arrays.copyOf(from, at);
      case 4 -> joined(Arrays.copyOf(from, at), Arrays.copyOfRange(from, at, from.length), random);
      case 5 -> {
        int end = at + random.nextInt(Math.min(64, from.length - at) + 1);
        yield joined(Arrays.copyOf(from, at), Arrays.copyOfRange(from, end, from.length));
      }
      case 6 -> {
        int end = at + random.nextInt(from.length - at + 1);
        byte[] piece = Arrays.copyOfRange(from, at, end);
        yield joined(Arrays.copyOf(from, at), piece, Arrays.copyOfRange(from, at, from.length));
      }
      default -> {
        int other = random.nextInt(from.length);
        changed[at] = from[other];
        changed[other] = from[at];
        yield changed;
      }
    };
  }

  /** The text stays a PEM text; what it encodes does not stay what it was. */
  static byte[] insideABlock(byte[] from, Random random) {
    String text = new String(from, StandardCharsets.ISO_8859_1);
    Matcher block = BLOCK.matcher(text);
    int count = (int) block.results().count();
    if (count == 0) {
      return bytes(from, random);
    }
    block.reset();
    for (int skip = random.nextInt(count); skip >= 0; skip--) {
      block.find();
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      return bytes(from, random);
    }
    String changed = Pem.text(block.group(1), bytes(der, random)).strip();
    return (text.substring(0, block.start()) + changed + text.substring(block.end()))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[] before, byte[] after, Random random) {
    byte[] inserted = new byte[1 + random.nextInt(8)];
    random.nextBytes(inserted);
    return joined(before, inserted, after);
  }

  private static byte[] joined(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(p -> p.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
