#include "notices/delivery.h"

#include "common/topic_names.h"
#include "intake/testing_key_ring.h"
#include "stream/memory_blob_store.h"
#include "stream/sealed_blob.h"
#include "stream/sim/sim_log.h"
#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

constexpr std::uint32_t kPractice = 1234;
constexpr const char* kHeader =
    "<AnesthesiaRecords><RecordHeader><PracticeID>1234</PracticeID><EmailSet>"
    "<EmailNotificationSet><EmailNotificationAddress>dana@example.org</EmailNotificationAddress>"
    "</EmailNotificationSet></EmailSet></RecordHeader><AnesthesiaRecord>";

class FakeSender final : public MailSender {
 public:
  MailOutcome send(const Mail& mail) override {
    tried.push_back(mail);
    return answer ? answer(mail) : MailOutcome::kSent;
  }
  std::vector<Mail> tried;
  std::function<MailOutcome(const Mail&)> answer;
};

class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryTest() {
    std::vector<stream::TopicDefinition> topics;
    for (const char* name : {kUploadsTopic, kNoticesTopic, "qcdr.public.notices.v1.dlq"}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topic.partitions = 2;
      topics.push_back(topic);
    }
    EXPECT_TRUE(broker_.ensure_topics(topics).is_ok());
    settings_.from = "qcdr@example.org";
    settings_.hello = "example.org";
    settings_.link_base = "https://qcdr.example.org";
    settings_.recipients["1234"] = {"champion@example.org"};
    settings_.mails_per_minute_max = 60'000;
    start();
  }

  // Another run of the process, over the same log and ledger.
  void start() {
    delivery_.reset();
    ledger_.reset();
    recipients_.reset();
    log_ = std::make_unique<stream::SimLog>(broker_, process_);
    ledger_ = DeliveryLedger::open(directory_.path()).value();
    recipients_ = std::make_unique<Recipients>(settings_, *log_, blobs_, keys_);
    delivery_ =
        NoticeDelivery::open("0", {settings_, *log_, *recipients_, sender_, *ledger_, clock_,
                                   metrics_, keys_.token_key(), [this] { return season_; },
                                   [](std::uint64_t below) { return below - 1; }})
            .value();
  }

  void append(const char* topic, const std::string& value) {
    ASSERT_TRUE(
        broker_.append({topic, Partition(0), std::to_string(kPractice), value, {}, std::nullopt})
            .is_ok());
  }
  static v1::Notice notice(const std::string& id) {
    v1::Notice notice;
    notice.set_notice_id(id);
    notice.set_practice_id(kPractice);
    notice.set_performance_year(2022);
    notice.set_template_kind(v1::Notice::TEMPLATE_RESCORED);
    notice.set_recipient_reference("practice");
    notice.set_link("/scores");
    return notice;
  }
  void say(const v1::Notice& notice) { append(kNoticesTopic, notice.SerializeAsString()); }

  void step() {
    const auto stepped = delivery_->step(std::chrono::milliseconds(0));
    ASSERT_TRUE(stepped.is_ok()) << stepped.status().to_string();
    broker_.tick();
  }
  void settle() {
    for (int i = 0; i < 20; ++i) {
      step();
      clock_.advance(2);
    }
  }
  std::size_t dead_letters() {
    return broker_.read("qcdr.public.notices.v1.dlq", Partition(0), Offset(0), 100).value().size();
  }
  std::string metric(const std::string& line) {
    const std::string text = registry_.text(Audience::kPublic);
    const std::size_t at = text.find("\n" + line + " ");
    if (at == std::string::npos) return "missing";
    const std::size_t value = at + line.size() + 2;
    return text.substr(value, text.find('\n', value) - value);
  }
  void case_file(const std::string& upload) {
    const DataKey key =
        keys_.current_data_key(PracticeId(kPractice), PerformanceYear(2022)).value();
    auto writer = stream::seal_blob(blobs_.create().value(), key, keys_.fresh_nonce()).value();
    ASSERT_TRUE(writer->write(kHeader).is_ok());
    ASSERT_TRUE(writer->commit("blob-" + upload).is_ok());
    v1::Upload record;
    record.set_upload_id(upload);
    record.set_practice_id(kPractice);
    record.set_performance_year(2022);
    record.set_format("nacor-xml");
    record.set_blob_reference("blob-" + upload);
    append(kUploadsTopic, record.SerializeAsString());
  }

  stream::TemporaryDirectory directory_;
  stream::SimWorld world_;
  stream::SimClock clock_{Instant::from_milliseconds(1'675'000'000'000)};
  stream::SimBroker broker_{world_, clock_};
  stream::SimProcess process_;
  stream::MemoryBlobStore blobs_;
  intake::TestingKeyRing keys_;
  MailSettings settings_;
  FakeSender sender_;
  MetricRegistry registry_;
  DeliveryMetrics metrics_{registry_, clock_};
  std::optional<Instant> season_;
  std::unique_ptr<stream::SimLog> log_;
  std::unique_ptr<DeliveryLedger> ledger_;
  std::unique_ptr<Recipients> recipients_;
  std::unique_ptr<NoticeDelivery> delivery_;
};

