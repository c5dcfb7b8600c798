#include "stream/topics.h"

#include <gtest/gtest.h>

#include <set>

namespace qcdr::stream {
namespace {

const TopicDefinition* find(const std::vector<TopicDefinition>& topics, const std::string& name) {
  for (const TopicDefinition& topic : topics) {
    if (topic.name == name) return &topic;
  }
  return nullptr;
}

std::vector<TopicDefinition> built_in(const TopicUse& use = {}) {
  auto topics = load_topics("deploy/topics.yaml", built_in_topics(), use);
  EXPECT_TRUE(topics.is_ok()) << topics.status().to_string();
  return topics.is_ok() ? topics.value() : std::vector<TopicDefinition>{};
}

std::string error_of(const std::string& text) {
  const auto topics = load_topics("file", text);
  EXPECT_FALSE(topics.is_ok()) << text;
  return topics.status().message();
}

const std::string kHead = "partitions: 4\ndead_letter_retention_days: 5\ntopics:\n";

TEST(Topics, TheBuiltInFileHasEveryTopicAndItsDeadLetters) {
  const auto topics = built_in();
  EXPECT_EQ(topics.size(), 22U);
  std::set<std::string> names;
  for (const TopicDefinition& topic : topics) {
    EXPECT_EQ(topic.partitions, 24) << topic.name;
    EXPECT_FALSE(topic.creation_time) << topic.name;
    EXPECT_EQ(topic.name.find('_'), std::string::npos);
    names.insert(topic.name);
  }
  EXPECT_EQ(names.size(), topics.size());
  for (const std::string& name : names) {
    if (name.ends_with(".dlq")) continue;
    EXPECT_TRUE(names.contains(dead_letter_topic(name))) << name;
  }
  for (const char* kept : {"qcdr.internal.uploads.v1", "qcdr.internal.registry-records.v1",
                           "qcdr.internal.progress.v1", "qcdr.internal.audit.v1"}) {
    const TopicDefinition* topic = find(topics, kept);
    ASSERT_NE(topic, nullptr) << kept;
    EXPECT_FALSE(topic->retention.has_value()) << kept;
    EXPECT_FALSE(topic->compacted) << kept;
  }
  EXPECT_TRUE(find(topics, "qcdr.public.score-projections.v1")->compacted);
  EXPECT_TRUE(find(topics, "qcdr.public.readiness.v1")->compacted);
}

TEST(Topics, AReplayKeepsEverythingAndLetsUploadsCarryTheirTime) {
  const auto topics = built_in({.replay = true, .partitions = std::nullopt});
  for (const TopicDefinition& topic : topics) {
    EXPECT_FALSE(topic.retention.has_value()) << topic.name;
    // Uploads and what is made of them: a replayed season is "as of" its own time.
    const bool carries_time = topic.name == "qcdr.internal.uploads.v1" ||
                              topic.name == "qcdr.internal.registry-records.v1";
    EXPECT_EQ(topic.creation_time, carries_time) << topic.name;
  }
}

TEST(Topics, PartitionsCanBeOverridden) {
  for (const TopicDefinition& topic : built_in({.replay = false, .partitions = 4})) {
    EXPECT_EQ(topic.partitions, 4);
  }
}

TEST(Topics, RetentionIsInDays) {
  const auto topics = load_topics("file", kHead + "  - name: a.b\n    retention_days: 2\n");
  ASSERT_TRUE(topics.is_ok()) << topics.status().to_string();
  EXPECT_EQ(topics.value()[0].retention, std::chrono::hours(48));
  EXPECT_EQ(topics.value()[1].name, "a.b.dlq");
  EXPECT_EQ(topics.value()[1].retention, std::chrono::hours(120));
}

TEST(Topics, MistakesNameTheirLine) {
  EXPECT_EQ(error_of(kHead + "  - name: a\n    retention: 2\n"), "file:5: unknown key retention");
  EXPECT_EQ(error_of(kHead + "  - name: a\n  - name: a\n"), "file:5: repeated topic a");
  EXPECT_EQ(error_of(kHead + "  - name: a\n    compacted: true\n    compacted: false\n"),
            "file:6: repeated key compacted");
  EXPECT_EQ(error_of(kHead + "  - name: a_b\n"),
            "file:4: a topic name has lower-case letters, digits, dots and hyphens");
  EXPECT_EQ(error_of(kHead + "  - name: a\n    compacted: true\n    retention_days: 1\n"),
            "file:4: compacted topics are kept for good");
  EXPECT_EQ(error_of(kHead + "  - name: a\n    compacted: yes\n"),
            "file:4: compacted must be true or false");
  EXPECT_EQ(error_of(kHead + "  - name: a\n    retention_days: 0\n"),
            "file:4: retention_days must be a number from 1 to 36500");
  EXPECT_EQ(error_of("partitions: 4\ndead_letter_retention_days: 5\n"),
            "file:1: topics must be a list");
  EXPECT_EQ(error_of("dead_letter_retention_days: 5\ntopics: []\n"),
            "file:1: partitions must be a number from 1 to 1000");
  EXPECT_EQ(error_of(kHead + "  - &a name\n"), "file: no anchors or aliases");
  EXPECT_FALSE(error_of("").empty());
  EXPECT_FALSE(error_of("topics: [").empty());
  EXPECT_EQ(error_of(std::string(70'000, ' ')), "file: larger than 64 KiB");
}

}  // namespace
}  // namespace qcdr::stream
