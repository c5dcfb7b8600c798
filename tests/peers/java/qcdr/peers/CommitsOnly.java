package qcdr.peers;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The least that a program can do that commits its outputs with its offsets, one transaction after the
 * other: it reads, computes nothing and sends one small record to each partition of its output. What
 * it waits for is the broker and the load beside it.
 */
public final class CommitsOnly {
  private static final int OUTPUT_BYTES = 100;
  private static final Duration WAIT = Duration.ofMillis(20);

  private CommitsOnly() {}

  /** Arguments: bootstrap servers, input topic, output topic, its partitions, group. */
  public static void main(String[] arguments) {
    String servers = arguments[0];
    String output = arguments[2];
    int partitions = Integer.parseInt(arguments[3]);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(servers, arguments[4]);
        KafkaProducer<byte[], byte[]> producer = producer(servers, arguments[4])) {
      producer.initTransactions();
      consumer.subscribe(Collections.singleton(arguments[1]));
      byte[] value = new byte[OUTPUT_BYTES];
      while (!Thread.currentThread().isInterrupted()) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(WAIT);
        if (records.isEmpty()) continue;
        producer.beginTransaction();
        for (int i = 0; i < partitions; ++i) {
          producer.send(new ProducerRecord<>(output, i, null, value));
        }
        // Else the offsets are asked for beside partitions that are not part of the transaction yet.
        producer.flush();
        producer.sendOffsetsToTransaction(next(records), consumer.groupMetadata());
        producer.commitTransaction();
      }
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> next(
      ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      offsets.put(new TopicPartition(record.topic(), record.partition()),
          new OffsetAndMetadata(record.offset() + 1));
    }
    return offsets;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String servers, String group) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // An instance that comes back takes its place at once, as those of the other programs do.
    properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "0");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static KafkaProducer<byte[], byte[]> producer(String servers, String group) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group + "-0");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
