package qcdr.peers;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Counts of one entity: cases, and of each measure how often each code was reported.
 *
 * <p>Encoded: cases u32; then of each pair measure, code (8 bytes each), count u32. A table of some
 * dozen entries: searched in order.
 */
final class Counts {
  private static final int ENTRY_BYTES = 2 * Long.BYTES + Integer.BYTES;

  private int cases;
  private long[] codes = new long[32]; // measure, code, measure, code, ...
  private int[] counts = new int[16];
  private int size;

  static Counts decode(byte[] value) {
    Counts decoded = new Counts();
    if (value == null) return decoded;
    ByteBuffer buffer = ByteBuffer.wrap(value);
    decoded.cases = buffer.getInt();
    while (buffer.hasRemaining()) {
      int at = decoded.add(buffer.getLong(), buffer.getLong());
      decoded.counts[at] = buffer.getInt();
    }
    return decoded;
  }

  byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES + size * ENTRY_BYTES);
    buffer.putInt(cases);
    for (int i = 0; i < size; ++i) {
      buffer.putLong(codes[2 * i]).putLong(codes[2 * i + 1]).putInt(counts[i]);
    }
    return buffer.array();
  }

  /** Adds what a case gives, or with -1 takes it out. */
  void credit(Contribution contribution, int sign) {
    cases += sign;
    long[] given = contribution.codes;
    for (int i = 0; i < given.length; i += 2) counts[find(given[i], given[i + 1])] += sign;
  }

  int cases() {
    return cases;
  }

  private int find(long measure, long code) {
    for (int i = 0; i < size; ++i) {
      if (codes[2 * i + 1] == code && codes[2 * i] == measure) return i;
    }
    return add(measure, code);
  }

  private int add(long measure, long code) {
    if (size == counts.length) {
      counts = Arrays.copyOf(counts, 2 * size);
      codes = Arrays.copyOf(codes, 4 * size);
    }
    codes[2 * size] = measure;
    codes[2 * size + 1] = code;
    return size++;
  }
}
