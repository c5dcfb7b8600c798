package qcdr.interop;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;

/** What holds for every record of a topic: its partition, its headers, its message. */
final class RecordChecks {
  private static final int PRACTICES_MIN = 80;
  private static final Pattern TRACE = Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-01");

  private final Checks checks;
  private final Topic topic;
  private final List<ConsumerRecord<byte[], byte[]>> records;
  private final boolean later;
  private final Map<String, Set<Integer>> events = new HashMap<>(); // partitions of each

  /** {@code later}: scoring of a later release wrote some of the outputs. */
  RecordChecks(Checks checks, Topic topic, List<ConsumerRecord<byte[], byte[]>> records,
      boolean later) {
    this.checks = checks;
    this.topic = topic;
    this.records = records;
    this.later = later;
  }

  /** The partition is murmur2 of the practice id, as a Java producer of such a key computes it. */
  void partitions(int count) {
    Set<String> keys = new HashSet<>();
    Set<Integer> used = new HashSet<>();
    int looked = 0;
    int elsewhereByJavaHash = 0;
    String wrong = null;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String by = topic.partitionedBy(text(record.key()));
      if (by.isEmpty()) continue; // a control record: one for each partition
      ++looked;
      keys.add(by);
      used.add(record.partition());
      int expected = (Utils.murmur2(by.getBytes(StandardCharsets.UTF_8)) & 0x7fffffff) % count;
      if (expected != record.partition() && wrong == null) {
        wrong = by + " is in partition " + record.partition() + ", not " + expected;
      }
      if (Math.floorMod(by.hashCode(), count) != record.partition()) ++elsewhereByJavaHash;
    }
    checks.over(topic.topicName + ": partition by murmur2", looked, wrong);
    if (topic == Topic.CONTRIBUTIONS) return; // as many as there are shared TINs
    checks.check(topic.topicName + ": that check saw enough: " + keys.size() + " ids in "
        + used.size() + " of " + count + " partitions, " + elsewhereByJavaHash
        + " records elsewhere by another hash",
        keys.size() >= PRACTICES_MIN && used.size() == count && elsewhereByJavaHash > looked / 2,
        "too few");
  }

  /** CloudEvents in binary mode, as docs/kafka.md has them. */
  void headers(int partitions) {
    Set<String> ids = new HashSet<>();
    events.clear();
    String wrong = null;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (topic == Topic.UPLOADS && record.value() == null) continue; // the clock of a replay
      String fault = headerFault(record, headersOf(record), ids);
      if (fault != null && wrong == null) wrong = fault + " " + headersOf(record);
    }
    checks.over(topic.topicName + ": CloudEvents headers", records.size(), wrong);
    if (topic != Topic.REGISTRY_RECORDS) return;
    boolean everywhere = events.values().stream().allMatch(found -> found.size() == partitions);
    checks.check(topic.topicName + ": " + events.size() + " control records stand in each partition",
        everywhere && !events.isEmpty(), events.toString());
  }

  /**
   * Every value is the message that ce_type names, and the generated class knows all of it, but for
   * what a later release wrote.
   */
  void messages() throws InvalidProtocolBufferException {
    int looked = 0;
    int unknown = 0;
    String wrong = null;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.value() == null) continue;
      ++looked;
      Message message = topic.parser().parseFrom(record.value());
      if (message.getUnknownFields().asMap().isEmpty()) continue;
      ++unknown;
      if (wrong == null && !(later && topic.output)) {
        wrong = "unknown fields at offset " + record.offset();
      }
    }
    checks.over(topic.topicName + ": is " + topic.typeName(), looked, wrong);
    if (!later || !topic.ofEntities()) return;
    checks.check(topic.topicName + ": " + unknown + " of " + looked + " have fields of a later release",
        unknown > 0 && unknown < looked, "one release alone");
  }

  private String headerFault(
      ConsumerRecord<byte[], byte[]> record, Map<String, String> headers, Set<String> ids) {
    if (!"1.0".equals(headers.get("ce_specversion"))) return "ce_specversion";
    if (!"/qcdr".equals(headers.get("ce_source"))) return "ce_source";
    if (!topic.typeName().equals(headers.get("ce_type"))) return "ce_type";
    if (!"application/protobuf".equals(headers.get("content-type"))) return "content-type";
    String id = headers.get("ce_id");
    if (id == null) return "ce_id";
    boolean heartbeat = id.startsWith("heartbeat/");
    if (heartbeat || headers.containsKey("event-id")) { // a control record, copied to every partition
      events.computeIfAbsent(id, event -> new HashSet<>()).add(record.partition());
      return heartbeat || headers.get("event-id").equals(id) ? null : "event-id";
    }
    if (!ids.add(id)) return "ce_id occurs twice";
    if (topic.output) return outputFault(record, headers, id);
    // A claim of the second stage has neither an upload nor an event.
    if (!headers.containsKey("traceparent")) {
      return topic == Topic.REGISTRY_RECORDS ? null : "no traceparent";
    }
    var trace = TRACE.matcher(headers.get("traceparent"));
    return trace.matches() && id.startsWith(trace.group(1)) ? null : "traceparent";
  }

  private String outputFault(
      ConsumerRecord<byte[], byte[]> record, Map<String, String> headers, String id) {
    String[] version = headers.getOrDefault("version", "").split("\\.");
    if (version.length != 3) return "version";
    // Outputs have the partition of their input; contributions go by entity.
    String partition = topic == Topic.CONTRIBUTIONS ? "\\d+" : String.valueOf(record.partition());
    String expected = String.join("/", version[0], Pattern.quote(Topic.REGISTRY_RECORDS.topicName),
        partition, version[1], version[2]);
    return id.matches(expected) ? null : "ce_id is not " + expected;
  }

  private static Map<String, String> headersOf(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) headers.put(header.key(), text(header.value()));
    return headers;
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
