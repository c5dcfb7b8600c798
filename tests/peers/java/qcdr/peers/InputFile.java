package qcdr.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file of tests/bench/input_files.cc, whole in memory: records in the order in which they go. */
final class InputFile {
  /** One record; offset is its place in its partition of a topic that has nothing else. */
  record Entry(int partition, long offset, long timestamp, int cases, byte[] key, byte[] value) {}

  final List<Entry> entries = new ArrayList<>();
  private final int partitions;

  InputFile(Path path, int partitions) throws IOException {
    this.partitions = partitions;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long[] next = new long[partitions];
      ByteBuffer head = ByteBuffer.allocate(64 << 20);
      while (channel.read(head) >= 0 || head.position() > 0) {
        head.flip();
        int before = entries.size();
        while (takeOne(head, next)) {}
        if (entries.size() == before) throw new IOException("the input is cut");
        head.compact();
      }
    }
  }

  private boolean takeOne(ByteBuffer from, long[] next) {
    int start = from.position();
    if (from.remaining() < 20) return false;
    int partition = from.getInt();
    long timestamp = from.getLong();
    int cases = from.getInt();
    byte[] key = text(from);
    byte[] value = key == null ? null : text(from);
    if (value == null) {
      from.position(start);
      return false;
    }
    entries.add(new Entry(partition, next[partition]++, timestamp, cases, key, value));
    return true;
  }

  private static byte[] text(ByteBuffer from) {
    if (from.remaining() < Integer.BYTES) return null;
    int length = from.getInt();
    if (from.remaining() < length) return null;
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  /** The record with which so many cases stand before it; the end of the list if there are fewer. */
  int afterCases(long wanted) {
    long cases = 0;
    for (int i = 0; i < entries.size(); ++i) {
      if (cases >= wanted) return i;
      cases += entries.get(i).cases();
    }
    return entries.size();
  }

  long cases(int from, int to) {
    long cases = 0;
    for (Entry entry : entries.subList(from, to)) cases += entry.cases();
    return cases;
  }

  /** Of each partition the offset that is committed when everything before `to` is. */
  long[] ends(int to) {
    long[] ends = new long[partitions];
    for (Entry entry : entries.subList(0, to)) ends[entry.partition()] = entry.offset() + 1;
    return ends;
  }
}
