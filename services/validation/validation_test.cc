// Uploads that are validated while appending fails: whatever fails, no row may be missing.
#include "validation/validation.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "common/dead_letter.h"
#include "common/topic_names.h"
#include "ingest/ingest.h"
#include "intake/testing_key_ring.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/embedded/embedded_log.h"
#include "stream/memory_blob_store.h"
#include "stream/system_clock.h"
#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

constexpr std::int32_t kPartitions = 4;
constexpr const char* kUploadLetters = "qcdr.internal.uploads.v1.dlq";
constexpr int kStepsMax = 10'000;
constexpr std::uint32_t kRows = 7'000;  // more than one slice of bytes

// When the N-th call of append_all fails, and whether its records are on the log all the same.
// Like a real producer, one that failed stays failed: a new one is needed.
struct Failure {
  int at = 0;  // 0: never
  bool written = false;
  int calls = 0;
  int members_fenced = 0;  // so many memberships end, one after the other
};

class FailingAppender final : public stream::Appender {
 public:
  FailingAppender(std::unique_ptr<stream::Appender> real, Failure& failure)
      : real_(std::move(real)), failure_(failure) {}
  Result<stream::Appended> append(stream::OutputRecord record) override {
    return real_->append(std::move(record));
  }
  Status append_all(std::vector<stream::OutputRecord> records) override {
    const Status failed(ErrorCode::kUnavailable, "records were not acknowledged in time");
    if (dead_) return failed;
    dead_ = ++failure_.calls == failure_.at;
    if (dead_ && !failure_.written) return failed;
    QCDR_RETURN_IF_ERROR(real_->append_all(std::move(records)));
    return dead_ ? failed : Status::ok();
  }

 private:
  std::unique_ptr<stream::Appender> real_;
  Failure& failure_;
  bool dead_ = false;
};

// A member that is fenced when it has asked a few times, and stays so.
class FencedMember final : public stream::Consumer {
 public:
  explicit FencedMember(std::unique_ptr<stream::Consumer> real) : real_(std::move(real)) {}
  Result<Assignment> assignment() override {
    if (++asked_ > kAskedMax) return Status(ErrorCode::kFenced, "another has the name");
    return real_->assignment();
  }
  Status seek(Partition partition, Offset next) override { return real_->seek(partition, next); }
  Result<std::vector<stream::Record>> poll(std::chrono::milliseconds wait,
                                           std::size_t records_max) override {
    return real_->poll(wait, records_max);
  }
  Result<Offset> committed(Partition partition) override { return real_->committed(partition); }
  Status commit(Partition partition, Offset next) override {
    return real_->commit(partition, next);
  }

 private:
  static constexpr int kAskedMax = 3;
  std::unique_ptr<stream::Consumer> real_;
  int asked_ = 0;
};

class FailingLog final : public stream::Log {
 public:
  FailingLog(stream::Log& real, Failure& failure) : real_(real), failure_(failure) {}
  Status ensure_topics(const std::vector<stream::TopicDefinition>& topics) override {
    return real_.ensure_topics(topics);
  }
  Result<std::int32_t> partition_count(const std::string& topic) override {
    return real_.partition_count(topic);
  }
  Result<std::unique_ptr<stream::Consumer>> join(const std::string& group, const std::string& topic,
                                                 const std::string& member_id) override {
    QCDR_ASSIGN_OR_RETURN(auto real, real_.join(group, topic, member_id));
    if (failure_.members_fenced-- <= 0) return real;
    return std::unique_ptr<stream::Consumer>(std::make_unique<FencedMember>(std::move(real)));
  }
  Result<std::unique_ptr<stream::TransactionalProducer>> transactional_producer(
      const std::string& transactional_id) override {
    return real_.transactional_producer(transactional_id);
  }
  Result<std::unique_ptr<stream::Appender>> appender() override {
    QCDR_ASSIGN_OR_RETURN(auto real, real_.appender());
    return std::unique_ptr<stream::Appender>(
        std::make_unique<FailingAppender>(std::move(real), failure_));
  }
  Result<std::unique_ptr<stream::Reader>> reader() override { return real_.reader(); }

 private:
  stream::Log& real_;
  Failure& failure_;
};

