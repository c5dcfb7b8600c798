package qcdr.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The load on a program that folds a topic, and the clock beside it. Arguments: servers, input file,
 * topic, its partitions, group, then one of
 *
 * <pre>
 * fill FROM TO                appends the records between so many cases, as fast as it goes
 * watch TO                    says how many cases are committed at first and then, until TO are
 * rate FROM SECONDS RATE WARM appends so many cases a second for so long, and takes the time from the
 *                             instant for which a record was meant until its offset is committed
 * </pre>
 *
 * Lines on standard output: a word and numbers; instants are milliseconds of the wall clock.
 */
public final class Load {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration SETTLE = Duration.ofMillis(500);
  private static final long LAG_SECONDS_MAX = 180;
  private static final long PAUSE_NANOSECONDS = 100_000;

  private final InputFile input;
  private final String servers;
  private final String topic;
  private final int partitions;
  private final String group;

  private Load(String[] arguments) throws IOException {
    servers = arguments[0];
    topic = arguments[2];
    partitions = Integer.parseInt(arguments[3]);
    group = arguments[4];
    input = new InputFile(Path.of(arguments[1]), partitions);
  }

  public static void main(String[] arguments) throws Exception {
    Load load = new Load(arguments);
    long[] numbers = Arrays.stream(arguments).skip(6).mapToLong(Long::parseLong).toArray();
    switch (arguments[5]) {
      case "fill": load.fill(numbers[0], numbers[1]); break;
      case "watch": load.watch(numbers[0]); break;
      case "rate": load.rate(numbers[0], numbers[1], numbers[2], numbers[3]); break;
      default: throw new IllegalArgumentException(arguments[5]);
    }
  }

