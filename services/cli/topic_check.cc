#include "cli/topic_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string>

#include "common/topic_names.h"
#include "stream/topics.h"
#include "telemetry/log_line.h"

namespace qcdr {
namespace {

using stream::TopicDefinition;
using stream::TopicDifference;

constexpr std::array kTopics = {kUploadsTopic,   kRegistryRecordsTopic, kEntityContributionsTopic,
                                kProgressTopic,  kFindingsTopic,        kScoreProjectionsTopic,
                                kReadinessTopic, kNoticesTopic,         kAuditTopic};
constexpr const char* kPartitions = "partitions";
constexpr const char* kTimestamps = "message.timestamp.type";

// What a service reads or writes, with where it lays aside what cannot be read.
bool is_used(const std::string& topic) {
  return std::any_of(kTopics.begin(), kTopics.end(), [&](const char* name) {
    return topic == name || topic == stream::dead_letter_topic(name);
  });
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool forbids(const TopicDifference& difference) {
  if (difference.setting == "retention.ms") return difference.wanted == "-1";
  if (difference.setting == "max.message.bytes") {
    return number(difference.found) < number(difference.wanted);
  }
  return difference.setting == "cleanup.policy" || difference.setting == kTimestamps;
}

// The topics by their number of partitions.
using Counts = std::map<std::int32_t, std::vector<std::string>>;
Counts counts_of(const std::vector<TopicDefinition>& topics,
                 const std::vector<TopicDifference>& differences) {
  std::map<std::string, std::int32_t> count;
  for (const TopicDefinition& topic : topics) count[topic.name] = topic.partitions;
  for (const TopicDifference& difference : differences) {
    if (difference.kind == TopicDifference::Kind::kMissing) count.erase(difference.topic);
    if (difference.setting != kPartitions) continue;
    count[difference.topic] = static_cast<std::int32_t>(number(difference.found));
  }
  Counts counts;
  for (const auto& [topic, partitions] : count) counts[partitions].push_back(topic);
  return counts;
}

std::string describe(const Counts& counts) {
  std::string text;
  for (const auto& [partitions, topics] : counts) {
    text += fmt::format("{}{} has {}", text.empty() ? "" : ", ", topics.front(), partitions);
    if (topics.size() > 1) text += fmt::format(" (as {} others)", topics.size() - 1);
  }
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

}  // namespace

Status judge_topics(const std::vector<TopicDefinition>& topics,
                    const std::vector<TopicDifference>& differences, bool replay) {
  std::vector<std::string> missing;
  std::vector<std::string> wrong;
  bool timestamps = false;
  for (const TopicDifference& difference : differences) {
    if (difference.kind == TopicDifference::Kind::kMissing) missing.push_back(difference.topic);
    if (difference.kind != TopicDifference::Kind::kSetting || !forbids(difference)) continue;
    wrong.push_back(stream::describe(difference));
    timestamps = timestamps || difference.setting == kTimestamps;
  }
  const std::string again = replay ? " --replay" : "";
  if (!missing.empty()) {
    return Status(ErrorCode::kNotFound, fmt::format("topics are missing, or hidden from this user: "
                                                    "{}. Make them with `qcdr topics ensure{}`, or "
                                                    "give the user the right to describe them",
                                                    joined(missing), again));
  }
  const Counts counts = counts_of(topics, differences);
  if (counts.size() > 1) {
    return Status(ErrorCode::kFailedPrecondition,
                  "topics differ in their number of partitions: " + describe(counts) +
                      ". All must have the same; make those anew that are wrong");
  }
  if (wrong.empty()) return Status::ok();
  std::string remedy = ". Set them right; `qcdr topics diff" + again + "` shows all differences";
  if (timestamps) {
    remedy += replay ? ". --replay is for topics that were made with it"
                     : ". Topics that were made with --replay are used with --replay";
  }
  return Status(ErrorCode::kFailedPrecondition,
                "topics are not as they must be: " + joined(wrong) + remedy);
}

Result<std::int32_t> check_topics(const stream::KafkaOptions& kafka, bool replay) {
  stream::TopicUse use;
  use.replay = replay;
  QCDR_ASSIGN_OR_RETURN(auto topics,
                        stream::load_topics("topics.yaml", stream::built_in_topics(), use));
  std::erase_if(topics, [](const TopicDefinition& topic) { return !is_used(topic.name); });
  QCDR_ASSIGN_OR_RETURN(const auto admin, stream::TopicAdmin::make(kafka));
  const auto differences = admin->diff(topics, "");
  if (differences.status().code() == ErrorCode::kPermissionDenied) {
    // Then each client finds for itself what is missing.
    LogLine(LogLevel::kWarning, "the topics' settings cannot be seen, and are not checked")
        .error(differences.status());
    QCDR_ASSIGN_OR_RETURN(const auto log, stream::KafkaLog::open(kafka));
    return log->partition_count(kRegistryRecordsTopic);
  }
  QCDR_RETURN_IF_ERROR(differences.status());
  QCDR_RETURN_IF_ERROR(judge_topics(topics, differences.value(), replay));
  return counts_of(topics, differences.value()).begin()->first;
}

}  // namespace qcdr
