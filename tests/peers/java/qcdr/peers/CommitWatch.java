package qcdr.peers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sees a group's committed offsets the moment their transaction commits: it reads the topic in which
 * the broker keeps them, committed records only. In both programs the offsets are part of the
 * transaction that carries the outputs, so this is when outputs can be read.
 */
final class CommitWatch implements AutoCloseable {
  private static final String OFFSETS = "__consumer_offsets";
  private static final int KEY_VERSION_MAX = 1; // higher: not an offset

  private final String group;
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  final long[] committed;

  CommitWatch(String servers, String group, String topic, int partitions) {
    this.group = group;
    this.topic = topic;
    this.committed = new long[partitions];
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> assigned = partitionsOf(servers);
    consumer.assign(assigned);
    consumer.seekToBeginning(assigned);
  }

  // The broker makes the topic when a group's coordinator is first asked for.
  private List<TopicPartition> partitionsOf(String servers) {
    List<TopicPartition> partitions = new ArrayList<>();
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    try (Admin admin = Admin.create(properties)) {
      while (partitions.isEmpty()) {
        try {
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
          consumer.partitionsFor(OFFSETS).forEach(
              info -> partitions.add(new TopicPartition(OFFSETS, info.partition())));
        } catch (ExecutionException | KafkaException error) {
          Thread.sleep(100); // not made yet; whoever started this has a limit
        }
      }
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
    return partitions;
  }

  /** Waits a little for news; true when an offset of the group has moved. */
  boolean poll(Duration wait) {
    boolean moved = false;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) moved |= take(record);
    return moved;
  }

  private boolean take(ConsumerRecord<byte[], byte[]> record) {
    ByteBuffer key = ByteBuffer.wrap(record.key());
    if (key.getShort() > KEY_VERSION_MAX || record.value() == null) return false;
    if (!text(key).equals(group) || !text(key).equals(topic)) return false;
    ByteBuffer value = ByteBuffer.wrap(record.value());
    value.getShort(); // its version; the offset follows in all
    committed[key.getInt()] = value.getLong();
    return true;
  }

  private static String text(ByteBuffer from) {
    byte[] bytes = new byte[from.getShort()];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    consumer.close(Duration.ofSeconds(1));
  }
}
