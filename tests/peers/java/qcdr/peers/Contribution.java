package qcdr.peers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import qcdr.v1.Records.AnesthesiaCase;
import qcdr.v1.Records.CaseStaff;
import qcdr.v1.Records.ClinicianType;
import qcdr.v1.RowOuterClass.ChunkRows;

/**
 * What one case gives: to whom (each TIN/NPI pair and each TIN once) and what (measure and code).
 *
 * <p>Stored by case, so that a correction can take it out again: number of entities u8, of each
 * {@link EntityKey} its bytes; then of each reported code its measure and itself, 8 bytes each.
 */
final class Contribution {
  final List<Bytes> entities;
  final long[] codes; // measure, code, measure, code, ...

  private Contribution(List<Bytes> entities, long[] codes) {
    this.entities = entities;
    this.codes = codes;
  }

  static Contribution of(int practice, ChunkRows rows, AnesthesiaCase fact) {
    Set<Bytes> entities = new LinkedHashSet<>();
    for (CaseStaff staff : fact.getStaffList()) {
      if (staff.getTin() == 0) continue;
      byte[] tin = rows.getTins(staff.getTin() - 1).getToken().toByteArray();
      // Anesthesiologist assistants are not scored; their cases are the TIN's.
      boolean own = staff.getNpi() != 0
          && staff.getClinicianType() != ClinicianType.CLINICIAN_TYPE_CAA;
      if (own) entities.add(EntityKey.of(practice, tin, staff.getNpi()));
      entities.add(EntityKey.of(practice, tin, EntityKey.GROUP));
    }
    long[] codes = new long[2 * fact.getQualityCodesCount()];
    for (int i = 0; i < fact.getQualityCodesCount(); ++i) {
      codes[2 * i] = fact.getQualityMeasures(i);
      codes[2 * i + 1] = fact.getQualityCodes(i);
    }
    return new Contribution(new ArrayList<>(entities), codes);
  }

  byte[] encode() {
    ByteBuffer buffer =
        ByteBuffer.allocate(1 + entities.size() * EntityKey.BYTES + codes.length * Long.BYTES);
    buffer.put((byte) entities.size());
    for (Bytes entity : entities) buffer.put(entity.get());
    for (long code : codes) buffer.putLong(code);
    return buffer.array();
  }

  static Contribution decode(byte[] value) {
    ByteBuffer buffer = ByteBuffer.wrap(value);
    int count = buffer.get() & 0xff;
    List<Bytes> entities = new ArrayList<>(count);
    for (int i = 0; i < count; ++i) {
      byte[] entity = new byte[EntityKey.BYTES];
      buffer.get(entity);
      entities.add(Bytes.wrap(entity));
    }
    long[] codes = new long[buffer.remaining() / Long.BYTES];
    buffer.asLongBuffer().get(codes);
    return new Contribution(entities, codes);
  }

  /** The key of a case: practice and token. */
  static Bytes caseKey(int practice, AnesthesiaCase fact) {
    ByteArrayOutputStream key = new ByteArrayOutputStream(16);
    key.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(practice).array());
    key.writeBytes(fact.getCaseToken().toByteArray());
    return Bytes.wrap(key.toByteArray());
  }
}
