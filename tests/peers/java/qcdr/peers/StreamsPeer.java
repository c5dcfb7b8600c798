package qcdr.peers;

import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** The fold as a Kafka Streams application: exactly-once v2, RocksDB, default settings. */
public final class StreamsPeer {
  private StreamsPeer() {}

  /** Arguments: bootstrap servers, input topic, output topic, group, state directory, then KEY=VALUE. */
  public static void main(String[] arguments) throws InterruptedException {
    String servers = arguments[0];
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[3]);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // A killed instance that comes back takes its place at once, as ours does.
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), "0");
    for (int i = 5; i < arguments.length; ++i) {
      String[] setting = arguments[i].split("=", 2);
      properties.put(setting[0], setting[1]);
    }
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(arguments[1], Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .process(CaseFold.supplier())
        .to(arguments[2], Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    KafkaStreams streams = new KafkaStreams(builder.build(), properties);
    CountDownLatch ended = new CountDownLatch(1);
    streams.setStateListener((state, before) -> {
      System.err.println("state " + state);
      if (state == KafkaStreams.State.ERROR || state == KafkaStreams.State.NOT_RUNNING) {
        ended.countDown();
      }
    });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    ended.await();
    System.exit(streams.state() == KafkaStreams.State.NOT_RUNNING ? 0 : 1);
  }
}
