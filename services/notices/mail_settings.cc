#include "notices/mail_settings.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>

#include "common/secret_file.h"
#include "notices/mail_sender.h"

namespace qcdr {
namespace {

constexpr int kSubmissionPort = 587;  // RFC 6409
constexpr int kTlsPort = 465;         // RFC 8314
constexpr int kPortMax = 65'535;
constexpr int kCountMax = 100'000;
constexpr std::size_t kRecipientsMax = 100;

class Reader {
 public:
  Reader(std::string path, MailSettings* settings) : path_(std::move(path)), settings_(*settings) {}

  Status read() {
    QCDR_ASSIGN_OR_RETURN(const YAML::Node root, load(path_));
    if (!root.IsMap()) return at(path_, root, "a map of keys is expected");
    for (const auto& entry : root) {
      if (!entry.first.IsScalar()) return at(path_, entry.first, "a key must be a word");
      if (!seen_.insert(entry.first.Scalar()).second) {
        return at(path_, entry.first, "repeated key " + entry.first.Scalar());
      }
      QCDR_RETURN_IF_ERROR(take(entry.first, entry.second));
    }
    return check(root);
  }

 private:
  static Status at(const std::string& path, const YAML::Node& node, const std::string& what) {
    return Status(ErrorCode::kInvalidArgument,
                  path + ":" + std::to_string(node.Mark().line + 1) + ": " + what);
  }

  static Result<YAML::Node> load(const std::string& path) {
    try {
      return YAML::LoadFile(path);
    } catch (const YAML::BadFile&) {
      return Status(ErrorCode::kNotFound, path + ": cannot be read");
    } catch (const YAML::Exception& error) {
      return Status(ErrorCode::kInvalidArgument, path + ": " + error.what());
    }
  }

  Status take(const YAML::Node& key, const YAML::Node& value) {
    const std::string& name = key.Scalar();
    if (!value.IsScalar() || value.Scalar().empty()) {
      return at(path_, key, name + " takes one value");
    }
    const std::map<std::string, std::string*> texts = {
        {"host", &settings_.host},        {"certificates", &settings_.certificates_file},
        {"from", &settings_.from},        {"link_base", &settings_.link_base},
        {"user", &settings_.user},        {"password_file", &password_file_},
        {"recipients", &recipients_file_}};
    const auto text = texts.find(name);
    if (text != texts.end()) {
      *text->second = value.Scalar();
      return Status::ok();
    }
    if (name == "port") return take_number(value, name, kPortMax, &settings_.port);
    if (name == "tries_max") return take_number(value, name, kCountMax, &settings_.tries_max);
    if (name == "retry_seconds") {
      return take_number(value, name, kCountMax, &settings_.retry_seconds);
    }
    if (name == "mails_per_minute_max") {
      return take_number(value, name, kCountMax, &settings_.mails_per_minute_max);
    }
    if (name == "tls") return take_tls(value);
    return at(path_, key,
              "unknown key " + name +
                  "; there are host, port, tls, certificates, from, link_base, user, "
                  "password_file, recipients, tries_max, mails_per_minute_max, retry_seconds");
  }

  Status take_number(const YAML::Node& value, const std::string& name, int most, int* target) {
    int number = 0;
    if (!YAML::convert<int>::decode(value, number) || number < 1 || number > most) {
      return at(path_, value, name + " is a number from 1 to " + std::to_string(most));
    }
    *target = number;
    return Status::ok();
  }

  Status take_tls(const YAML::Node& value) {
    const std::string& word = value.Scalar();
    if (word == "starttls")
      settings_.tls = MailTls::kStartTls;
    else if (word == "start")
      settings_.tls = MailTls::kFromStart;
    else if (word == "none")
      settings_.tls = MailTls::kNone;
    else
      return at(path_, value, "tls is starttls, start or none");
    return Status::ok();
  }

  bool on_loopback() const {
    return settings_.host == "localhost" || settings_.host == "127.0.0.1" ||
           settings_.host == "[::1]";
  }

  Status check(const YAML::Node& root) {
    if (settings_.host.empty()) return at(path_, root, "host is missing");
    if (settings_.host.find_first_of("/@ \t") != std::string::npos) {
      return at(path_, root, "host is a name or an address");
    }
    if (!is_mail_address(settings_.from)) return at(path_, root, "from is no mail address");
    const bool https = settings_.link_base.starts_with("https://");
    if (!https && !(on_loopback() && settings_.link_base.starts_with("http://"))) {
      return at(path_, root, "link_base begins with https://");
    }
    if (settings_.tls == MailTls::kNone && !on_loopback()) {
      return at(path_, root, "tls: none is for a server on this machine");
    }
    if (settings_.user.empty() != password_file_.empty()) {
      return at(path_, root, "user and password_file belong together");
    }
    if (settings_.port == 0) {
      settings_.port = settings_.tls == MailTls::kFromStart ? kTlsPort : kSubmissionPort;
    }
    settings_.hello = settings_.from.substr(settings_.from.find('@') + 1);
    if (!password_file_.empty()) {
      QCDR_ASSIGN_OR_RETURN(settings_.password, read_secret_file(beside(password_file_)));
    }
    if (!settings_.certificates_file.empty()) {
      settings_.certificates_file = beside(settings_.certificates_file);
    }
    return recipients_file_.empty() ? Status::ok() : read_recipients(beside(recipients_file_));
  }

  // Relative to the file that names it.
  std::string beside(const std::string& file) const {
    return (std::filesystem::path(path_).parent_path() / file).string();
  }

  Status read_recipients(const std::string& path) {
    QCDR_ASSIGN_OR_RETURN(const YAML::Node root, load(path));
    if (!root.IsMap()) return at(path, root, "practices with their addresses are expected");
    for (const auto& entry : root) {
      if (!entry.first.IsScalar() || !entry.second.IsSequence() ||
          entry.second.size() > kRecipientsMax) {
        return at(path, entry.first, "a practice takes a list of addresses");
      }
      for (const YAML::Node& address : entry.second) {
        if (!address.IsScalar() || !is_mail_address(address.Scalar())) {
          return at(path, address, "no mail address");
        }
        settings_.recipients[entry.first.Scalar()].push_back(address.Scalar());
      }
    }
    return Status::ok();
  }

  const std::string path_;
  MailSettings& settings_;
  std::string password_file_;
  std::string recipients_file_;
  std::set<std::string> seen_;
};

}  // namespace

Result<MailSettings> read_mail_settings(const std::string& path) {
  MailSettings settings;
  QCDR_RETURN_IF_ERROR(Reader(path, &settings).read());
  return settings;
}

}  // namespace qcdr