TEST_F(DeliveryTest, ANoticeIsOneMailToEachRecipient) {
  settings_.recipients["1234"] = {"b@example.org", "a@example.org", "b@example.org"};
  say(notice("n1"));
  settle();
  ASSERT_EQ(sender_.tried.size(), 2U);
  EXPECT_EQ(sender_.tried[0].to, "a@example.org");
  EXPECT_EQ(sender_.tried[1].to, "b@example.org");
  EXPECT_NE(sender_.tried[0].message_id, sender_.tried[1].message_id);
  EXPECT_NE(sender_.tried[0].body.find("https://qcdr.example.org/scores"), std::string::npos);
  EXPECT_TRUE(delivery_->idle());
  EXPECT_EQ(metric("qcdr_notice_mails_total{outcome=\"sent\"}"), "2");
}

TEST_F(DeliveryTest, WhatWasSentIsNotSentAgain) {
  say(notice("n1"));
  say(notice("n1"));  // the same notice by another generation
  settle();
  EXPECT_EQ(sender_.tried.size(), 1U);
  start();
  say(notice("n1"));
  settle();
  EXPECT_EQ(sender_.tried.size(), 1U);
  EXPECT_EQ(metric("qcdr_notice_mails_total{outcome=\"repeat\"}"), "2");
}

// Killed between the server's answer and the ledger: once more, and known as the same mail.
TEST_F(DeliveryTest, AKillCostsOneRepeatWithTheSameMessageId) {
  struct Killed {};
  sender_.answer = [](const Mail&) -> MailOutcome { throw Killed(); };
  say(notice("n1"));
  EXPECT_THROW(settle(), Killed);
  sender_.answer = nullptr;
  start();
  settle();
  ASSERT_EQ(sender_.tried.size(), 2U);
  EXPECT_EQ(sender_.tried[0].message_id, sender_.tried[1].message_id);
  start();
  settle();
  EXPECT_EQ(sender_.tried.size(), 2U);
}

