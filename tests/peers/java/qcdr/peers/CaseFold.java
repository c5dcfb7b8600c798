package qcdr.peers;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import qcdr.v1.Common.RecordKind;
import qcdr.v1.Records.AnesthesiaCase;
import qcdr.v1.RegistryRecordOuterClass.Chunk;
import qcdr.v1.RegistryRecordOuterClass.RegistryRecord;
import qcdr.v1.RowOuterClass.ChunkRows;
import qcdr.v1.RowOuterClass.Row;

/**
 * The fold: identity by case token, a correction takes out what the case gave before, and everybody
 * on the case and each TIN is credited. Two persistent stores, caches on. Counts that changed are
 * sent when the cache writes them out, which is at the latest with the commit.
 */
final class CaseFold implements Processor<byte[], byte[], byte[], byte[]> {
  private static final String CASES = "cases";
  private static final String COUNTS = "counts";

  private KeyValueStore<Bytes, byte[]> cases;
  private KeyValueStore<Bytes, byte[]> counts;
  private final Map<Bytes, Counts> touched = new HashMap<>(); // of one record

  static ProcessorSupplier<byte[], byte[], byte[], byte[]> supplier() {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], byte[]> get() {
        return new CaseFold();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(store(CASES), store(COUNTS));
      }
    };
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled();
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    cases = context.getStateStore(CASES);
    counts = context.getStateStore(COUNTS);
    CoalescedForward.whenWritten(counts, context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      RegistryRecord message = RegistryRecord.parseFrom(record.value());
      if (!message.hasChunk()) return;
      Chunk chunk = message.getChunk();
      if (chunk.getKind() != RecordKind.RECORD_KIND_ANESTHESIA_CASE) return;
      ChunkRows rows = ChunkRows.parseFrom(chunk.getSealedRows()); // not sealed, for us
      for (Row row : rows.getRowsList()) apply(chunk.getPracticeId(), rows, row);
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException(error);
    }
    touched.forEach((entity, sums) -> counts.put(entity, sums.encode()));
    touched.clear();
  }

  private void apply(int practice, ChunkRows rows, Row row) {
    AnesthesiaCase fact = row.getAnesthesiaCase();
    Bytes key = Contribution.caseKey(practice, fact);
    byte[] before = cases.get(key);
    if (before != null) credit(Contribution.decode(before), -1);
    Contribution contribution = Contribution.of(practice, rows, fact);
    credit(contribution, +1);
    cases.put(key, contribution.encode());
  }

  private void credit(Contribution contribution, int sign) {
    for (Bytes entity : contribution.entities) {
      touched.computeIfAbsent(entity, key -> Counts.decode(counts.get(key)))
          .credit(contribution, sign);
    }
  }
}
