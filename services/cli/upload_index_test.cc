#include "cli/upload_index.h"

#include <gtest/gtest.h>

#include "common/dead_letter.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/embedded/embedded_log.h"
#include "stream/system_clock.h"
#include "stream/temporary_directory.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr PracticeId kPractice{1234};
const std::string kUpload(32, 'a');
const std::string kLater(32, 'b');

class UploadIndexTest : public ::testing::Test {
 protected:
  UploadIndexTest() {
    stream::EmbeddedLogOptions options;
    options.directory = directory_.path();
    options.clock = &clock_;
    log_ = stream::EmbeddedLog::open(options).value();
    std::vector<stream::TopicDefinition> topics;
    for (const std::string& name :
         {std::string(kUploadsTopic), std::string(kRegistryRecordsTopic),
          stream::dead_letter_topic(kRegistryRecordsTopic), std::string(kFindingsTopic)}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topic.partitions = 1;
      topics.push_back(topic);
    }
    QCDR_ASSERT(log_->ensure_topics(topics).is_ok());
    appender_ = log_->appender().value();
    index_ = UploadIndex::open(*log_).value();
  }

  stream::Appended append(const std::string& topic, const std::string& value,
                          std::vector<stream::Header> headers = {}) {
    return appender_
        ->append({topic, Partition(0), practice_key(kPractice), value, std::move(headers), {}})
        .value();
  }
  void receive(const std::string& id) {
    v1::Upload upload;
    upload.set_upload_id(id);
    upload.set_practice_id(kPractice.value());
    upload.set_performance_year(2022);
    upload.set_kind(v1::RECORD_KIND_OPT_OUT);
    append(kUploadsTopic, upload.SerializeAsString());
  }
  static std::string chunk(const std::string& id, std::uint32_t first, std::uint32_t rows) {
    v1::RegistryRecord record;
    record.mutable_chunk()->set_upload_id(id);
    record.mutable_chunk()->set_practice_id(kPractice.value());
    record.mutable_chunk()->set_first_ordinal(first);
    record.mutable_chunk()->set_row_count(rows);
    return record.SerializeAsString();
  }
  static std::string completed(const std::string& id, std::uint32_t rows) {
    v1::RegistryRecord record;
    record.mutable_upload_completed()->set_upload_id(id);
    record.mutable_upload_completed()->set_practice_id(kPractice.value());
    record.mutable_upload_completed()->set_row_count(rows);
    return record.SerializeAsString();
  }
  void find(const std::string& id, std::uint32_t code) {
    v1::FindingRecord record;
    record.mutable_finding()->set_upload_id(id);
    record.mutable_finding()->set_practice_id(kPractice.value());
    record.mutable_finding()->set_code(code);
    append(kFindingsTopic, record.SerializeAsString());
  }
  void judge(const std::string& id, bool refused) {
    v1::FindingRecord record;
    record.mutable_outcome()->set_upload_id(id);
    record.mutable_outcome()->set_practice_id(kPractice.value());
    record.mutable_outcome()->set_refused(refused);
    append(kFindingsTopic, record.SerializeAsString());
  }
  std::string stage(const std::string& id = kUpload) {
    EXPECT_TRUE(index_->read_on().is_ok());
    const auto found = index_->find(kPractice, id);
    return found ? std::string(upload_stage_name(found->stage)) : "none";
  }

  stream::TemporaryDirectory directory_;
  stream::SystemClock clock_;
  std::unique_ptr<stream::EmbeddedLog> log_;
  std::unique_ptr<stream::Appender> appender_;
  std::unique_ptr<UploadIndex> index_;
};

TEST_F(UploadIndexTest, FollowsAnUploadToItsEnd) {
  EXPECT_EQ(stage(), "none");
  receive(kUpload);
  EXPECT_EQ(stage(), "received");
  append(kRegistryRecordsTopic, chunk(kUpload, 0, 10));
  EXPECT_EQ(stage(), "validating");
  EXPECT_EQ(index_->find(kPractice, kUpload)->rows_on_log, 10U);
  append(kRegistryRecordsTopic, completed(kUpload, 10));
  EXPECT_EQ(stage(), "inWork");
  find(kUpload, 80001);
  judge(kUpload, false);
  EXPECT_EQ(stage(), "scored");
  EXPECT_EQ(index_->findings(*index_->find(kPractice, kUpload)).value().size(), 1U);
}

TEST_F(UploadIndexTest, RowsThatAreMissingParkIt) {
  receive(kUpload);
  append(kRegistryRecordsTopic, chunk(kUpload, 10, 10));
  EXPECT_EQ(stage(), "parked");
  append(kRegistryRecordsTopic, chunk(kUpload, 0, 20));
  EXPECT_EQ(stage(), "validating");
}

// What is laid aside waits for an operator; laid back it is in work again, whichever is read first.
TEST_F(UploadIndexTest, AParkedPracticeIsNotInWork) {
  receive(kUpload);
  const std::string value = completed(kUpload, 0);
  append(kRegistryRecordsTopic, value);
  EXPECT_EQ(stage(), "inWork");
  stream::Record record;
  record.topic = kRegistryRecordsTopic;
  record.partition = Partition(0);
  record.value = value;
  const stream::OutputRecord letter =
      make_parked_letter(record, "scoring", {kPractice, Offset(1), 1}, ledger::Poison::kMalformed);
  append(letter.topic, *letter.value, letter.headers);
  EXPECT_EQ(stage(), "parked");
  append(kRegistryRecordsTopic, value, {{kParkedHeader, "1234/1/1"}});
  EXPECT_EQ(stage(), "inWork");
  const auto anew = UploadIndex::open(*log_).value();
  ASSERT_TRUE(anew->read_on().is_ok());
  EXPECT_EQ(anew->find(kPractice, kUpload)->stage, UploadStage::kInWork);
}

TEST_F(UploadIndexTest, KnowsTheUploadBeforeAndNobodyElses) {
  receive(kUpload);
  judge(kUpload, false);
  receive(kLater);
  find(kUpload, 80001);
  find(kLater, 80002);
  judge(kLater, true);
  EXPECT_EQ(stage(kLater), "refused");
  const IndexedUpload later = *index_->find(kPractice, kLater);
  const auto before = index_->previous_of_kind(later);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->view.upload.upload_id(), kUpload);
  EXPECT_FALSE(index_->previous_of_kind(*before));
  const auto found = index_->findings(later).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code(), 80002U);
  EXPECT_FALSE(index_->find(PracticeId(4321), kUpload));
  EXPECT_TRUE(index_->of_practice(PracticeId(4321)).empty());
  EXPECT_EQ(index_->of_practice(kPractice).front().view.upload.upload_id(), kLater);
}

}  // namespace
}  // namespace qcdr
