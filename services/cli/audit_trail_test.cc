// Chains of audit records and what is missing in them, and states at deadlines compared.
#include "cli/audit_trail.h"

#include <gtest/gtest.h>

#include "cli/deadline_verdicts.h"
#include "common/topic_names.h"
#include "core/crypto.h"
#include "qcdr/v1/audit.pb.h"
#include "qcdr/v1/progress.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/sim/sim_log.h"

namespace qcdr {
namespace {

class AuditTrailTest : public testing::Test {
 protected:
  AuditTrailTest() {
    std::vector<stream::TopicDefinition> topics;
    for (const char* name : {kUploadsTopic, kRegistryRecordsTopic, kEntityContributionsTopic,
                             kProgressTopic, kAuditTopic}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topics.push_back(topic);
    }
    EXPECT_TRUE(broker_.ensure_topics(topics).is_ok());
  }

  void append(const char* topic, const std::string& key, std::string value) {
    ASSERT_TRUE(
        broker_.append({topic, Partition(0), key, std::move(value), {}, std::nullopt}).is_ok());
  }
  void pass(const std::string& name) {
    v1::RegistryRecord record;
    record.mutable_control()->set_event_id(name);
    record.mutable_control()->mutable_deadline_passed()->set_deadline(name);
    append(kRegistryRecordsTopic, "", record.SerializeAsString());
    ++passed_;
  }
  // Everything below is folded.
  void commit(std::int64_t next) {
    v1::ProgressMarker marker;
    marker.set_group(kScoringGroup);
    marker.set_topic(kRegistryRecordsTopic);
    marker.set_next_offset(next);
    append(kProgressTopic, "0", marker.SerializeAsString());
  }
  // The next record of the chain, of the deadline at `offset`.
  v1::AuditRecord next_record(const std::string& name, std::int64_t offset) {
    v1::AuditRecord audit;
    audit.set_writer("scoring-0.9.0");
    audit.set_sequence(++sequence_);
    audit.set_previous_sha256(previous_);
    audit.set_performance_year(2022);
    v1::AuditedStateDigest& state = *audit.mutable_state_digest();
    state.set_generation(9);
    state.set_offset(offset);
    state.set_event_id(name);
    state.set_deadline(name);
    StateDigest digest;
    digest.add_item(name);
    state.set_digest(digest.bytes());
    return audit;
  }
  void write(const v1::AuditRecord& audit) {
    const std::string value = audit.SerializeAsString();
    previous_ = std::string(view(sha256(value)));
    append(kAuditTopic, audit.writer(), value);
  }
  AuditTrail read() {
    const auto log = LogView::over(log_);
    EXPECT_TRUE(log.is_ok());
    auto trail = AuditTrail::read(*log.value());
    EXPECT_TRUE(trail.is_ok()) << trail.status().to_string();
    return std::move(trail).value();
  }
  // The one break that there is.
  std::string broken() {
    const AuditTrail trail = read();
    EXPECT_EQ(trail.breaks().size(), 1u);
    return trail.breaks().empty() ? "" : trail.breaks().front();
  }

  stream::SimWorld calm_;
  stream::SimClock clock_{Instant::from_milliseconds(1'660'000'000'000)};
  stream::SimBroker broker_{calm_, clock_};
  stream::SimProcess process_;
  stream::SimLog log_{broker_, process_};
  std::uint64_t sequence_ = 0;
  std::string previous_ = std::string(32, '\0');
  std::int64_t passed_ = 0;
};

TEST_F(AuditTrailTest, AWholeChainHasNoBreaks) {
  for (const char* name : {"a", "b"}) {
    pass(name);
    write(next_record(name, passed_ - 1));
  }
  commit(passed_);
  const AuditTrail trail = read();
  EXPECT_TRUE(trail.breaks().empty());
  EXPECT_EQ(trail.records(), 2u);
  EXPECT_EQ(trail.writers(), 1u);
  ASSERT_EQ(trail.states().size(), 2u);
  EXPECT_EQ(trail.states()[1].event_id, "b");
  EXPECT_EQ(trail.states()[1].generation, Generation(9));
}

TEST_F(AuditTrailTest, ARecordThatIsMissingInTheMiddleIsTold) {
  write(next_record("a", 0));
  next_record("b", 1);
  write(next_record("c", 2));
  EXPECT_NE(broken().find("number 3: number 2 is missing"), std::string::npos) << broken();
}

TEST_F(AuditTrailTest, ARecordThatWasChangedIsTold) {
  v1::AuditRecord first = next_record("a", 0);
  previous_ = std::string(view(sha256(first.SerializeAsString())));
  const v1::AuditRecord second = next_record("b", 1);
  first.set_recorded_at(1);
  write(first);
  write(second);
  EXPECT_NE(broken().find("number 2: the record before it is not"), std::string::npos) << broken();
}

// The end of a chain is missing: nothing but the deadlines themselves can show it.
TEST_F(AuditTrailTest, ADeadlineOfWhichNothingWasWrittenIsTold) {
  pass("before-anything-was-folded");
  pass("a");
  write(next_record("a", 1));
  pass("b");
  pass("a");  // a repeat, and one of what came before anything
  pass("before-anything-was-folded");
  pass("not-folded-yet");
  commit(5);
  EXPECT_NE(broken().find("record 2: nothing was written at b"), std::string::npos) << broken();
}

TEST_F(AuditTrailTest, BytesThatAreNoRecordAreTold) {
  append(kAuditTopic, "x", "\xff\xff");
  EXPECT_NE(broken().find("cannot be decoded"), std::string::npos);
}

StateAtDeadline state(const char* event, int partition, std::uint32_t generation,
                      const char* content) {
  StateAtDeadline made;
  made.event_id = made.deadline = event;
  made.partition = made.source = Partition(partition);
  made.generation = Generation(generation);
  made.digest.add_item(content);
  return made;
}

TEST(DeadlineVerdicts, TheNewestGenerationThatWroteCounts) {
  const std::vector<StateAtDeadline> written = {state("a", 0, 1, "x"), state("a", 0, 2, "y"),
                                                state("a", 1, 1, "z")};
  const auto verdicts = compare_states(written, {state("a", 0, 3, "y"), state("a", 1, 3, "other"),
                                                 state("a", 2, 3, "nobody wrote of it")});
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_EQ(verdicts[0].compared, 2u);
  EXPECT_EQ(verdicts[0].unwritten, 1u);
  EXPECT_FALSE(verdicts[0].is_equal());
  ASSERT_EQ(verdicts[0].differences.size(), 1u);
  const std::string words = difference_words(verdicts[0].differences[0]);
  EXPECT_TRUE(words.starts_with("partition 1: generation 1 wrote ")) << words;
  EXPECT_NE(words.find("generation 3 makes "), std::string::npos) << words;
}

TEST(DeadlineVerdicts, SourcesOfTheSecondStageAddUp) {
  StateAtDeadline first = state("a", 0, 1, "x");
  StateAtDeadline second = state("a", 0, 1, "y");
  first.of_entities = second.of_entities = true;
  second.source = Partition(7);
  const auto merged = without_sources({first, second});
  ASSERT_EQ(merged.size(), 1u);
  EXPECT_EQ(merged[0].source, kEverySource);
  StateDigest both;
  both.add_item("x");
  both.add_item("y");
  EXPECT_EQ(merged[0].digest, both);
  EXPECT_EQ(sums_of({first, second})[0].entities, both);
}

}  // namespace
}  // namespace qcdr
