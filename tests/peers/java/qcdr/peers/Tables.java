package qcdr.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Bytes;
import qcdr.v1.ScoreProjectionOuterClass.ScoreProjection;

/**
 * What the broker holds. Arguments: servers, then one of
 *
 * <pre>
 * create TOPIC PARTITIONS   makes a topic that keeps everything
 * sizes                     bytes of each topic's log
 * peer TOPIC                cases of each entity as the peer sent them: practice, level, cases
 * qcdr TOPIC                the same from score-projections, held cases too
 * </pre>
 */
public final class Tables {
  private static final Duration POLL = Duration.ofMillis(200);

  private Tables() {}

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", arguments[0]);
    switch (arguments[1]) {
      case "create": create(properties, arguments[2], Integer.parseInt(arguments[3])); break;
      case "sizes": sizes(properties); break;
      case "peer": print(latest(properties, arguments[2]), Tables::ofPeer); break;
      case "qcdr": print(latest(properties, arguments[2]), Tables::ofProjection); break;
      default: throw new IllegalArgumentException(arguments[1]);
    }
  }

  private static void create(Properties properties, String topic, int partitions)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(properties)) {
      NewTopic made = new NewTopic(topic, partitions, (short) 1);
      made.configs(Map.of("retention.ms", "-1"));
      admin.createTopics(List.of(made)).all().get();
    }
  }

  private static void sizes(Properties properties)
      throws InterruptedException, ExecutionException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Admin admin = Admin.create(properties)) {
      admin.describeLogDirs(List.of(1)).allDescriptions().get().values().forEach(
          folders -> folders.values().forEach(folder -> {
            for (Map.Entry<TopicPartition, ReplicaInfo> one : folder.replicaInfos().entrySet()) {
              sizes.merge(one.getKey().topic(), one.getValue().size(), Long::sum);
            }
          }));
    }
    sizes.forEach((topic, bytes) -> System.out.println(topic + " " + bytes));
  }

  private static Map<Bytes, byte[]> latest(Properties properties, String topic) {
    properties.put("isolation.level", "read_committed");
    Map<Bytes, byte[]> latest = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer.partitionsFor(topic).forEach(
          info -> partitions.add(new TopicPartition(topic, info.partition())));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!ends.entrySet().stream().allMatch(
          end -> consumer.position(end.getKey()) >= end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          latest.put(Bytes.wrap(record.key()), record.value());
        }
      }
    }
    return latest;
  }

  private interface Line {
    String of(byte[] key, byte[] value) throws Exception;
  }

  private static void print(Map<Bytes, byte[]> latest, Line line) throws Exception {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<Bytes, byte[]> entity : latest.entrySet()) {
      if (entity.getValue() == null) continue;
      String text = line.of(entity.getKey().get(), entity.getValue());
      if (text != null) lines.add(text);
    }
    lines.sort(null);
    lines.forEach(System.out::println);
  }

  private static String ofPeer(byte[] key, byte[] value) {
    return line(EntityKey.practice(key), EntityKey.isGroup(key), Counts.decode(value).cases());
  }

  private static String ofProjection(byte[] key, byte[] value) throws Exception {
    ScoreProjection projection = ScoreProjection.parseFrom(value);
    return line(projection.getPracticeId(), projection.getGroup(),
        projection.getCasesCounted() + projection.getCasesHeld());
  }

  // Null: on the roster without a case, or every case was corrected away.
  private static String line(int practice, boolean group, int cases) {
    return cases == 0 ? null : practice + (group ? " group " : " pair ") + cases;
  }
}
