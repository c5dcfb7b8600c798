#include "stream/topics.h"

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

#include <set>

namespace qcdr::stream {
namespace {

constexpr std::size_t kFileBytesMax = 64 * 1024;
constexpr std::size_t kTopicsMax = 100;
constexpr std::int32_t kPartitionsMax = 1000;
constexpr std::int64_t kRetentionDaysMax = 36'500;
// What Kafka allows, less the longest ending that is added to it.
constexpr std::size_t kNameBytesMax = 249 - 4;

class FileReader {
 public:
  FileReader(std::string_view path, const TopicUse& use) : path_(path), use_(use) {}

  Result<std::vector<TopicDefinition>> read(const YAML::Node& root) {
    QCDR_RETURN_IF_ERROR(check_keys(root, {"partitions", "dead_letter_retention_days", "topics"}));
    QCDR_ASSIGN_OR_RETURN(const std::int64_t partitions,
                          number(root, "partitions", 1, kPartitionsMax));
    partitions_ = use_.partitions.value_or(static_cast<std::int32_t>(partitions));
    QCDR_ASSIGN_OR_RETURN(dead_letter_days_,
                          number(root, "dead_letter_retention_days", 1, kRetentionDaysMax));
    const YAML::Node topics = root["topics"];
    if (!topics || !topics.IsSequence()) return error(root, "topics must be a list");
    if (topics.size() > kTopicsMax) return error(topics, "too many topics");
    std::vector<TopicDefinition> result;
    for (const YAML::Node& topic : topics) {
      QCDR_ASSIGN_OR_RETURN(TopicDefinition definition, read_topic(topic));
      result.push_back(definition);
      result.push_back(dead_letter_of(definition));
    }
    return result;
  }

 private:
  Status error(const YAML::Node& node, std::string_view what) const {
    return Status(ErrorCode::kInvalidArgument,
                  fmt::format("{}:{}: {}", path_, node.Mark().line + 1, what));
  }

  // A map that has only these keys, each once.
  Status check_keys(const YAML::Node& node, const std::set<std::string>& allowed) const {
    if (!node.IsMap()) return error(node, "a map is expected");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return error(entry.first, "a key must be a word");
      const std::string& key = entry.first.Scalar();
      if (!allowed.contains(key)) return error(entry.first, "unknown key " + key);
      if (!seen.insert(key).second) return error(entry.first, "repeated key " + key);
    }
    return Status::ok();
  }

  Result<std::int64_t> number(const YAML::Node& node, const std::string& key, std::int64_t least,
                              std::int64_t most) const {
    const YAML::Node value = node[key];
    std::int64_t result = 0;
    if (!value || !value.IsScalar() || !YAML::convert<std::int64_t>::decode(value, result) ||
        result < least || result > most) {
      return error(node, fmt::format("{} must be a number from {} to {}", key, least, most));
    }
    return result;
  }

  Result<bool> flag(const YAML::Node& node, const std::string& key) const {
    const YAML::Node value = node[key];
    if (!value) return false;
    if (!value.IsScalar() || (value.Scalar() != "true" && value.Scalar() != "false")) {
      return error(node, key + " must be true or false");
    }
    return value.Scalar() == "true";
  }

  Result<std::string> name(const YAML::Node& node) {
    const YAML::Node value = node["name"];
    if (!value || !value.IsScalar()) return error(node, "a topic needs a name");
    const std::string& text = value.Scalar();
    // Dots and underscores collide in the broker's metric names, so there are only dots.
    if (text.empty() || text.size() > kNameBytesMax ||
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") != std::string::npos) {
      return error(value, "a topic name has lower-case letters, digits, dots and hyphens");
    }
    if (!names_.insert(text).second) return error(value, "repeated topic " + text);
    return text;
  }

  Result<TopicDefinition> read_topic(const YAML::Node& node) {
    QCDR_RETURN_IF_ERROR(
        check_keys(node, {"name", "about", "compacted", "retention_days", "received_at"}));
    TopicDefinition definition;
    QCDR_ASSIGN_OR_RETURN(definition.name, name(node));
    definition.partitions = partitions_;
    QCDR_ASSIGN_OR_RETURN(definition.compacted, flag(node, "compacted"));
    QCDR_ASSIGN_OR_RETURN(const bool received_at, flag(node, "received_at"));
    definition.creation_time = received_at && use_.replay;
    if (node["retention_days"]) {
      if (definition.compacted) return error(node, "compacted topics are kept for good");
      QCDR_ASSIGN_OR_RETURN(const std::int64_t days,
                            number(node, "retention_days", 1, kRetentionDaysMax));
      if (!use_.replay) definition.retention = std::chrono::hours(24 * days);
    }
    return definition;
  }

  TopicDefinition dead_letter_of(const TopicDefinition& of) const {
    TopicDefinition definition;
    definition.name = dead_letter_topic(of.name);
    definition.partitions = partitions_;
    if (!use_.replay) definition.retention = std::chrono::hours(24 * dead_letter_days_);
    return definition;
  }

  std::string_view path_;
  const TopicUse& use_;
  std::int32_t partitions_ = 0;
  std::int64_t dead_letter_days_ = 0;
  std::set<std::string> names_;
};

}  // namespace

Result<std::vector<TopicDefinition>> load_topics(std::string_view path, std::string_view text,
                                                 const TopicUse& use) {
  if (text.size() > kFileBytesMax) {
    return Status(ErrorCode::kLimitExceeded, fmt::format("{}: larger than 64 KiB", path));
  }
  // Aliases could make a small file large; a definition needs none.
  if (text.find_first_of("&*") != std::string_view::npos) {
    return Status(ErrorCode::kInvalidArgument, fmt::format("{}: no anchors or aliases", path));
  }
  try {
    return FileReader(path, use).read(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& exception) {
    return Status(ErrorCode::kInvalidArgument,
                  fmt::format("{}:{}: {}", path, exception.mark.line + 1, exception.msg));
  }
}

}  // namespace qcdr::stream
