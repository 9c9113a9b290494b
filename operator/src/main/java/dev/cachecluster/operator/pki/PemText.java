package dev.cachecluster.operator.pki;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The PEM blocks of a text from elsewhere. What editors leave behind is forgiven: a byte order
 * mark, other line ends, blanks around lines. Everything else outside of blocks is not: software
 * disagrees about what it means.
 */
final class PemText {
  static final int LARGEST = 64 * 1024;

  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
  private static final String UTF8_MARK = "\u00ef\u00bb\u00bf";

  private final String entry;
  private final List<Block> blocks = new ArrayList<>();
  private String label = "";
  private int begun;
  private final StringBuilder body = new StringBuilder();

  private PemText(String entry) {
    this.entry = entry;
  }

  /** One block. Its bytes may be a key, so it has no text form. */
  static final class Block {
    private final String label;
    private final byte[] der;

    private Block(String label, byte[] der) {
      this.label = label;
      this.der = der;
    }

    String label() {
      return label;
    }

    byte[] der() {
      return der;
    }
  }

  /**
   * Reads all blocks.
   *
   * @param entry the name of the entry, for messages
   */
  static List<Block> parse(String entry, byte[] raw) throws CertificateRefusal {
    if (raw.length > LARGEST) {
      throw new CertificateRefusal(CertificateProblem.TOO_LARGE, entry);
    }
    String text = new String(raw, StandardCharsets.ISO_8859_1);
    if (text.startsWith(UTF8_MARK)) {
      text = text.substring(UTF8_MARK.length());
    }
    var reading = new PemText(entry);
    int number = 0;
    for (String line : text.lines().toList()) {
      reading.line(++number, line.strip());
    }
    if (!reading.label.isEmpty()) {
      throw reading.malformed("the block that begins in line " + reading.begun + " does not end");
    }
    return List.copyOf(reading.blocks);
  }

  private void line(int number, String line) throws CertificateRefusal {
    if (label.isEmpty()) {
      begin(number, line);
    } else if (line.equals("-----END " + label + "-----")) {
      end();
    } else if (line.startsWith("Proc-Type:") || line.startsWith("DEK-Info:")) {
      throw new CertificateRefusal(CertificateProblem.KEY_ENCRYPTED, entry);
    } else if (BASE64.matcher(line).matches()) {
      body.append(line);
    } else {
      // The line itself is never shown: it may be a piece of a key.
      throw malformed("line " + number);
    }
  }

  private void begin(int number, String line) throws CertificateRefusal {
    if (line.isEmpty()) {
      return;
    }
    Matcher opening = BEGIN.matcher(line);
    if (!opening.matches()) {
      throw new CertificateRefusal(CertificateProblem.JUNK, entry + ", line " + number);
    }
    label = opening.group(1);
    begun = number;
    body.setLength(0);
  }

  private void end() throws CertificateRefusal {
    try {
      blocks.add(new Block(label, Base64.getDecoder().decode(body.toString())));
    } catch (IllegalArgumentException e) {
      throw malformed("the block that begins in line " + begun + " is not Base64");
    }
    label = "";
  }

  private CertificateRefusal malformed(String where) {
    return new CertificateRefusal(CertificateProblem.MALFORMED, entry + ", " + where);
  }
}
