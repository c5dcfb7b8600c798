package qcdr.interop;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import qcdr.v1.FindingOuterClass.FindingRecord;
import qcdr.v1.ReadinessOuterClass.Readiness;
import qcdr.v1.ScoreProjectionOuterClass.ScoreProjection;

/** A program downstream: reads every topic of a season that the binary wrote, and checks it. */
public final class SeasonReader {
  private final Checks checks = new Checks();
  private final Map<Topic, List<ConsumerRecord<byte[], byte[]>>> read = new EnumMap<>(Topic.class);

  /**
   * Arguments: bootstrap servers, file for lines of JSON, and "later" when a later release wrote
   * some of it. Ends with 1 when a check failed.
   */
  public static void main(String[] arguments) throws IOException {
    SeasonReader reader = new SeasonReader();
    reader.look(arguments[0], arguments.length > 2 && arguments[2].equals("later"));
    try (Writer output = Files.newBufferedWriter(Path.of(arguments[1]))) {
      RowWriter rows = new RowWriter(output);
      reader.entities(rows);
      reader.findings(rows);
    }
    System.err.println(reader.checks.summary());
    System.exit(reader.checks.failed() == 0 ? 0 : 1);
  }

  private void look(String servers, boolean later) throws InvalidProtocolBufferException {
    try (TopicReader reader = new TopicReader(servers)) {
      for (Topic topic : Topic.values()) {
        read.put(topic, reader.everything(topic.topicName));
        RecordChecks records = new RecordChecks(checks, topic, read.get(topic), later);
        int partitions = reader.partitions(topic.topicName);
        records.partitions(partitions);
        records.headers(partitions);
        records.messages();
      }
    }
  }

  private void entities(RowWriter rows) throws IOException {
    Map<String, ScoreProjection> projections = LatestMessages.of(
        read.get(Topic.SCORE_PROJECTIONS), ScoreProjection.class, Topic.SCORE_PROJECTIONS,
        ScoreProjection::getVersion, checks);
    Map<String, Readiness> readiness = LatestMessages.of(read.get(Topic.READINESS),
        Readiness.class, Topic.READINESS, Readiness::getVersion, checks);
    checks.check("an entity has both a projection and readiness, or none: " + projections.size(),
        projections.keySet().equals(readiness.keySet()), readiness.size() + " have readiness");
    for (Map.Entry<String, ScoreProjection> entity : projections.entrySet()) {
      rows.entity(entity.getValue(), readiness.getOrDefault(entity.getKey(),
          Readiness.getDefaultInstance()));
    }
  }

  private void findings(RowWriter rows) throws IOException {
    Map<String, Map<Integer, Integer>> published = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read.get(Topic.FINDINGS)) {
      FindingRecord finding = FindingRecord.parseFrom(record.value());
      switch (finding.getBodyCase()) {
        case FINDING:
          published.computeIfAbsent(finding.getFinding().getUploadId(), id -> new TreeMap<>())
              .merge(finding.getFinding().getCode(), 1, Integer::sum);
          break;
        case OUTCOME:
          rows.outcome(finding.getOutcome());
          break;
        default:
          break;
      }
    }
    for (Map.Entry<String, Map<Integer, Integer>> upload : published.entrySet()) {
      for (Map.Entry<Integer, Integer> code : upload.getValue().entrySet()) {
        rows.findings(upload.getKey(), code.getKey(), code.getValue());
      }
    }
  }
}