class Told final : public ValidationObserver {
 public:
  void on_chunk(v1::RecordKind kind, const RowVerdicts& rows) override {
    RowVerdicts& all = chunks[kind];
    all.clean += rows.clean;
    all.warned += rows.warned;
    all.failed += rows.failed;
  }
  void on_end(v1::RecordKind kind, UploadEnd end) override { ++ends[{kind, end}]; }
  void on_dead_letter(Partition, Offset offset) override { dead_letters.push_back(offset); }
  void on_waits(Partition, Offset offset, const Status&) override { waits.push_back(offset); }
  std::vector<Offset> waits;
  std::vector<Offset> dead_letters;
  std::map<v1::RecordKind, RowVerdicts> chunks;
  std::map<std::pair<v1::RecordKind, UploadEnd>, int> ends;
};

class ValidationTest : public ::testing::Test {
 protected:
  ValidationTest() {
    stream::EmbeddedLogOptions options;
    options.directory = directory_.path();
    options.clock = &clock_;
    auto opened = stream::EmbeddedLog::open(options);
    QCDR_ASSERT(opened.is_ok());
    embedded_ = std::move(opened).value();
    log_ = std::make_unique<FailingLog>(*embedded_, failure_);
    for (const std::string name : {kUploadsTopic, kRegistryRecordsTopic, kUploadLetters}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topic.partitions = kPartitions;
      topic.creation_time = true;
      QCDR_ASSERT(embedded_->ensure_topics({topic}).is_ok());
    }
  }

  void upload(const std::string& bytes, Channel channel = Channel::kPractice,
              const std::string& name = "") {
    auto ingest = Ingest::open({}, *embedded_, blobs_, keys_, stream::no_crash_points()).value();
    UploadRequest request;
    request.actor = "test";
    request.channel = channel;
    request.name = name;
    request.test_mode = true;
    // Each a second after the one before.
    request.received_at = Instant::from_milliseconds(
        Instant::parse("2022-12-05T10:15:00-06:00").value().milliseconds() + 1000 * ++received_);
    std::size_t begin = 0;
    const auto accepted =
        ingest->accept(request, [&](std::size_t bytes_max) -> Result<std::string> {
          const std::string slice = bytes.substr(begin, bytes_max);
          begin += slice.size();
          return slice;
        });
    ASSERT_TRUE(accepted.is_ok()) << accepted.status().to_string();
  }

  // Steps until nothing is left, as a service does that waits kUnavailable out.
  void run() {
    auto validation = Validation::open("0", *log_, blobs_, keys_, rulebook::Rulebook::built_in(),
                                       stream::no_crash_points(), nullptr, &told_)
                          .value();
    for (int step = 0; step < kStepsMax; ++step) {
      const auto worked = validation->step(std::chrono::milliseconds(0));
      if (!worked.is_ok()) {
        ASSERT_EQ(worked.status().code(), ErrorCode::kUnavailable);
        continue;
      }
      if (!worked.value() && validation->caught_up().value()) return;
    }
    FAIL() << "validation does not get on";
  }

  std::vector<v1::RegistryRecord> records() {
    std::vector<v1::RegistryRecord> all;
    auto reader = embedded_->reader().value();
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
      Offset from;
      for (;;) {
        const auto some =
            reader->read(kRegistryRecordsTopic, Partition(partition), from, 1000).value();
        if (some.empty()) break;
        for (const stream::Record& record : some) {
          from = next(record.offset);
          QCDR_ASSERT(all.emplace_back().ParseFromString(*record.value));
        }
      }
    }
    return all;
  }

  // Rows of each finished upload, by the fold's rule: what is folded is dropped, a gap parks.
  std::map<std::string, std::uint32_t> finished_uploads() {
    std::map<std::string, std::uint32_t> next_rows;
    std::map<std::string, std::uint32_t> finished;
    for (const v1::RegistryRecord& record : records()) {
      if (record.has_chunk()) {
        const v1::Chunk& chunk = record.chunk();
        std::uint32_t& next_row = next_rows[chunk.upload_id()];
        if (chunk.first_ordinal() > next_row) continue;
        next_row = std::max(next_row, chunk.first_ordinal() + chunk.row_count());
      } else if (record.has_upload_completed()) {
        const v1::UploadCompleted& completed = record.upload_completed();
        if (completed.row_count() != next_rows[completed.upload_id()]) continue;
        finished[completed.upload_id()] = completed.row_count();
      }
    }
    return finished;
  }

  stream::TemporaryDirectory directory_;
  stream::SystemClock clock_;
  stream::MemoryBlobStore blobs_;
  intake::TestingKeyRing keys_;
  Failure failure_;
  Told told_;
  int received_ = 0;
  std::unique_ptr<stream::EmbeddedLog> embedded_;
  std::unique_ptr<FailingLog> log_;
};

