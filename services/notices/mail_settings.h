// How notices are delivered: a YAML file, `--mail FILE`.
//
//   host: mail.example.org        # required
//   port: 587                     # default 587, with tls: start 465
//   tls: starttls                 # starttls (default), start, or none: on the loopback alone
//   certificates: ca.pem          # instead of the system's
//   from: qcdr@example.org        # required
//   link_base: https://qcdr.example.org   # required, https; before each link
//   user: qcdr                    # with password_file, a file that only its owner can use
//   password_file: /etc/qcdr/mail.password
//   recipients: recipients.yaml   # practice: [address, ...]; "registry" for the registry's own
//   tries_max: 10                 # after so many a notice becomes a dead letter
//   mails_per_minute_max: 300
//   retry_seconds: 1              # the first pause is up to so long, each further up to twice that
//
// Thread-safety: values. Errors: kInvalidArgument with file and line; those of read_secret_file().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/status.h"

namespace qcdr {

enum class MailTls { kStartTls, kFromStart, kNone };

struct MailSettings {
  std::string host;
  int port = 0;
  MailTls tls = MailTls::kStartTls;
  std::string certificates_file;
  std::string from;
  std::string hello;  // name of this machine to the server: the domain of `from`
  std::string link_base;
  std::string user;
  std::string password;
  // Addresses by practice number, and by "registry".
  std::map<std::string, std::vector<std::string>> recipients;
  int tries_max = 10;
  int mails_per_minute_max = 300;
  int retry_seconds = 1;
};

Result<MailSettings> read_mail_settings(const std::string& path);

}  // namespace qcdr
