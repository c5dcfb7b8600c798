package qcdr.interop;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import qcdr.v1.ScoreProjectionOuterClass.EntityVersion;

/** What a reader of a compacted topic keeps: of each key the highest version, no tombstones. */
final class LatestMessages {
  private LatestMessages() {}

  static <M extends Message> Map<String, M> of(List<ConsumerRecord<byte[], byte[]>> records,
      Class<M> type, Topic topic, Function<M, EntityVersion> version, Checks checks)
      throws InvalidProtocolBufferException {
    Map<String, M> latest = new LinkedHashMap<>();
    String wrong = null;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (record.value() == null) {
        latest.remove(key);
        continue;
      }
      M message = type.cast(topic.parser().parseFrom(record.value()));
      M before = latest.put(key, message);
      if (before != null && wrong == null
          && compare(version.apply(before), version.apply(message)) >= 0) {
        wrong = "the version of an entity does not ascend at offset " + record.offset();
      }
    }
    checks.over(topic.topicName + ": versions of an entity ascend", records.size(), wrong);
    return latest;
  }

  private static int compare(EntityVersion left, EntityVersion right) {
    int generation = Integer.compareUnsigned(left.getGeneration(), right.getGeneration());
    if (generation != 0) return generation;
    int offset = Long.compare(left.getOffset(), right.getOffset());
    return offset != 0 ? offset : Integer.compareUnsigned(left.getIndex(), right.getIndex());
  }
}
