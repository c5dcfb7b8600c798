#include <fmt/core.h>

#include <array>

#include "notices/mail_sender.h"

namespace qcdr {
namespace {

constexpr std::array<const char*, 7> kDays = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321, 4.5.3.1.3

// "Tue, 31 Jan 2023 12:00:00 +0000"; 1970-01-01 was a Thursday.
std::string date_text(Instant instant) {
  const std::int64_t seconds = instant.milliseconds() / 1000;
  const auto days = static_cast<std::int32_t>(seconds / kDaySeconds);
  const std::int64_t of_day = seconds % kDaySeconds;
  const LocalDate date = LocalDate::from_days(days);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                     kDays[static_cast<std::size_t>(days % 7)], date.day(),
                     kMonths[static_cast<std::size_t>(date.month() - 1)], date.year(),
                     of_day / 3600, of_day / 60 % 60, of_day % 60);
}

// A header is one line, whatever it is made of.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte < 0x20 || byte >= 0x7f ? ' ' : c;
  }
  return line;
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 >= text.size()) return false;
  if (text.size() > kAddressBytesMax || text.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f) return false;
    if (std::string_view("<>()[]\\,;:\"").find(c) != std::string_view::npos) return false;
  }
  return true;
}

std::string mail_text(const Mail& mail) {
  std::string text = "Date: " + date_text(mail.date) + "\r\n";
  text += "From: <" + one_line(mail.from) + ">\r\n";
  text += "To: <" + one_line(mail.to) + ">\r\n";
  text += "Message-ID: <" + one_line(mail.message_id) + ">\r\n";
  text += "Subject: " + one_line(mail.subject) + "\r\n";
  text += "Auto-Submitted: auto-generated\r\n";
  text += "MIME-Version: 1.0\r\n";
  text += "Content-Type: text/plain; charset=utf-8\r\n";
  text += "Content-Transfer-Encoding: 8bit\r\n\r\n";
  for (const char c : mail.body) {
    if (c == '\r') continue;
    if (c == '\n') text += '\r';
    text += c;
  }
  return text;
}

}  // namespace qcdr