std::string consents(int practice, std::uint32_t rows) {
  std::string text = "practice_id,performance_year,tin,npi,action,signer_name,signed_at\n";
  for (std::uint32_t row = 0; row < rows; ++row) {
    text += std::to_string(practice) + ",2022,000654321,2000010068,GRANT,F,2022-12-01\n";
  }
  return text;
}

// What the file says of its signer changes nothing, and the bytes that a practice sent first do not
// stand in the way of the registry's.
TEST_F(ValidationTest, TheChannelSaysByWhatRightAnUploadSpeaks) {
  const std::string decision =
      "practice_id,performance_year,decides,verdict,decided_record,tin,npi,reason,officer_name,"
      "decided_at,officer_role\n"
      "1234,2022,LATE_RECORD,APPROVE,,000220001,,late,Dora Director,2022-12-05,REGISTRY_DIRECTOR\n";
  upload(decision);
  upload(decision, Channel::kRegistry);
  run();
  std::map<std::string, v1::Authority> chunks;
  std::map<std::string, v1::Authority> ends;
  for (const v1::RegistryRecord& record : records()) {
    if (record.has_chunk()) {
      chunks[record.chunk().upload_id()] = record.chunk().actor().authority();
    } else if (record.has_upload_completed()) {
      ends[record.upload_completed().upload_id()] = record.upload_completed().actor().authority();
    }
  }
  ASSERT_EQ(chunks.size(), 2u);
  EXPECT_EQ(chunks, ends);
  std::set<v1::Authority> authorities;
  for (const auto& [id, authority] : chunks) authorities.insert(authority);
  EXPECT_EQ(authorities, (std::set<v1::Authority>{v1::AUTHORITY_PRACTICE_ADMINISTRATOR,
                                                  v1::AUTHORITY_REGISTRY_OPERATOR}));
}

// Two ingests took it, or one whose acknowledgement was lost took it again. A stream that is sent
// again comes from somebody who wants to be heard.
TEST_F(ValidationTest, AFileThatStandsOnTheLogTwiceIsHeardOnce) {
  const auto chunks = [this] {
    std::size_t count = 0;
    for (const v1::RegistryRecord& record : records()) count += record.has_chunk();
    return count;
  };
  upload(consents(1234, 3), Channel::kPractice, "a.csv");
  upload(consents(1234, 4), Channel::kPractice, "b.csv");
  upload(consents(1234, 3), Channel::kPractice, "a.csv");
  run();
  EXPECT_EQ(chunks(), 2u);
  // Another process, which did not see the first.
  upload(consents(1234, 3), Channel::kPractice, "a.csv");
  run();
  EXPECT_EQ(chunks(), 2u);
  upload(consents(1234, 3), Channel::kPractice, "c.csv");
  run();
  EXPECT_EQ(chunks(), 3u);
  upload(consents(1234, 3));
  upload(consents(1234, 3));
  run();
  EXPECT_EQ(chunks(), 5u);
}

