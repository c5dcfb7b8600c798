#include "stream/kafka/topic_admin.h"

#include <fmt/core.h>

#include <charconv>
#include <set>
#include <thread>

#include "stream/kafka/admin_calls.h"
#include "stream/kafka/client.h"
#include "stream/kafka/deadline.h"

namespace qcdr::stream {
namespace {

using kafka::Client;
using kafka::ClientKind;
using kafka::Deadline;
using kafka::TopicSettings;

constexpr auto kPause = std::chrono::milliseconds(50);
constexpr const char* kPartitions = "partitions";
constexpr const char* kRetention = "retention.ms";
constexpr std::int64_t kForGood = -1;

std::int64_t milliseconds_of(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Whether records would be kept longer than they are now, and nothing deleted by the change.
bool lengthens(const TopicDifference& difference) {
  if (difference.setting != kRetention) return false;
  const std::int64_t found = milliseconds_of(difference.found);
  const std::int64_t wanted = milliseconds_of(difference.wanted);
  return found != kForGood && (wanted == kForGood || wanted > found);
}

void compare(const TopicDefinition& topic, std::int32_t partitions, const TopicSettings& found,
             std::vector<TopicDifference>* differences) {
  const auto add = [&](const std::string& setting, const std::string& wanted,
                       const std::string& value) {
    if (wanted == value) return;
    differences->push_back({TopicDifference::Kind::kSetting, topic.name, setting, wanted, value});
  };
  add(kPartitions, std::to_string(topic.partitions), std::to_string(partitions));
  for (const auto& [name, wanted] : kafka::settings_of(topic)) {
    const auto value = found.find(name);
    add(name, wanted, value == found.end() ? "" : value->second);
  }
}

class KafkaTopicAdmin final : public TopicAdmin {
 public:
  KafkaTopicAdmin(std::unique_ptr<Client> client, std::chrono::milliseconds wait)
      : client_(std::move(client)), wait_(wait) {}

  Result<std::vector<TopicDifference>> diff(const std::vector<TopicDefinition>& topics,
                                            const std::string& prefix) override;
  Status ensure(const std::vector<TopicDefinition>& topics) override;

 private:
  // Until every topic shows up in the metadata: creation reaches brokers a moment later.
  Status await(const std::vector<TopicDefinition>& topics);

  std::unique_ptr<Client> client_;
  std::chrono::milliseconds wait_;
};

Result<std::vector<TopicDifference>> KafkaTopicAdmin::diff(
    const std::vector<TopicDefinition>& topics, const std::string& prefix) {
  QCDR_ASSIGN_OR_RETURN(const auto counts, kafka::list_topics(client_->get(), wait_));
  std::vector<std::string> present;
  std::set<std::string> defined;
  for (const TopicDefinition& topic : topics) {
    defined.insert(topic.name);
    if (counts.contains(topic.name)) present.push_back(topic.name);
  }
  QCDR_ASSIGN_OR_RETURN(const auto settings,
                        kafka::describe_topics(client_->get(), present, wait_));
  std::vector<TopicDifference> differences;
  for (const TopicDefinition& topic : topics) {
    const auto count = counts.find(topic.name);
    if (count == counts.end()) {
      differences.push_back({TopicDifference::Kind::kMissing, topic.name, "", "", ""});
    } else {
      compare(topic, count->second, settings.at(topic.name), &differences);
    }
  }
  for (const auto& [name, count] : counts) {
    if (prefix.empty() || !name.starts_with(prefix) || defined.contains(name)) continue;
    differences.push_back({TopicDifference::Kind::kUnexpected, name, "", "", ""});
  }
  return differences;
}

Status KafkaTopicAdmin::await(const std::vector<TopicDefinition>& topics) {
  const Deadline deadline(wait_);
  while (true) {
    QCDR_ASSIGN_OR_RETURN(const auto counts, kafka::list_topics(client_->get(), wait_));
    const bool all = std::all_of(topics.begin(), topics.end(), [&](const TopicDefinition& topic) {
      return counts.contains(topic.name);
    });
    if (all) return Status::ok();
    if (deadline.passed()) {
      return Status(ErrorCode::kUnavailable, "new topics did not show up in time");
    }
    std::this_thread::sleep_for(kPause);
  }
}

Status KafkaTopicAdmin::ensure(const std::vector<TopicDefinition>& topics) {
  QCDR_ASSIGN_OR_RETURN(const auto counts, kafka::list_topics(client_->get(), wait_));
  std::vector<TopicDefinition> missing;
  for (const TopicDefinition& topic : topics) {
    if (!counts.contains(topic.name)) missing.push_back(topic);
  }
  if (!missing.empty()) {
    QCDR_RETURN_IF_ERROR(kafka::create_topics(client_->get(), missing, wait_));
    QCDR_RETURN_IF_ERROR(await(missing));
  }
  QCDR_ASSIGN_OR_RETURN(auto differences, diff(topics, ""));
  std::string remaining;
  for (const TopicDifference& difference : differences) {
    if (lengthens(difference)) {
      QCDR_RETURN_IF_ERROR(kafka::alter_topic(client_->get(), difference.topic,
                                              {{difference.setting, difference.wanted}}, wait_));
    } else {
      remaining += (remaining.empty() ? "" : "; ") + describe(difference);
    }
  }
  if (remaining.empty()) return Status::ok();
  return Status(ErrorCode::kFailedPrecondition, remaining);
}

}  // namespace

std::string describe(const TopicDifference& difference) {
  switch (difference.kind) {
    case TopicDifference::Kind::kMissing:
      return fmt::format("{} is missing", difference.topic);
    case TopicDifference::Kind::kUnexpected:
      return fmt::format("{} is not defined", difference.topic);
    case TopicDifference::Kind::kSetting:
      break;
  }
  return fmt::format("{}: {} is {}, should be {}", difference.topic, difference.setting,
                     difference.found, difference.wanted);
}

Result<std::unique_ptr<TopicAdmin>> TopicAdmin::make(const KafkaOptions& options) {
  QCDR_ASSIGN_OR_RETURN(auto client, Client::make(ClientKind::kAdmin, options, {}, nullptr));
  return std::unique_ptr<TopicAdmin>(
      std::make_unique<KafkaTopicAdmin>(std::move(client), options.request_wait));
}

}  // namespace qcdr::stream
