#include "stream/kafka/topic_admin.h"

#include <gtest/gtest.h>

#include "stream/kafka/test_broker.h"
#include "stream/topics.h"

namespace qcdr::stream {
namespace {

using contract::expect_ok;
using contract::value_of;
using Kind = TopicDifference::Kind;

class TopicAdminTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = kafka::test_log();
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    subject_ = std::make_unique<contract::Subject>(
        std::move(made).value(), testing::UnitTest::GetInstance()->current_test_info()->name());
    admin_ = value_of(TopicAdmin::make(value_of(kafka::test_options(), "options")), "admin");
  }

  TopicDefinition definition(const std::string& what) {
    TopicDefinition topic;
    topic.name = subject_->unique(what);
    topic.partitions = 2;
    return topic;
  }
  std::string prefix() { return subject_->unique(""); }

  std::unique_ptr<contract::Subject> subject_;
  std::unique_ptr<TopicAdmin> admin_;
};

TEST_F(TopicAdminTest, MakesWhatIsMissingAndThenFindsNoDifference) {
  TopicDefinition kept = definition("kept");
  TopicDefinition compacted = definition("compacted");
  compacted.compacted = true;
  TopicDefinition brief = definition("brief");
  brief.retention = std::chrono::hours(48);
  TopicDefinition replayed = definition("replayed");
  replayed.creation_time = true;
  const std::vector<TopicDefinition> topics = {kept, compacted, brief, replayed};

  const auto before = value_of(admin_->diff(topics, prefix()), "diff");
  ASSERT_EQ(before.size(), 4U);
  EXPECT_EQ(before[0], (TopicDifference{Kind::kMissing, kept.name, "", "", ""}));
  expect_ok(admin_->ensure(topics), "ensure");
  EXPECT_TRUE(value_of(admin_->diff(topics, prefix()), "diff").empty());
  expect_ok(admin_->ensure(topics), "ensure again");
}

TEST_F(TopicAdminTest, SaysWhatDiffers) {
  TopicDefinition topic = definition("topic");
  TopicDefinition other = definition("other");
  expect_ok(admin_->ensure({topic, other}), "ensure");
  topic.partitions = 3;
  topic.compacted = true;
  topic.retention = std::chrono::hours(1);
  topic.creation_time = true;
  const auto differences = value_of(admin_->diff({topic}, prefix()), "diff");
  const auto setting = [&](const std::string& name, const std::string& wanted,
                           const std::string& found) {
    return TopicDifference{Kind::kSetting, topic.name, name, wanted, found};
  };
  ASSERT_EQ(differences.size(), 6U);
  EXPECT_EQ(differences[0], setting("partitions", "3", "2"));
  EXPECT_EQ(differences[1], setting("cleanup.policy", "compact", "delete"));
  EXPECT_EQ(differences[2], setting("message.timestamp.type", "CreateTime", "LogAppendTime"));
  EXPECT_EQ(differences[3], setting("min.compaction.lag.ms", "3600000", "0"));
  EXPECT_EQ(differences[4], setting("retention.ms", "3600000", "-1"));
  EXPECT_EQ(differences[5], (TopicDifference{Kind::kUnexpected, other.name, "", "", ""}));
  EXPECT_EQ(describe(differences[0]), topic.name + ": partitions is 2, should be 3");
  EXPECT_EQ(describe(differences[5]), other.name + " is not defined");
}

TEST_F(TopicAdminTest, KeepsRecordsLongerButNeverShorter) {
  TopicDefinition topic = definition("topic");
  topic.retention = std::chrono::hours(2);
  expect_ok(admin_->ensure({topic}), "ensure");

  topic.retention = std::chrono::hours(1);
  const Status shorter = admin_->ensure({topic});
  EXPECT_EQ(shorter.code(), ErrorCode::kFailedPrecondition);
  EXPECT_NE(shorter.message().find("retention.ms is 7200000, should be 3600000"), std::string::npos)
      << shorter.message();

  topic.retention = std::chrono::hours(3);
  expect_ok(admin_->ensure({topic}), "longer");
  topic.retention.reset();
  expect_ok(admin_->ensure({topic}), "for good");
  EXPECT_TRUE(value_of(admin_->diff({topic}, ""), "diff").empty());
  // Changing one setting left the others alone.
  topic.retention = std::chrono::hours(3);
  EXPECT_EQ(value_of(admin_->diff({topic}, ""), "diff").size(), 1U);
}

TEST_F(TopicAdminTest, TheBuiltInTopicsCanBeMade) {
  auto topics = value_of(
      load_topics("deploy/topics.yaml", built_in_topics(), {.replay = true, .partitions = 2}),
      "load");
  for (TopicDefinition& topic : topics) topic.name = subject_->unique(topic.name);
  expect_ok(admin_->ensure(topics), "ensure");
  EXPECT_TRUE(value_of(admin_->diff(topics, prefix()), "diff").empty());
}

}  // namespace
}  // namespace qcdr::stream