// Its practice's next file must not overtake it, and other practices have nothing to do with it.
TEST_F(ValidationTest, AnUploadOfALaterReleaseWaitsAndItsPracticeBehindIt) {
  constexpr std::uint32_t kWaiting = 1234;
  const Partition partition = practice_partition(PracticeId(kWaiting), kPartitions);
  const auto later = [&](const std::function<void(v1::Upload*)>& change) {
    const auto reader = embedded_->reader().value();
    stream::Record record = reader->read(kUploadsTopic, partition, Offset(), 1).value().at(0);
    v1::Upload upload;
    ASSERT_TRUE(upload.ParseFromString(*record.value));
    change(&upload);
    ASSERT_TRUE(embedded_->appender()
                    .value()
                    ->append({kUploadsTopic,
                              partition,
                              record.key,
                              upload.SerializeAsString(),
                              {},
                              record.timestamp})
                    .is_ok());
  };
  upload(consents(kWaiting, 3));
  later([](v1::Upload* upload) { upload->set_kind(static_cast<v1::RecordKind>(27)); });
  upload(consents(kWaiting, 4));
  later([](v1::Upload* upload) {
    upload->set_practice_id(1235);
    upload->set_format("zip+form-of-2031");
  });
  upload(consents(1236, 5));
  for (int life = 1; life <= 2; ++life) {
    auto validation = Validation::open("0", *log_, blobs_, keys_, rulebook::Rulebook::built_in(),
                                       stream::no_crash_points(), nullptr, &told_)
                          .value();
    Status end;
    for (int step = 0; step < kStepsMax && end.is_ok(); ++step) {
      const auto worked = validation->step(std::chrono::milliseconds(0));
      ASSERT_TRUE(worked.is_ok()) << worked.status().to_string();
      const auto caught_up = validation->caught_up();
      ASSERT_FALSE(caught_up.is_ok() && caught_up.value());
      end = caught_up.status();
    }
    EXPECT_EQ(end.code(), ErrorCode::kFailedPrecondition);
    EXPECT_NE(end.message().find("2 practices"), std::string::npos) << end.message();
    EXPECT_NE(end.message().find("qcdr.v1.Upload.kind is 27"), std::string::npos);
    EXPECT_EQ(validation->progress().value().places.at(partition).committed, Offset(1));
    EXPECT_EQ(validation->progress().value().uploads, 3u);
    EXPECT_EQ(told_.waits.size(), 2u * static_cast<std::size_t>(life));
  }
  std::multiset<std::uint32_t> rows;
  for (const auto& [id, count] : finished_uploads()) rows.insert(count);
  EXPECT_EQ(rows, (std::multiset<std::uint32_t>{3, 5}));
}

// What was polled and begun is met again after an error, and is no repeat of itself.
TEST_F(ValidationTest, AFileIsNoRepeatOfItself) {
  upload(consents(1234, kRows), Channel::kPractice, "a.csv");
  failure_.at = 2;
  ASSERT_NO_FATAL_FAILURE(run());
  const auto finished = finished_uploads();
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished.begin()->second, kRows);
}

TEST_F(ValidationTest, EveryUploadIsFinishedWithAllItsRows) {
  upload(consents(1234, kRows));
  upload(consents(1235, 3));
  run();
  const auto finished = finished_uploads();
  ASSERT_EQ(finished.size(), 2u);
  std::uint32_t rows = 0;
  for (const auto& [id, count] : finished) rows += count;
  EXPECT_EQ(rows, kRows + 3);
  EXPECT_GE(failure_.calls, 4);  // or the test below looks at too little
}

TEST_F(ValidationTest, WhatCannotBeReadIsLaidAsideAndLaidBackKeepsItsReceipt) {
  const Partition partition = practice_partition(PracticeId(1234), kPartitions);
  const Instant received = Instant::parse("2022-12-01T10:00:00-06:00").value();
  ASSERT_TRUE(embedded_->appender()
                  .value()
                  ->append({kUploadsTopic, partition, "1234", "\x0a\xff", {}, received})
                  .is_ok());
  upload(consents(1234, 3));
  run();
  EXPECT_EQ(finished_uploads().size(), 1u);  // what stands behind it goes on
  EXPECT_EQ(told_.dead_letters, std::vector<Offset>{Offset(0)});
  const auto reader = embedded_->reader().value();
  auto letters = reader->read(kUploadLetters, partition, Offset(), 10).value();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].value, "\x0a\xff");
  EXPECT_EQ(read_dead_letter(letters[0]).value().timestamp, received);

  // As if a later program could read it: here another file of the practice.
  upload(consents(1234, 5));
  const auto uploads = reader->read(kUploadsTopic, partition, Offset(), 10).value();
  ASSERT_EQ(uploads.size(), 3u);
  letters[0].value = uploads[2].value;
  stream::OutputRecord back = lay_back(letters[0], false).value();
  back.timestamp = Instant::parse("2023-03-01T10:00:00-06:00").value();
  ASSERT_TRUE(embedded_->appender().value()->append(back).is_ok());
  run();
  std::set<Instant> receipts;
  for (const v1::RegistryRecord& record : records()) {
    if (record.has_chunk() && record.chunk().row_count() == 5) {
      receipts.insert(Instant::from_milliseconds(record.chunk().received_at()));
    }
  }
  EXPECT_TRUE(receipts.contains(received));
  EXPECT_FALSE(receipts.contains(*back.timestamp));
}

