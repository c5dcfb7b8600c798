#include "submission/submission_sender.h"

#include <gtest/gtest.h>

#include "common/document_seal.h"
#include "common/topic_names.h"
#include "core/findings_seen_test.h"
#include "intake/testing_key_ring.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/sim/sim_log.h"
#include "stream/sim/sim_stores.h"
#include "submission/testing_cms.h"

namespace qcdr {
namespace {

using submission::AttemptState;
using submission::CmsClient;
using submission::PermitAnswer;
using submission::testing_payload;
using submission::TestingCms;
using v1::SubmissionReceipt;

constexpr std::uint32_t kPractice = 1234;
constexpr const char* kTin = "000456789";
constexpr const char* kKey = "656e746974792d3132/2022/quality";

class SubmissionSenderTest : public ::testing::Test, public submission::SendPoints {
 protected:
  struct Killed {};

  SubmissionSenderTest() {
    std::vector<stream::TopicDefinition> topics;
    for (const std::string& name :
         {std::string(kSubmissionDocumentsTopic), std::string(kRegistryRecordsTopic),
          std::string(kSubmissionDocumentsTopic) + ".dlq"}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topic.partitions = 2;
      topics.push_back(topic);
    }
    EXPECT_TRUE(broker_.ensure_topics(topics).is_ok());
    settings_ = built_in_cms_settings().value();
    settings_.use = "preview";
    start();
  }

  // Another life of the process, over the same log and disk.
  void start() {
    sender_.reset();
    stores_.reset();
    processes_.push_back(std::make_unique<stream::SimProcess>());
    stream::SimProcess& process = *processes_.back();
    log_ = std::make_unique<stream::SimLog>(broker_, process);
    stores_ = std::make_unique<stream::SimStores>(world_, process, disk_);
    const auto make_client = [this]() -> Result<std::unique_ptr<submission::CmsCalls>> {
      ++clients_;
      return std::unique_ptr<submission::CmsCalls>(std::make_unique<CmsClient>(
          submission::CmsEndpoint{"https://cms.example", 100}, "token", cms_,
          [this] { reached(submission::SendPoint::kRequestSent); }));
    };
    auto sender =
        SubmissionSender::open("0", {settings_, *log_, *stores_, keys_, make_client, check_, *this,
                                     clock_, metrics_, [this](PerformanceYear) { return window_; },
                                     [](std::uint64_t below) { return below - 1; }});
    ASSERT_TRUE(sender.is_ok()) << sender.status().to_string();
    sender_ = std::move(sender).value();
  }

  void reached(submission::SendPoint point) override {
    if (kill_at_ != point || --kill_visits_ > 0) return;
    kill_at_.reset();
    throw Killed();
  }

  void append(const std::string& value) {
    ASSERT_TRUE(
        broker_.append({kSubmissionDocumentsTopic, Partition(1), kKey, value, {}, std::nullopt})
            .is_ok());
  }
  v1::SubmissionDocumentRecord freeze(const std::string& id, std::int64_t version, int value,
                                      const std::string& tin = kTin) {
    v1::SubmissionDocumentRecord record;
    v1::SubmissionDocument& document = *record.mutable_document();
    document.set_document_id(id);
    document.mutable_version()->set_offset(version);
    document.set_practice_id(kPractice);
    document.set_performance_year(2022);
    document.set_entity_id("entity-of-12");
    document.set_entity_kind(v1::ENTITY_KIND_GROUP);
    document.set_category(v1::CATEGORY_QUALITY);
    EXPECT_TRUE(seal_document(keys_, testing_payload({{"424", value}}), &document).is_ok());
    seal_document_tin(keys_, tin, &document);
    append(record.SerializeAsString());
    return record;
  }
  void cancel(const std::string& id, std::int64_t version, bool withdraw = false) {
    v1::SubmissionDocumentRecord record;
    record.mutable_cancel()->set_document_id(id);
    record.mutable_cancel()->mutable_version()->set_offset(version);
    record.mutable_cancel()->set_withdraw(withdraw);
    append(record.SerializeAsString());
  }

