#include "cli/topic_check.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

using stream::TopicDefinition;
using stream::TopicDifference;
using Kind = TopicDifference::Kind;

std::vector<TopicDefinition> topics() {
  std::vector<TopicDefinition> result(3);
  const char* names[] = {"a", "b", "c"};
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i].name = names[i];
    result[i].partitions = 24;
  }
  return result;
}

Status judge(const std::vector<TopicDifference>& differences, bool replay = false) {
  return judge_topics(topics(), differences, replay);
}

TEST(TopicCheckTest, TopicsAsDefinedAndMattersOfTasteAreFine) {
  EXPECT_TRUE(judge({}).is_ok());
  EXPECT_TRUE(judge({{Kind::kSetting, "a", "retention.ms", "86400000", "-1"},
                     {Kind::kSetting, "a", "retention.ms", "86400000", "3600000"},
                     {Kind::kSetting, "b", "min.compaction.lag.ms", "3600000", "0"},
                     {Kind::kSetting, "b", "max.message.bytes", "2097152", "4194304"},
                     {Kind::kUnexpected, "qcdr.x", "", "", ""}})
                  .is_ok());
  // Another number of partitions, as long as it is one.
  EXPECT_TRUE(judge({{Kind::kSetting, "a", "partitions", "24", "4"},
                     {Kind::kSetting, "b", "partitions", "24", "4"},
                     {Kind::kSetting, "c", "partitions", "24", "4"}})
                  .is_ok());
}

TEST(TopicCheckTest, WhatIsMissingIsNamedWithTheCommandThatMakesIt) {
  const Status status =
      judge({{Kind::kMissing, "a", "", "", ""}, {Kind::kMissing, "c", "", "", ""}}, true);
  EXPECT_EQ(status.code(), ErrorCode::kNotFound);
  EXPECT_NE(status.message().find("a; c"), std::string::npos);
  EXPECT_NE(status.message().find("`qcdr topics ensure --replay`"), std::string::npos);
}

TEST(TopicCheckTest, DifferentNumbersOfPartitionsAreRefused) {
  const Status status = judge({{Kind::kSetting, "b", "partitions", "24", "3"}});
  EXPECT_EQ(status.code(), ErrorCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("b has 3, a has 24 (as 1 others)"), std::string::npos)
      << status.message();
}

TEST(TopicCheckTest, SettingsThatLoseOrMisdateRecordsAreRefused) {
  const TopicDifference cases[] = {
      {Kind::kSetting, "a", "cleanup.policy", "delete", "compact"},
      {Kind::kSetting, "a", "retention.ms", "-1", "604800000"},
      {Kind::kSetting, "a", "message.timestamp.type", "LogAppendTime", "CreateTime"},
      {Kind::kSetting, "a", "max.message.bytes", "2097152", "1048588"}};
  for (const TopicDifference& each : cases) {
    const Status status = judge({each});
    EXPECT_EQ(status.code(), ErrorCode::kFailedPrecondition) << each.setting;
    EXPECT_NE(status.message().find(stream::describe(each)), std::string::npos) << status.message();
    EXPECT_EQ(status.message().find("are used with --replay") != std::string::npos,
              each.setting == "message.timestamp.type");
  }
}

}  // namespace
}  // namespace qcdr