TEST_F(ValidationTest, TellsWhatItReadAndWhatIsLeft) {
  upload(consents(1234, 3));
  upload(consents(1235, 2) + "this row has too few fields\n");
  auto validation = Validation::open("0", *log_, blobs_, keys_, rulebook::Rulebook::built_in(),
                                     stream::no_crash_points(), nullptr, &told_)
                        .value();
  ASSERT_TRUE(validation->step(std::chrono::milliseconds(0)).is_ok());
  const Validation::Progress begun = validation->progress().value();
  EXPECT_EQ(begun.uploads, 2u);
  EXPECT_EQ(begun.places.size(), static_cast<std::size_t>(kPartitions));
  const Instant before = Instant::parse("2022-12-05T10:15:00-06:00").value();
  std::int64_t lag = 0;
  std::set<std::int64_t> seconds_after;
  for (const auto& [partition, place] : begun.places) {
    lag += place.end.value() - place.committed.value();
    if (place.end == place.committed) continue;
    ASSERT_TRUE(place.oldest);
    seconds_after.insert((place.oldest->milliseconds() - before.milliseconds()) / 1000);
  }
  EXPECT_EQ(seconds_after, (std::set<std::int64_t>{1, 2}));
  EXPECT_EQ(lag, 2);
  while (!validation->caught_up().value()) {
    ASSERT_TRUE(validation->step(std::chrono::milliseconds(0)).is_ok());
  }
  EXPECT_EQ(validation->progress().value().uploads, 0u);
  const RowVerdicts& rows = told_.chunks.at(v1::RECORD_KIND_INDIVIDUAL_CONSENT);
  EXPECT_EQ(rows.clean + rows.warned + rows.failed, 6u);
  EXPECT_GE(rows.failed, 1u);
  const auto end = std::pair(v1::RECORD_KIND_INDIVIDUAL_CONSENT, UploadEnd::kCompleted);
  EXPECT_EQ(told_.ends, (std::map<std::pair<v1::RecordKind, UploadEnd>, int>{{end, 2}}));
}

TEST_F(ValidationTest, AMemberThatIsFencedIsReplaced) {
  upload(consents(1234, kRows));
  failure_.members_fenced = 3;
  ASSERT_NO_FATAL_FAILURE(run());
  EXPECT_LT(failure_.members_fenced, 0);
  const auto finished = finished_uploads();
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished.begin()->second, kRows);
}

TEST_F(ValidationTest, FencedAgainAndAgainItGivesUp) {
  failure_.members_fenced = 100;
  auto validation = Validation::open("0", *log_, blobs_, keys_, rulebook::Rulebook::built_in(),
                                     stream::no_crash_points(), nullptr)
                        .value();
  Status status;
  for (int step = 0; step < kStepsMax && status.code() != ErrorCode::kFenced; ++step) {
    status = validation->step(std::chrono::milliseconds(0)).status();
  }
  EXPECT_EQ(status.code(), ErrorCode::kFenced);
  EXPECT_EQ(failure_.members_fenced, 95);
}

class FailedAppend : public ValidationTest,
                     public ::testing::WithParamInterface<std::tuple<int, bool>> {};