  void settle(int steps = 200) {
    for (int i = 0; i < steps; ++i) {
      const auto stepped = sender_->step();
      ASSERT_TRUE(stepped.is_ok()) << stepped.status().to_string();
      broker_.tick();
      clock_.advance(1 + sender_->wait_milliseconds(1'000));
      if (i > 3 && !stepped.value() && sender_->idle()) return;
    }
  }
  std::vector<SubmissionReceipt> receipts() {
    std::vector<SubmissionReceipt> found;
    for (const int partition : {0, 1}) {
      const auto records =
          broker_.read(kRegistryRecordsTopic, Partition(partition), Offset(0), 1'000).value();
      for (const stream::Record& record : records) {
        EXPECT_EQ(Partition(partition), practice_partition(PracticeId(kPractice), 2));
        EXPECT_EQ(record.key, "1234");
        EXPECT_TRUE(record.header("ce_id").starts_with("receipt/"));
        v1::RegistryRecord message;
        EXPECT_TRUE(message.ParseFromString(*record.value));
        found.push_back(message.submission_receipt());
        for (const std::uint32_t code : found.back().codes()) note_finding_seen(code);
      }
    }
    return found;
  }
  std::vector<int> outcomes() {
    std::vector<int> found;
    for (const SubmissionReceipt& each : receipts()) found.push_back(each.outcome());
    return found;
  }
  std::string metric(const std::string& line) {
    const std::string text = registry_.text(Audience::kPublic);
    const std::size_t at = text.find("\n" + line + " ");
    if (at == std::string::npos) return "missing";
    const std::size_t value = at + line.size() + 2;
    return text.substr(value, text.find('\n', value) - value);
  }

  stream::SimWorld world_;
  stream::SimClock clock_{Instant::from_milliseconds(1'679'000'000'000)};
  stream::SimBroker broker_{world_, clock_};
  std::vector<std::unique_ptr<stream::SimProcess>> processes_;
  stream::SimDisk disk_;
  intake::TestingKeyRing keys_;
  CmsSettings settings_;
  TestingCms cms_{[this] { return clock_.monotonic_milliseconds(); }};
  submission::TestingReadBack check_;
  MetricRegistry registry_;
  SubmissionMetrics metrics_{registry_};
  PermitAnswer window_ = PermitAnswer::kGo;
  std::optional<submission::SendPoint> kill_at_;
  int kill_visits_ = 0;
  int clients_ = 0;
  std::unique_ptr<stream::SimLog> log_;
  std::unique_ptr<stream::SimStores> stores_;
  std::unique_ptr<SubmissionSender> sender_;
};

TEST_F(SubmissionSenderTest, ADocumentIsSentReadBackAndTold) {
  freeze("doc-1", 1, 5);
  settle();
  ASSERT_EQ(cms_.sets().size(), 1U);
  EXPECT_EQ(cms_.sets().front().owner, "group|000456789|||2022");
  EXPECT_EQ(cms_.sets().front().measures.at("424"), "5");
  ASSERT_EQ(outcomes(), (std::vector<int>{SubmissionReceipt::OUTCOME_SENT,
                                          SubmissionReceipt::OUTCOME_READ_BACK_EQUAL}));
  const SubmissionReceipt last = receipts().back();
  EXPECT_EQ(last.document_id(), "doc-1");
  EXPECT_EQ(last.attempt(), 1U);
  EXPECT_EQ(last.cms_measurement_set_id(), cms_.sets().front().id);
  EXPECT_EQ(last.payload_sha256().size(), 32U);
  EXPECT_EQ(last.read_back_sha256().size(), 32U);
  EXPECT_EQ(last.actor().subject(), "submission/0");
  EXPECT_EQ(metric("qcdr_submission_documents{state=\"verified\"}"), "1");
  EXPECT_EQ(metric("qcdr_submission_deliveries_total{end=\"verified\"}"), "1");
  EXPECT_EQ(metric("qcdr_cms_calls_total{call=\"post\",error=\"none\",status=\"2xx\"}"), "1");
  // What leaves for the topic and the scrape has no identifier.
  EXPECT_EQ(registry_.text(Audience::kPublic).find(kTin), std::string::npos);
  const auto records =
      broker_.read(kSubmissionDocumentsTopic, Partition(1), Offset(0), 100).value();
  EXPECT_EQ(records.size(), 4U);
  for (const stream::Record& record : records) {
    EXPECT_EQ(record.key, kKey);
    EXPECT_EQ(record.value->find(kTin), std::string::npos);
  }
}

TEST_F(SubmissionSenderTest, ARestartSendsAndTellsNothingAgain) {
  freeze("doc-1", 1, 5);
  settle();
  const std::size_t calls = cms_.requests.size();
  start();
  settle();
  EXPECT_EQ(cms_.requests.size(), calls);
  EXPECT_EQ(receipts().size(), 2U);
}

TEST_F(SubmissionSenderTest, AKillAtEachPointIsMadeGood) {
  for (std::size_t i = 0; i < submission::kSendPointCount; ++i) {
    SCOPED_TRACE(i);
    const int value = 10 + static_cast<int>(i);
    freeze("doc-" + std::to_string(value), value, value);
    kill_at_ = static_cast<submission::SendPoint>(i);
    // A find is sent before the write is.
    kill_visits_ = kill_at_ == submission::SendPoint::kRequestSent ? 2 : 1;
    const std::size_t done = cms_.writes_done;
    EXPECT_THROW(
        {
          for (int step = 0; step < 100; ++step) {
            (void)sender_->step().is_ok();
            clock_.advance(1 + sender_->wait_milliseconds(1'000));
          }
        },
        Killed);
    start();
    settle();
    EXPECT_EQ(cms_.sets().size(), 1U);
    EXPECT_EQ(cms_.sets().front().measures.at("424"), std::to_string(value));
    EXPECT_EQ(cms_.writes_done, done + 1);
    EXPECT_EQ(outcomes().back(), SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);
    EXPECT_EQ(receipts().back().document_id(), "doc-" + std::to_string(value));
  }
}

TEST_F(SubmissionSenderTest, ALostStoreIsFoldedFromTheLog) {
  freeze("doc-1", 1, 5);
  settle();
  sender_.reset();
  stores_.reset();
  disk_ = stream::SimDisk();
  const std::size_t calls = cms_.requests.size();
  start();
  settle();
  EXPECT_EQ(cms_.requests.size(), calls);
  EXPECT_EQ(receipts().size(), 2U);
}

TEST_F(SubmissionSenderTest, ACancelBeforeTheCallStopsIt) {
  freeze("doc-1", 1, 5);
  cancel("doc-1", 2);
  settle();
  EXPECT_TRUE(cms_.requests.empty());
  EXPECT_EQ(outcomes(), std::vector<int>{SubmissionReceipt::OUTCOME_CANCELLED});
}

TEST_F(SubmissionSenderTest, AWithdrawalTakesAwayWhatWasSent) {
  freeze("doc-1", 1, 5);
  settle();
  cancel("doc-1", 2, true);
  settle();
  EXPECT_TRUE(cms_.sets().empty());
  EXPECT_EQ(outcomes().back(), SubmissionReceipt::OUTCOME_WITHDRAWN);
  // After the window it cannot be taken away, and that is said.
  freeze("doc-1", 3, 5);
  settle();
  window_ = PermitAnswer::kClosed;
  cancel("doc-1", 4, true);
  settle();
  EXPECT_EQ(cms_.sets().size(), 1U);
  const SubmissionReceipt last = receipts().back();
  EXPECT_EQ(last.outcome(), SubmissionReceipt::OUTCOME_REFUSED);
  EXPECT_EQ(std::vector<std::uint32_t>(last.codes().begin(), last.codes().end()),
            (std::vector<std::uint32_t>{code_number(FindingCode::CMS_WINDOW_CLOSED),
                                        code_number(FindingCode::CMS_WITHDRAWAL_REFUSED)}));
}

TEST_F(SubmissionSenderTest, TheWindowIsWaitedForAndItsEndIsTold) {
  window_ = PermitAnswer::kNotYet;
  freeze("doc-1", 1, 5);
  settle(20);
  EXPECT_TRUE(cms_.requests.empty());
  EXPECT_TRUE(receipts().empty());
  window_ = PermitAnswer::kClosed;
  settle();
  EXPECT_TRUE(cms_.requests.empty());
  ASSERT_EQ(outcomes(), std::vector<int>{SubmissionReceipt::OUTCOME_CANCELLED});
  EXPECT_EQ(receipts().back().codes(0), code_number(FindingCode::CMS_WINDOW_CLOSED));
}

TEST_F(SubmissionSenderTest, ARefusedTokenStopsAllAndIsReadAgain) {
  cms_.instead = [](const submission::HttpRequest&) {
    return submission::HttpAnswer{submission::HttpOutcome::kAnswered, 401, "", ""};
  };
  freeze("doc-1", 1, 5);
  settle(5);
  EXPECT_EQ(cms_.requests.size(), 1U);
  EXPECT_EQ(clients_, 1);
  cms_.instead = nullptr;
  clock_.advance(settings_.again_seconds * 1'000);
  settle();
  EXPECT_EQ(clients_, 2);
  EXPECT_EQ(cms_.sets().size(), 1U);
}

TEST_F(SubmissionSenderTest, ThePreviewGetsNoRealTin) {
  freeze("doc-1", 1, 5, "123456789");
  settle();
  EXPECT_TRUE(cms_.requests.empty());
  EXPECT_EQ(metric("qcdr_submission_held_total{why=\"unreadable\"}"), "1");
}

TEST_F(SubmissionSenderTest, AChangedByteStopsTheDocumentAndNotTheOthers) {
  v1::SubmissionDocumentRecord record = freeze("doc-0", 1, 4);
  record.mutable_document()->set_document_id("doc-1");
  record.mutable_document()->set_entity_id("another-one-");
  append(record.SerializeAsString());  // the payload of another document
  settle();
  EXPECT_EQ(cms_.sets().size(), 1U);
  EXPECT_EQ(outcomes().back(), SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);
  EXPECT_EQ(metric("qcdr_submission_held_total{why=\"unreadable\"}"), "1");
}

TEST_F(SubmissionSenderTest, BytesThatAreNoRecordAreLaidAside) {
  append("\xff\xff\xff");
  freeze("doc-1", 1, 5);
  settle();
  EXPECT_EQ(cms_.sets().size(), 1U);
  EXPECT_EQ(
      broker_.read(std::string(kSubmissionDocumentsTopic) + ".dlq", Partition(1), Offset(0), 10)
          .value()
          .size(),
      1U);
}

TEST_F(SubmissionSenderTest, ARecordOfALaterReleaseStopsItsPartition) {
  append("");
  freeze("doc-1", 1, 5);
  settle(10);
  EXPECT_TRUE(cms_.requests.empty());
  EXPECT_EQ(sender_->stopped().code(), ErrorCode::kFailedPrecondition);
}

TEST_F(SubmissionSenderTest, AReceiptOfAnotherOrganisationsJobIsToldAndEndsTheDocument) {
  window_ = PermitAnswer::kNotYet;
  freeze("doc-1", 1, 5);
  v1::SubmissionDocumentRecord record;
  record.mutable_receipt()->set_document_id("doc-1");
  record.mutable_receipt()->set_practice_id(kPractice);
  record.mutable_receipt()->set_attempt(1);
  record.mutable_receipt()->set_outcome(SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);
  append(record.SerializeAsString());
  window_ = PermitAnswer::kGo;
  settle();
  EXPECT_TRUE(cms_.requests.empty());
  EXPECT_EQ(outcomes(), std::vector<int>{SubmissionReceipt::OUTCOME_READ_BACK_EQUAL});
}

}  // namespace
}  // namespace qcdr
