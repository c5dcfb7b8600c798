// The program batch_fold on an embedded log: what it prints, and what it notices about outputs.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>

#include "batch_result.h"
#include "common/chunk_seal.h"
#include "common/file_key_ring.h"
#include "common/topic_names.h"
#include "generated_season.h"
#include "qcdr/v1/score_projection.pb.h"
#include "stream/embedded/embedded_log.h"
#include "stream/system_clock.h"
#include "stream/temporary_directory.h"

namespace qcdr::batch {
namespace {

constexpr std::int32_t kPartitions = 4;

struct Ran {
  int code = -1;
  std::string output;
  std::string first_line() const { return output.substr(0, output.find('\n')); }
};

class BatchFold : public ::testing::Test {
 protected:
  void SetUp() override {
    FileKeyRing::Options ring;
    ring.directory = directory_.path() + "/keys";
    keys_ = FileKeyRing::open(ring).value();
    open_log();
    std::vector<stream::TopicDefinition> topics;
    for (const char* name : {kRegistryRecordsTopic, kFindingsTopic, kScoreProjectionsTopic}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topic.partitions = kPartitions;
      topics.push_back(topic);
    }
    ASSERT_TRUE(log_->ensure_topics(topics).is_ok());
    write_season();
  }

  void open_log() {
    stream::EmbeddedLogOptions options;
    options.directory = directory_.path() + "/log";
    options.clock = &clock_;
    log_ = stream::EmbeddedLog::open(options).value();
  }

  void append(const char* topic, PracticeId practice, const std::string& key,
              const std::optional<std::string>& value, std::vector<stream::Header> headers = {}) {
    stream::OutputRecord record;
    record.topic = topic;
    record.partition = practice_partition(practice, kPartitions);
    record.key = key;
    record.value = value;
    record.headers = std::move(headers);
    ASSERT_TRUE(log_->appender().value()->append(std::move(record)).is_ok());
  }

  void append(PracticeId practice, const v1::RegistryRecord& record) {
    append(kRegistryRecordsTopic, practice, practice_key(practice), record.SerializeAsString());
  }

  void write_season() {
    generate::Options options;
    options.practices = 2;
    options.clinicians_per_practice = 12;
    options.cases_per_practice = 200;
    ChunkTaker taker;
    taker.chunk = [&](const v1::Chunk& chunk, const v1::ChunkRows& rows) {
      v1::RegistryRecord record;
      *record.mutable_chunk() = chunk;
      ASSERT_TRUE(seal_chunk(*keys_, rows, record.mutable_chunk()).is_ok());
      append(PracticeId(chunk.practice_id()), record);
      history_.add_chunk(chunk, rows);
    };
    taker.completed = [&](const v1::UploadCompleted& completed) {
      v1::RegistryRecord record;
      *record.mutable_upload_completed() = completed;
      append(PracticeId(completed.practice_id()), record);
      history_.add_completion(completed);
    };
    read_generated_season(options, taker);
  }

  BatchResult expected() const {
    return run(history_, rulebook::Rulebook::built_in(), keys_->entity_key()).value();
  }

  // As the pipeline would, with the batch program's own scores.
  void publish(const EntityScore& score, std::int64_t offset, const std::string& id) {
    v1::ScoreProjection message;
    message.mutable_version()->set_generation(1);
    message.mutable_version()->set_offset(offset);
    message.set_group(score.group);
    message.set_final_score(score.final_score);
    message.set_cases_counted(score.counted);
    message.set_cases_held(score.held);
    const PracticeYear at = score.practice_year;
    append(kScoreProjectionsTopic, at.practice,
           std::to_string(at.practice.value()) + "/" + std::to_string(at.year.value()) + "/" +
               score.entity.to_hex(),
           message.SerializeAsString(), {{"ce_id", id}});
  }
  void publish_all(const std::vector<EntityScore>& scores) {
    for (const EntityScore& score : scores) {
      ++offset_;
      publish(score, offset_, "id-" + std::to_string(offset_));
    }
  }

  Ran run_program(const std::string& flags) {
    log_.reset();  // one process at a time
    const std::string command = std::string(QCDR_BATCH_FOLD) + " --log " + directory_.path() +
                                "/log --keys " + directory_.path() + "/keys " + flags + " 2>&1";
    Ran ran;
    std::FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer;
    for (std::size_t size; (size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      ran.output.append(buffer.data(), size);
    }
    const int status = pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    open_log();
    return ran;
  }

  stream::TemporaryDirectory directory_;
  stream::SystemClock clock_;
  std::unique_ptr<FileKeyRing> keys_;
  std::unique_ptr<stream::EmbeddedLog> log_;
  History history_;
  std::int64_t offset_ = 0;
};

TEST_F(BatchFold, PrintsDigestAndScores) {
  const BatchResult result = expected();
  const Ran ran = run_program("--scores");
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_EQ(ran.first_line(), result.digest.to_hex());
  EXPECT_EQ(static_cast<std::size_t>(std::count(ran.output.begin(), ran.output.end(), '\n')),
            result.scores.size() + 1);
  const Ran json = run_program("--json --scores");
  EXPECT_EQ(json.code, 0);
  EXPECT_NE(json.output.find("\"digest\":\"" + result.digest.to_hex()), std::string::npos);
}

TEST_F(BatchFold, ForgetsAPracticeYearWhoseKeyWasDestroyed) {
  const PracticeId first(1001);
  v1::RegistryRecord record;
  record.mutable_control()->set_event_id("destroyed");
  record.mutable_control()->set_performance_year(2022);
  record.mutable_control()->mutable_key_destroyed()->set_practice_id(first.value());
  append(first, record);
  History rest = history_;
  rest.forget({first, PerformanceYear(2022)});
  const BatchResult wanted = run(rest, rulebook::Rulebook::built_in(), keys_->entity_key()).value();
  EXPECT_EQ(run_program("").first_line(), wanted.digest.to_hex());
}

TEST_F(BatchFold, ProjectionsThatAgree) {
  const BatchResult result = expected();
  publish_all(result.scores);
  publish_all(result.scores);  // newer versions of the same
  const Ran ran = run_program("--check-projections");
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_NE(ran.output.find(std::to_string(result.scores.size()) + " projections agree"),
            std::string::npos);
}

TEST_F(BatchFold, NoticesAWrongScore) {
  std::vector<EntityScore> scores = expected().scores;
  scores[3].final_score += 1;
  publish_all(scores);
  EXPECT_EQ(run_program("--check-projections").code, 3);
}

TEST_F(BatchFold, NoticesAMissingProjection) {
  std::vector<EntityScore> scores = expected().scores;
  scores.pop_back();
  publish_all(scores);
  EXPECT_EQ(run_program("--check-projections").code, 3);
}

TEST_F(BatchFold, NoticesAnOutputIdThatStandsTwice) {
  publish_all(expected().scores);
  publish(expected().scores[0], ++offset_, "id-1");
  const Ran ran = run_program("--check-projections");
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.output.find("output id twice: id-1"), std::string::npos);
}

TEST_F(BatchFold, NoticesAVersionThatDoesNotIncrease) {
  publish_all(expected().scores);
  publish(expected().scores[0], 1, "another");
  const Ran ran = run_program("--check-projections");
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.output.find("do not increase"), std::string::npos);
}

TEST_F(BatchFold, RefusesWrongUse) {
  EXPECT_EQ(run_program("--broker localhost:1").code, 2);
  EXPECT_EQ(run_program("--nonsense").code, 2);
}

}  // namespace
}  // namespace qcdr::batch
