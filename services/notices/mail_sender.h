// One mail to one recipient, and what became of it.
// Thread-safety: a sender belongs to one thread.
#pragma once

#include <string>

#include "core/time.h"

namespace qcdr {

struct Mail {
  std::string message_id;  // without angle brackets; the same whenever the mail is sent
  std::string from;        // address alone
  std::string to;
  std::string subject;
  std::string body;  // text, lines end with \n
  Instant date;
};

enum class MailOutcome {
  kSent,     // the server took it
  kNotYet,   // the server cannot be reached, or asks to come again
  kRefused,  // the server will never take it for this recipient
};

class MailSender {
 public:
  virtual ~MailSender() = default;
  // Waits for the server's answer, as long as its time-outs allow. When the connection breaks
  // after the text was sent nobody knows whether the server took it: that is kNotYet.
  virtual MailOutcome send(const Mail& mail) = 0;
};

// The mail as RFC 5322 wants it, lines ended by CRLF. It says that a machine wrote it (RFC 3834),
// so that nobody's absence answers.
std::string mail_text(const Mail& mail);
// Whether an address can stand in an envelope: one @, printable, nothing that ends a line.
bool is_mail_address(std::string_view text);

}  // namespace qcdr
