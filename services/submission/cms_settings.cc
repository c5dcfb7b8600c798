#include "submission/cms_settings.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <set>

#include "common/secret_file.h"

namespace qcdr {
namespace {

constexpr std::int64_t kNumberMax = 1'000'000'000;
constexpr std::int64_t kSecond = 1'000;
// What a file may hold at most; the reader of YAML is not made for strangers' files.
constexpr std::size_t kKeysMax = 100;

class Reader {
 public:
  Reader(std::string path, CmsSettings* settings) : path_(std::move(path)) {
    texts_ = {{"production", &settings->production},
              {"preview", &settings->preview},
              {"use", &settings->use},
              {"token_file", &settings->token_file},
              {"certificates", &settings->certificates_file},
              {"proxy", &settings->proxy}};
    numbers_ = {{"calls_per_second", &settings->calls_per_second},
                {"burst_calls", &settings->burst_calls},
                {"average_seconds", &settings->average_seconds},
                {"margin_percent", &settings->margin_percent},
                {"submissions_per_page", &settings->submissions_per_page},
                {"forbidden_pause_seconds", &settings->forbidden_pause_seconds},
                {"forbidden_attempts_max", &settings->forbidden_attempts_max},
                {"attempts_max", &settings->attempts_max},
                {"retry_total_seconds", &settings->retry_total_seconds},
                {"first_pause_milliseconds", &settings->first_pause_milliseconds},
                {"pause_seconds_max", &settings->pause_seconds_max},
                {"retry_after_seconds_max", &settings->retry_after_seconds_max},
                {"connect_seconds", &settings->connect_seconds},
                {"call_seconds", &settings->call_seconds},
                {"settle_seconds", &settings->settle_seconds},
                {"writes_max", &settings->writes_max},
                {"finds_max", &settings->finds_max},
                {"again_seconds", &settings->again_seconds},
                {"breaker_failures_max", &settings->breaker_failures_max},
                {"breaker_seconds", &settings->breaker_seconds},
                {"answer_bytes_max", &settings->answer_bytes_max},
                {"documents_in_work_max", &settings->documents_in_work_max}};
  }

  Status take(const YAML::Node& root) {
    if (!root.IsMap() || root.size() > kKeysMax) return at(root, "a map of keys is expected");
    for (const auto& entry : root) {
      if (!entry.first.IsScalar()) return at(entry.first, "a key must be a word");
      const std::string& name = entry.first.Scalar();
      if (!seen_.insert(name).second) return at(entry.first, "repeated key " + name);
      if (!entry.second.IsScalar() || entry.second.Scalar().empty()) {
        return at(entry.first, name + " takes one value");
      }
      QCDR_RETURN_IF_ERROR(take(entry.first, entry.second));
    }
    return Status::ok();
  }
  Status missing(const std::string& what) const {
    return Status(ErrorCode::kInvalidArgument, path_ + ": " + what);
  }

 private:
  Status at(const YAML::Node& node, const std::string& what) const {
    return missing(std::to_string(node.Mark().line + 1) + ": " + what);
  }
  Status take(const YAML::Node& key, const YAML::Node& value) {
    const auto text = texts_.find(key.Scalar());
    if (text != texts_.end()) {
      *text->second = value.Scalar();
      return Status::ok();
    }
    const auto number = numbers_.find(key.Scalar());
    if (number == numbers_.end()) return at(key, "unknown key " + key.Scalar());
    std::int64_t parsed = 0;
    if (!YAML::convert<std::int64_t>::decode(value, parsed) || parsed < 1 || parsed > kNumberMax) {
      return at(value, key.Scalar() + " is a number from 1 to " + std::to_string(kNumberMax));
    }
    *number->second = parsed;
    return Status::ok();
  }

  std::string path_;
  std::map<std::string, std::string*> texts_;
  std::map<std::string, std::int64_t*> numbers_;
  std::set<std::string> seen_;
};

Status check(const Reader& reader, const CmsSettings& settings) {
  if (settings.use != "production" && settings.use != "preview") {
    return reader.missing("use is production or preview");
  }
  if (settings.token_file.empty()) return reader.missing("token_file is missing");
  if (settings.calls_per_second > submission::kCallsPerSecondMax ||
      settings.burst_calls > submission::kBurstCallsMax ||
      settings.average_seconds > submission::kAverageSecondsMax || settings.margin_percent > 99) {
    return reader.missing("more calls than any service allows");
  }
  // Else a call could have its effect after it was asked what is there.
  if (settings.settle_seconds <= settings.call_seconds) {
    return reader.missing("settle_seconds must be above call_seconds");
  }
  return Status::ok();
}

}  // namespace

submission::BreakerLimits CmsSettings::breaker_limits() const {
  return {breaker_failures_max, breaker_seconds * kSecond};
}

submission::DeliveryLimits CmsSettings::delivery_limits() const {
  submission::DeliveryLimits limits;
  limits.retry.attempts_max = attempts_max;
  limits.retry.total_milliseconds_max = retry_total_seconds * kSecond;
  limits.retry.first_pause_milliseconds = first_pause_milliseconds;
  limits.retry.pause_milliseconds_max = pause_seconds_max * kSecond;
  limits.retry.forbidden_pause_milliseconds = forbidden_pause_seconds * kSecond;
  limits.retry.forbidden_attempts_max = forbidden_attempts_max;
  limits.retry.retry_after_milliseconds_max = retry_after_seconds_max * kSecond;
  limits.settle_milliseconds = settle_seconds * kSecond;
  limits.writes_max = writes_max;
  limits.finds_max = finds_max;
  return limits;
}

Result<CmsSettings> built_in_cms_settings() {
  CmsSettings settings;
  Reader reader("deploy/cms.yaml", &settings);
  try {
    QCDR_RETURN_IF_ERROR(reader.take(YAML::Load(std::string(built_in_cms()))));
  } catch (const YAML::Exception& error) {
    return Status(ErrorCode::kInternal, std::string("deploy/cms.yaml: ") + error.what());
  }
  return settings;
}

Result<CmsSettings> read_cms_settings(const std::string& path) {
  QCDR_ASSIGN_OR_RETURN(CmsSettings settings, built_in_cms_settings());
  Reader reader(path, &settings);
  try {
    QCDR_RETURN_IF_ERROR(reader.take(YAML::LoadFile(path)));
  } catch (const YAML::BadFile&) {
    return Status(ErrorCode::kNotFound, path + ": cannot be read");
  } catch (const YAML::Exception& error) {
    return Status(ErrorCode::kInvalidArgument, path + ": " + error.what());
  }
  QCDR_RETURN_IF_ERROR(check(reader, settings));
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (std::string* file : {&settings.token_file, &settings.certificates_file}) {
    if (!file->empty()) *file = (folder / *file).string();
  }
  return settings;
}

Result<std::string> read_cms_token(const CmsSettings& settings) {
  QCDR_ASSIGN_OR_RETURN(std::string token, read_secret_file(settings.token_file));
  for (const char c : token) {
    if (c <= ' ' || c > '~') {
      return Status(ErrorCode::kInvalidArgument,
                    settings.token_file + ": a token has letters, digits and signs alone");
    }
  }
  return token;
}

}  // namespace qcdr
