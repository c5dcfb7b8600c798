// Mail over SMTP, by libcurl: a connection that is kept, TLS from the beginning or by STARTTLS, a
// login. Certificates are always checked. Without TLS only on the loopback.
// Thread-safety: one thread. Errors of opening: kInvalidArgument for settings that cannot be.
#pragma once

#include <memory>

#include "core/status.h"
#include "notices/mail_sender.h"
#include "notices/mail_settings.h"

namespace qcdr {

class SmtpSender final : public MailSender {
 public:
  static Result<std::unique_ptr<SmtpSender>> open(const MailSettings& settings);
  ~SmtpSender() override;
  MailOutcome send(const Mail& mail) override;

 private:
  struct Connection;
  explicit SmtpSender(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace qcdr