TEST_F(DeliveryTest, TriesAgainAfterPausesThatGrow) {
  sender_.answer = [](const Mail&) { return MailOutcome::kNotYet; };
  say(notice("n1"));
  step();
  step();
  EXPECT_EQ(sender_.tried.size(), 1U);
  clock_.advance(999);
  step();
  EXPECT_EQ(sender_.tried.size(), 1U);
  clock_.advance(1);
  step();
  EXPECT_EQ(sender_.tried.size(), 2U);
  clock_.advance(1'999);
  step();
  EXPECT_EQ(sender_.tried.size(), 2U);
  clock_.advance(1);
  step();
  EXPECT_EQ(sender_.tried.size(), 3U);
  EXPECT_EQ(metric("qcdr_notices_waiting"), "1");
  EXPECT_EQ(metric("qcdr_notice_oldest_waiting_seconds"), "3");
  sender_.answer = nullptr;
  clock_.advance(10'000);
  step();
  EXPECT_TRUE(delivery_->idle());
  EXPECT_EQ(metric("qcdr_notice_oldest_waiting_seconds"), "0");
}

TEST_F(DeliveryTest, TooManyTriesMakeADeadLetter) {
  settings_.tries_max = 3;
  sender_.answer = [](const Mail&) { return MailOutcome::kNotYet; };
  say(notice("n1"));
  for (int i = 0; i < 10; ++i) {
    step();
    clock_.advance(300'000);
  }
  EXPECT_EQ(sender_.tried.size(), 3U);
  EXPECT_EQ(dead_letters(), 1U);
  EXPECT_TRUE(delivery_->idle());
  start();
  settle();
  EXPECT_EQ(sender_.tried.size(), 3U);
}

TEST_F(DeliveryTest, ARefusalIsDeadAtOnceAndOthersGoOn) {
  sender_.answer = [](const Mail& mail) {
    return mail.message_id.starts_with("n1") ? MailOutcome::kRefused : MailOutcome::kSent;
  };
  say(notice("n1"));
  say(notice("n2"));
  settle();
  EXPECT_EQ(sender_.tried.size(), 2U);
  EXPECT_EQ(dead_letters(), 1U);
  EXPECT_EQ(metric("qcdr_notice_mails_total{outcome=\"dead\"}"), "1");
}

// While the first waits the second goes; a restart then reads both again and sends the first only.
TEST_F(DeliveryTest, OneThatWaitsHoldsNobodyUp) {
  sender_.answer = [](const Mail& mail) {
    return mail.message_id.starts_with("n1") ? MailOutcome::kNotYet : MailOutcome::kSent;
  };
  say(notice("n1"));
  say(notice("n2"));
  step();
  clock_.advance(1);
  step();
  EXPECT_EQ(sender_.tried.size(), 2U);
  EXPECT_EQ(delivery_->in_work(), 1U);
  sender_.answer = nullptr;
  start();
  settle();
  ASSERT_EQ(sender_.tried.size(), 3U);
  EXPECT_TRUE(sender_.tried[2].message_id.starts_with("n1"));
}

TEST_F(DeliveryTest, ReadsNoMoreThanItCanHaveInWork) {
  sender_.answer = [](const Mail&) { return MailOutcome::kNotYet; };
  for (std::size_t i = 0; i < kWaitingMax + 50; ++i) say(notice("n" + std::to_string(i)));
  settle();
  EXPECT_EQ(delivery_->in_work(), kWaitingMax);
}

TEST_F(DeliveryTest, MailsAreSpreadOverTheMinute) {
  settings_.mails_per_minute_max = 60;
  say(notice("n1"));
  say(notice("n2"));
  step();
  step();
  EXPECT_EQ(sender_.tried.size(), 1U);
  clock_.advance(1'000);
  step();
  EXPECT_EQ(sender_.tried.size(), 2U);
}

TEST_F(DeliveryTest, AReminderIsPointlessWhenItsTimeHasPassed) {
  v1::Notice reminder = notice("n1");
  reminder.set_template_kind(v1::Notice::TEMPLATE_REMINDER);
  (*reminder.mutable_parameters())["deadlineAt"] = "2023-02-01T05:59:59.000Z";
  season_ = Instant::parse("2023-02-01T06:00:00Z").value();
  say(reminder);
  settle();
  EXPECT_TRUE(sender_.tried.empty());
  EXPECT_EQ(metric("qcdr_notice_mails_total{outcome=\"pointless\"}"), "1");
  season_ = Instant::parse("2023-02-01T05:59:58Z").value();
  reminder.set_notice_id("n2");
  say(reminder);
  settle();
  EXPECT_EQ(sender_.tried.size(), 1U);
}

TEST_F(DeliveryTest, ACancelledNoticeThatWaitsIsNotSent) {
  sender_.answer = [](const Mail&) { return MailOutcome::kNotYet; };
  say(notice("n1"));
  step();
  v1::Notice cancel = notice("n1");
  cancel.set_cancelled(true);
  say(cancel);
  clock_.advance(10'000);
  settle();
  EXPECT_EQ(sender_.tried.size(), 1U);
  EXPECT_TRUE(delivery_->idle());
}

TEST_F(DeliveryTest, NobodyToTellIsCountedAndNoError) {
  settings_.recipients.clear();
  say(notice("n1"));
  settle();
  EXPECT_TRUE(sender_.tried.empty());
  EXPECT_EQ(metric("qcdr_notice_mails_total{outcome=\"nobody\"}"), "1");
  EXPECT_EQ(dead_letters(), 0U);
}

TEST_F(DeliveryTest, BytesThatAreNoNoticeAreLaidAside) {
  append(kNoticesTopic, "\xff\xff");
  say(notice("n1"));
  settle();
  EXPECT_EQ(dead_letters(), 1U);
  EXPECT_EQ(sender_.tried.size(), 1U);
}

TEST_F(DeliveryTest, AFileSaysItselfWhoIsTold) {
  case_file("u1");
  v1::Notice report = notice("n1");
  report.set_template_kind(v1::Notice::TEMPLATE_PROCESSING_REPORT);
  report.set_recipient_reference("upload:u1");
  say(report);
  settle();
  ASSERT_EQ(sender_.tried.size(), 1U);
  EXPECT_EQ(sender_.tried[0].to, "dana@example.org");
  // Of the practice the operator says it, before its newest file does.
  say(notice("n2"));
  settle();
  EXPECT_EQ(sender_.tried.back().to, "champion@example.org");
  settings_.recipients.clear();
  say(notice("n3"));
  settle();
  EXPECT_EQ(sender_.tried.back().to, "dana@example.org");
}

TEST_F(DeliveryTest, FilesOfTheRegistryAreReportedToTheRegistry) {
  v1::Upload list;
  list.set_upload_id("u1");
  list.set_practice_id(kPractice);
  list.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_OPERATOR);
  append(kUploadsTopic, list.SerializeAsString());
  settings_.recipients["registry"] = {"director@example.org"};
  v1::Notice report = notice("n1");
  report.set_recipient_reference("upload:u1");
  say(report);
  settle();
  ASSERT_EQ(sender_.tried.size(), 1U);
  EXPECT_EQ(sender_.tried[0].to, "director@example.org");
}

}  // namespace
}  // namespace qcdr