TEST_P(FailedAppend, LosesNoRow) {
  upload(consents(1234, kRows));
  upload(consents(1235, 3));
  failure_.at = std::get<0>(GetParam());
  failure_.written = std::get<1>(GetParam());
  ASSERT_NO_FATAL_FAILURE(run());
  const auto finished = finished_uploads();
  ASSERT_EQ(finished.size(), 2u);
  std::uint32_t rows = 0;
  for (const auto& [id, count] : finished) rows += count;
  EXPECT_EQ(rows, kRows + 3);
}
INSTANTIATE_TEST_SUITE_P(EachCall, FailedAppend,
                         ::testing::Combine(::testing::Values(1, 2, 3, 4), ::testing::Bool()));

TEST_F(ValidationTest, ControllerNamesItselfAndRepeatsWhatCouldNotBeAppended) {
  const Instant after = Instant::parse("2023-02-01T12:00:00-06:00").value();
  failure_.at = 2;
  auto controller = Controller::open(*log_, rulebook::Rulebook::built_in()).value();
  EXPECT_EQ(controller->time_is(after).code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(controller->time_is(after).is_ok());
  std::map<std::string, int> copies;
  for (const v1::RegistryRecord& record : records()) {
    ASSERT_TRUE(record.has_control());
    EXPECT_EQ(record.control().actor().authority(), v1::AUTHORITY_SYSTEM);
    EXPECT_FALSE(record.control().actor().subject().empty());
    ++copies[record.control().event_id()];
  }
  EXPECT_GT(copies.size(), 2u);
  for (const auto& [event, count] : copies) EXPECT_GE(count, kPartitions) << event;
}

// Every year's, each once and at its own instant, whatever steps the clock takes.
TEST_F(ValidationTest, ControllerAnnouncesTheDeadlinesOfEveryYear) {
  const rulebook::Rulebook& book = rulebook::Rulebook::built_in();
  auto controller = Controller::open(*log_, book).value();
  for (const char* now :
       {"2020-02-29T12:00:00-06:00", "2021-03-31T20:00:00-04:00", "2021-03-31T20:00:01-04:00",
        "2024-02-29T00:00:00-06:00", "2028-01-01T00:00:00Z"}) {
    ASSERT_TRUE(controller->time_is(Instant::parse(now).value()).is_ok());
  }
  std::map<std::string, std::int64_t> due;
  std::map<std::string, int> copies;
  for (const v1::RegistryRecord& record : records()) {
    const v1::ControlRecord& control = record.control();
    ++copies[control.event_id()];
    due[control.event_id()] = control.due_at();
  }
  std::size_t wanted = 0;
  for (const PerformanceYear year : book.years()) {
    for (const rulebook::Deadline& deadline : book.find_year(year)->deadlines()) {
      ++wanted;
      const std::string id = "deadline/" + std::to_string(year.value()) + "/" + deadline.name;
      EXPECT_EQ(copies[id], kPartitions) << id;
      EXPECT_EQ(due[id], deadline.passes_at.milliseconds()) << id;
    }
  }
  EXPECT_EQ(copies.size(), wanted);
  EXPECT_GE(wanted, 8u * 14u);
}

TEST_F(ValidationTest, AHeartbeatIsInEveryPartitionAndSaysWhenItWasSent) {
  auto controller = Controller::open(*log_, rulebook::Rulebook::built_in()).value();
  EXPECT_EQ(controller->announced(), std::nullopt);
  const Instant season = Instant::parse("2022-12-05T10:15:00-06:00").value();
  const Instant sent = Instant::from_milliseconds(season.milliseconds() + 1);
  ASSERT_TRUE(controller->time_is(season).is_ok());
  EXPECT_EQ(controller->announced(), season);
  ASSERT_TRUE(controller->heartbeat(season, sent).is_ok());
  ASSERT_TRUE(controller->heartbeat(season).is_ok());
  int told = 0;
  int untold = 0;
  for (const v1::RegistryRecord& record : records()) {
    if (!record.control().has_heartbeat()) continue;
    EXPECT_EQ(record.control().due_at(), season.milliseconds());
    EXPECT_TRUE(record.control().event_id().empty());
    if (record.control().heartbeat().sent_at() == 0) ++untold;
    if (record.control().heartbeat().sent_at() == sent.milliseconds()) ++told;
  }
  EXPECT_EQ(told, kPartitions);
  EXPECT_EQ(untold, kPartitions);
}

}  // namespace
}  // namespace qcdr
