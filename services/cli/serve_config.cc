#include "cli/serve_config.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <set>

#include "common/secret_file.h"

namespace qcdr {
namespace {

constexpr double kMinuteMilliseconds = 60'000;
constexpr double kSnapshotMinutesLeast = 0.01;
constexpr double kSnapshotMinutesMost = 10'080;  // a week
constexpr std::size_t kSlotBytesMax = 100;

// Properties whose values are secrets, whatever kind of client they are for.
bool is_secret(std::string_view property) {
  return property.ends_with(".password") || property.ends_with("client.secret") ||
         property.ends_with("ssl.key.pem") || property.ends_with("sasl.oauthbearer.config");
}

class ConfigReader {
 public:
  ConfigReader(const std::string& path, ServeConfig* config) : path_(path), config_(*config) {}

  Status read(const YAML::Node& root) {
    if (root.IsNull()) return Status::ok();
    if (!root.IsMap()) return at(root, "a map of keys is expected: \"slot: 0\"");
    std::set<std::string> seen;
    for (const auto& entry : root) {
      QCDR_ASSIGN_OR_RETURN(const std::string name, key(entry.first, &seen));
      QCDR_RETURN_IF_ERROR(take(name, entry.first, entry.second));
    }
    return Status::ok();
  }

 private:
  Status at(const YAML::Node& node, const std::string& what) const {
    return Status(ErrorCode::kInvalidArgument,
                  path_ + ":" + std::to_string(node.Mark().line + 1) + ": " + what);
  }

  Result<std::string> key(const YAML::Node& node, std::set<std::string>* seen) const {
    if (!node.IsScalar()) return at(node, "a key must be a word");
    if (!seen->insert(node.Scalar()).second) return at(node, "repeated key " + node.Scalar());
    return node.Scalar();
  }

  // What is not there stands at the line after.
  Result<std::string> text(const std::string& name, const YAML::Node& key,
                           const YAML::Node& value) const {
    if (!value.IsScalar() || value.Scalar().empty()) return at(key, name + " takes one value");
    return value.Scalar();
  }

  Status take(const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    const std::map<std::string, std::string*> texts = {
        {"slot", &config_.slot},
        {"state_dir", &config_.state_directory},
        {"blob_dir", &config_.blob_directory},
        {"key_dir", &config_.key_directory},
        {"snapshot_dir", &config_.snapshot_directory},
        {"reference_dir", &config_.reference_directory},
        {"access_tokens", &config_.access_tokens},
        {"admin", &config_.admin_address}};
    const auto found = texts.find(name);
    if (found != texts.end()) {
      QCDR_ASSIGN_OR_RETURN(*found->second, text(name, key, value));
      return Status::ok();
    }
    if (name == "kafka") return take_properties(value);
    if (name == "kafka_secret_files") return take_secrets(value);
    if (name == "snapshot_minutes") return take_minutes(value);
    if (name == "log_format")
      return take_choice(name, key, value, {"json", "text"}, &config_.text_log);
    if (name == "replay") return take_choice(name, key, value, {"false", "true"}, &config_.replay);
    return at(key, "unknown key " + name +
                       "; there are kafka, kafka_secret_files, slot, state_dir, blob_dir, key_dir, "
                       "snapshot_dir, snapshot_minutes, access_tokens, admin, log_format, replay");
  }

  // True for the second of two words.
  Status take_choice(const std::string& name, const YAML::Node& key, const YAML::Node& value,
                     const std::array<const char*, 2>& words, bool* target) const {
    QCDR_ASSIGN_OR_RETURN(const std::string word, text(name, key, value));
    if (word != words[0] && word != words[1]) {
      return at(value, name + " is " + words[0] + " or " + words[1]);
    }
    *target = word == words[1];
    return Status::ok();
  }

  Status take_minutes(const YAML::Node& value) {
    double minutes = 0;
    if (!value.IsScalar() || !YAML::convert<double>::decode(value, minutes) ||
        !(minutes >= kSnapshotMinutesLeast && minutes <= kSnapshotMinutesMost)) {
      return at(value, "snapshot_minutes is a number from 0.01 to 10080");
    }
    config_.snapshot_milliseconds = std::llround(minutes * kMinuteMilliseconds);
    return Status::ok();
  }

  using Property = std::function<Status(const std::string& name, const std::string& value,
                                        const YAML::Node& node)>;
  Status each_property(const std::string& section, const YAML::Node& map,
                       const Property& property) {
    if (!map.IsMap()) return at(map, section + " takes a map of properties");
    for (const auto& entry : map) {
      QCDR_ASSIGN_OR_RETURN(const std::string name, key(entry.first, &properties_));
      QCDR_ASSIGN_OR_RETURN(const std::string value,
                            text(section + ": " + name, entry.first, entry.second));
      QCDR_RETURN_IF_ERROR(property(name, value, entry.second));
    }
    return Status::ok();
  }

  Status take_properties(const YAML::Node& map) {
    return each_property("kafka", map,
                         [&](const std::string& name, const std::string& value, const auto&) {
                           // A password that everybody can read is none.
                           if (is_secret(name)) QCDR_RETURN_IF_ERROR(check_is_secret(path_));
                           config_.kafka[name] = value;
                           return Status::ok();
                         });
  }

  Status take_secrets(const YAML::Node& map) {
    return each_property(
        "kafka_secret_files", map,
        [&](const std::string& name, const std::string& file, const YAML::Node& node) {
          Result<std::string> secret = read_secret_file(file);
          if (!secret.is_ok()) {
            const std::string line = std::to_string(node.Mark().line + 1);
            return secret.status().with_context(path_ + ":" + line + ": " + name);
          }
          config_.kafka[name] = std::move(secret).value();
          return Status::ok();
        });
  }

  const std::string& path_;
  ServeConfig& config_;
  std::set<std::string> properties_;  // of both sections
};

}  // namespace

Status read_serve_config(const std::string& path, ServeConfig* config) {
  std::error_code error_code;
  if (std::filesystem::is_directory(path, error_code)) {
    return Status(ErrorCode::kInvalidArgument, path + " is a directory, not a file of settings");
  }
  try {
    return ConfigReader(path, config).read(YAML::LoadFile(path));
  } catch (const YAML::BadFile&) {
    return Status(ErrorCode::kNotFound,
                  path + " cannot be read; --config or QCDR_CONFIG names the file of settings");
  } catch (const YAML::Exception& error) {
    return Status(ErrorCode::kInvalidArgument, path + ":" + std::to_string(error.mark.line + 1) +
                                                   ": this is not YAML: " + error.msg);
  }
}

Status check_serve_config(const ServeConfig& config) {
  if (!config.kafka.contains("bootstrap.servers")) {
    return Status(ErrorCode::kInvalidArgument,
                  "no broker: give --broker HOST:PORT, or kafka: bootstrap.servers in the file");
  }
  const bool is_name = config.slot.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789._-") == std::string::npos;
  if (config.slot.empty() || config.slot.size() > kSlotBytesMax || !is_name) {
    return Status(ErrorCode::kInvalidArgument,
                  "the slot (--slot, slot) has 1 to 100 letters, digits, dots, hyphens and "
                  "underscores");
  }
  return Status::ok();
}

Result<ServeConfig> cluster_config(const std::string& file, const std::string& broker) {
  ServeConfig config;
  if (!file.empty()) QCDR_RETURN_IF_ERROR(read_serve_config(file, &config));
  if (!broker.empty()) config.kafka["bootstrap.servers"] = broker;
  QCDR_RETURN_IF_ERROR(check_serve_config(config));
  return config;
}

}  // namespace qcdr
