package qcdr.peers;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;

/** Key of a TIN/NPI pair or of a TIN as a whole: practice u32, TIN's token 12 bytes, NPI u64. */
final class EntityKey {
  static final int BYTES = 24;
  static final long GROUP = 0;
  private static final int NPI_AT = 16;

  private EntityKey() {}

  static Bytes of(int practice, byte[] tin, long npi) {
    return Bytes.wrap(ByteBuffer.allocate(BYTES).putInt(practice).put(tin).putLong(npi).array());
  }

  static int practice(byte[] key) {
    return ByteBuffer.wrap(key).getInt();
  }

  static boolean isGroup(byte[] key) {
    return ByteBuffer.wrap(key).getLong(NPI_AT) == GROUP;
  }
}