  private KafkaProducer<byte[], byte[]> producer(int lingerMilliseconds) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, lingerMilliseconds);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void append(KafkaProducer<byte[], byte[]> producer, InputFile.Entry entry) {
    producer.send(new ProducerRecord<>(
        topic, entry.partition(), entry.timestamp(), entry.key(), entry.value()));
  }

  private void fill(long fromCases, long toCases) {
    List<InputFile.Entry> part =
        input.entries.subList(input.afterCases(fromCases), input.afterCases(toCases));
    long bytes = 0;
    try (KafkaProducer<byte[], byte[]> producer = producer(5)) {
      say("begin", System.currentTimeMillis());
      for (InputFile.Entry entry : part) {
        append(producer, entry);
        bytes += entry.key().length + entry.value().length;
      }
      producer.flush();
    }
    say("filled", part.size(), bytes);
  }

  private void watch(long toCases) {
    int to = input.afterCases(toCases);
    long[] ends = input.ends(to);
    CommittedCases cases = new CommittedCases(byPartition(to));
    try (CommitWatch watch = new CommitWatch(servers, group, topic, partitions)) {
      // What was committed before; it takes a moment to read.
      long settled = System.nanoTime() + SETTLE.toNanos();
      while (System.nanoTime() < settled) watch.poll(SHORT);
      say("ready", cases.until(watch.committed));
      while (!reached(watch.committed, ends)) {
        if (!watch.poll(SHORT)) continue;
        long now = System.currentTimeMillis();
        say("committed", cases.until(watch.committed), now);
      }
    }
    say("caught-up", System.currentTimeMillis());
  }

  /** Sums the cases below committed offsets, which only move up. */
  private static final class CommittedCases {
    private final List<List<InputFile.Entry>> byPartition;
    private final int[] seen;
    private long cases;

    CommittedCases(List<List<InputFile.Entry>> byPartition) {
      this.byPartition = byPartition;
      this.seen = new int[byPartition.size()];
    }

    long until(long[] committed) {
      for (int i = 0; i < seen.length; ++i) {
        List<InputFile.Entry> entries = byPartition.get(i);
        for (; seen[i] < entries.size() && seen[i] < committed[i]; ++seen[i]) {
          cases += entries.get(seen[i]).cases();
        }
      }
      return cases;
    }
  }

  private void rate(long fromCases, long seconds, long rate, long warmUpSeconds) {
    int from = input.afterCases(fromCases);
    int to = input.afterCases(fromCases + seconds * rate);
    if (to == input.entries.size()) throw new IllegalArgumentException("the input is too short");
    double[] due = new double[to - from]; // seconds
    long cases = 0;
    for (int i = from; i < to; ++i) {
      due[i - from] = (double) cases / rate;
      cases += input.entries.get(i).cases();
    }
    double[] latencies = new double[to - from];
    try (CommitWatch watch = new CommitWatch(servers, group, topic, partitions);
        KafkaProducer<byte[], byte[]> producer = producer(0)) {
      while (!reached(watch.committed, input.ends(from))) watch.poll(SHORT);
      long start = System.nanoTime();
      Thread appending = new Thread(() -> appendWhenDue(producer, from, to, due, start));
      appending.start();
      waitForCommits(watch, from, to, due, latencies, start);
      appending.join();
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
    report(due, latencies, warmUpSeconds);
  }

  private void appendWhenDue(
      KafkaProducer<byte[], byte[]> producer, int from, int to, double[] due, long start) {
    for (int i = from; i < to; ++i) {
      while (since(start) < due[i - from]) LockSupport.parkNanos(PAUSE_NANOSECONDS);
      append(producer, input.entries.get(i));
    }
  }

  private void waitForCommits(CommitWatch watch, int from, int to, double[] due,
      double[] latencies, long start) {
    List<List<InputFile.Entry>> byPartition = byPartition(to);
    int[][] places = places(to);
    long[] ends = input.ends(to);
    long[] seen = input.ends(from);
    double deadline = due[due.length - 1] + LAG_SECONDS_MAX;
    while (!reached(watch.committed, ends)) {
      if (!watch.poll(SHORT)) {
        if (since(start) > deadline) throw new IllegalStateException("the lag does not end");
        continue;
      }
      double now = since(start);
      for (int i = 0; i < partitions; ++i) {
        long until = Math.min(watch.committed[i], byPartition.get(i).size());
        for (; seen[i] < until; ++seen[i]) {
          int place = places[i][(int) seen[i]] - from;
          latencies[place] = now - due[place];
        }
      }
    }
  }

  private static void report(double[] due, double[] latencies, long warmUpSeconds) {
    double[] sorted = new double[latencies.length];
    int size = 0;
    for (int i = 0; i < latencies.length; ++i) {
      if (due[i] >= warmUpSeconds) sorted[size++] = latencies[i] * 1000;
    }
    Arrays.sort(sorted, 0, size);
    for (double share : new double[] {0.5, 0.9, 0.99, 0.999, 1}) {
      System.out.printf("latency %s %.1f%n", share, sorted[(int) (share * (size - 1))]);
    }
    say("records", size);
  }

  private List<List<InputFile.Entry>> byPartition(int to) {
    List<List<InputFile.Entry>> lists = new ArrayList<>();
    for (int i = 0; i < partitions; ++i) lists.add(new ArrayList<>());
    for (InputFile.Entry entry : input.entries.subList(0, to)) {
      lists.get(entry.partition()).add(entry);
    }
    return lists;
  }

  // By partition and offset: which entry it is.
  private int[][] places(int to) {
    long[] ends = input.ends(to);
    int[][] places = new int[partitions][];
    for (int i = 0; i < partitions; ++i) places[i] = new int[(int) ends[i]];
    for (int i = 0; i < to; ++i) {
      InputFile.Entry entry = input.entries.get(i);
      places[entry.partition()][(int) entry.offset()] = i;
    }
    return places;
  }

  private static boolean reached(long[] committed, long[] ends) {
    for (int i = 0; i < ends.length; ++i) {
      if (committed[i] < ends[i]) return false;
    }
    return true;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void say(String word, long... numbers) {
    StringBuilder line = new StringBuilder(word);
    for (long number : numbers) line.append(' ').append(number);
    System.out.println(line);
    System.out.flush();
  }
}
