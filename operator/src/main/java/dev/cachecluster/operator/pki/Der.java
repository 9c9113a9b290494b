package dev.cachecluster.operator.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * DER, one level at a time: what is nested is not read until it is asked for, so that no input can
 * cost more stack or time than its length. Anything but definite lengths and short tags is refused.
 */
final class Der {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;

  private static final int LONG_FORM = 0x80;
  private static final int LONG_TAG = 0x1f;
  private static final int LONGEST_LENGTH = 4;

  private Der() {}

  /** A tag and what stands under it. */
  record Element(int tag, ByteBuffer content) {
    byte[] bytes() {
      byte[] copy = new byte[content.remaining()];
      content.duplicate().get(copy);
      return copy;
    }

    /** What stands right below this one. */
    List<Element> children() {
      var found = new ArrayList<Element>();
      ByteBuffer rest = content.duplicate();
      while (rest.hasRemaining()) {
        found.add(read(rest));
      }
      return found;
    }

    /** The one with that number below this one, which must bear that tag. */
    Element child(int number, int wanted) {
      List<Element> all = children();
      if (number >= all.size()) {
        throw new IllegalArgumentException("the encoding ends too early");
      }
      return all.get(number).require(wanted);
    }

    Element require(int wanted) {
      if (tag != wanted) {
        throw new IllegalArgumentException("the encoding holds something else than is expected");
      }
      return this;
    }

    BigInteger integer() {
      if (tag != INTEGER || !content.hasRemaining()) {
        throw new IllegalArgumentException("the encoding holds no number where one is expected");
      }
      return new BigInteger(bytes());
    }
  }

  /** The one element that the bytes are. */
  static Element parse(byte[] der) {
    ByteBuffer all = ByteBuffer.wrap(der);
    Element one = read(all);
    if (all.hasRemaining()) {
      throw new IllegalArgumentException("something follows the end of the encoding");
    }
    return one;
  }

  private static Element read(ByteBuffer from) {
    if (from.remaining() < 2) {
      throw new IllegalArgumentException("the encoding ends too early");
    }
    int tag = from.get() & 0xff;
    if ((tag & LONG_TAG) == LONG_TAG) {
      throw new IllegalArgumentException("the encoding holds a tag that certificates do not have");
    }
    int length = length(from);
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("the encoding ends too early");
    }
    ByteBuffer content = from.slice(from.position(), length);
    from.position(from.position() + length);
    return new Element(tag, content);
  }

  private static int length(ByteBuffer from) {
    int first = from.get() & 0xff;
    if (first < LONG_FORM) {
      return first;
    }
    int bytes = first - LONG_FORM;
    if (bytes == 0 || bytes > LONGEST_LENGTH || bytes > from.remaining()) {
      throw new IllegalArgumentException("the encoding has a length that DER does not allow");
    }
    int length = 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | (from.get() & 0xff);
    }
    return length;
  }

  /** The encoding of a tag over the parts, one after the other. */
  static byte[] encode(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var all = new ByteArrayOutputStream();
    all.write(tag);
    int length = content.size();
    if (length < LONG_FORM) {
      all.write(length);
    } else {
      byte[] bytes = BigInteger.valueOf(length).toByteArray();
      int skip = bytes[0] == 0 ? 1 : 0;
      all.write(LONG_FORM + bytes.length - skip);
      all.write(bytes, skip, bytes.length - skip);
    }
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }
}
