package qcdr.interop;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import qcdr.v1.Contribution.EntityContribution;
import qcdr.v1.FindingOuterClass.FindingRecord;
import qcdr.v1.ReadinessOuterClass.Readiness;
import qcdr.v1.RegistryRecordOuterClass.RegistryRecord;
import qcdr.v1.ScoreProjectionOuterClass.ScoreProjection;
import qcdr.v1.UploadOuterClass.Upload;

/** The topics that carry events, and what docs/kafka.md promises of each. */
enum Topic {
  UPLOADS("qcdr.internal.uploads.v1", Upload.getDefaultInstance(), false),
  REGISTRY_RECORDS(
      "qcdr.internal.registry-records.v1", RegistryRecord.getDefaultInstance(), false),
  CONTRIBUTIONS(
      "qcdr.internal.entity-contributions.v1", EntityContribution.getDefaultInstance(), true),
  FINDINGS("qcdr.public.findings.v1", FindingRecord.getDefaultInstance(), true),
  SCORE_PROJECTIONS(
      "qcdr.public.score-projections.v1", ScoreProjection.getDefaultInstance(), true),
  READINESS("qcdr.public.readiness.v1", Readiness.getDefaultInstance(), true);

  private static final String DEADLINE_MARK = "deadline/";

  final String topicName;
  final Message message;
  /** Written by the fold, with a version. */
  final boolean output;

  Topic(String topicName, Message message, boolean output) {
    this.topicName = topicName;
    this.message = message;
    this.output = output;
  }

  /** What is said of an entity, which a release with another contract says again. */
  boolean ofEntities() {
    return this == SCORE_PROJECTIONS || this == READINESS;
  }

  String typeName() {
    return message.getDescriptorForType().getFullName();
  }

  Parser<? extends Message> parser() {
    return message.getParserForType();
  }

  /**
   * What the partition is computed from: the practice id, which a longer key begins with. Nothing of
   * what is written into every partition: a deadline's marks among the contributions.
   */
  String partitionedBy(String key) {
    if (this == CONTRIBUTIONS && key.startsWith(DEADLINE_MARK)) return "";
    int slash = key.indexOf('/');
    return slash < 0 ? key : key.substring(0, slash);
  }
}
