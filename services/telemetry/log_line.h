// One line of the operator's log: what happened, in words of ours, and fields of known types.
//
// There is no field for a value out of an upload, and the words are literals of the program, so an
// identifier has no way in. The text of an error, of the client library and the name of a file are
// the exceptions; they pass the scrubber (identifier_scrubber.h).
//   LogLine(LogLevel::kError, "partition stopped").stage("scoring").partition(p).error(status);
// writes itself where it is destroyed, as one write to standard error: as JSON
//   {"ts":"2026-11-29T19:00:00.000Z","level":"error","msg":"partition
//   stopped","stage":"scoring",...}
// or as text for people: "qcdr: partition stopped stage=scoring partition=3: corruption: ...".
// Thread-safety: lines from any thread; the format is set before there are threads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/status.h"
#include "core/strong.h"

namespace qcdr {

enum class LogLevel : std::uint8_t { kInfo, kWarning, kError };
inline constexpr std::array<std::string_view, 3> kLogLevelNames = {"info", "warning", "error"};
enum class LogFormat : std::uint8_t { kText, kJson };

// Text that stands in the program.
class Literal {
 public:
  template <std::size_t kBytes>
  consteval Literal(const char (&text)[kBytes]) : text_(text, kBytes - 1) {}  // NOLINT: on purpose
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class LogLine {
 public:
  LogLine(LogLevel level, Literal message);
  ~LogLine();
  LogLine(const LogLine&) = delete;
  LogLine& operator=(const LogLine&) = delete;

  // The allow-list. A new field is a decision about privacy: docs/privacy.md.
  LogLine& service(Literal name);
  LogLine& stage(std::string_view loop_service);  // of LoopOptions
  LogLine& partition(Partition partition);
  LogLine& offset(Offset offset);
  LogLine& records(std::uint64_t count);
  LogLine& port(int port);
  LogLine& signal(int number);
  LogLine& upload(std::string_view upload_id);  // anything else than 32 hex digits is left out
  LogLine& file(std::string_view name);         // scrubbed; without the folders before it
  LogLine& client(std::string_view facility, std::string_view text);  // librdkafka's; scrubbed
  LogLine& error(const Status& status);                               // its message scrubbed

 private:
  void text_field(std::string_view name, std::string_view value);
  void number_field(std::string_view name, std::int64_t value);

  LogLevel level_;
  std::string_view message_;
  std::string fields_;  // in the format of the log
  std::string end_;     // of a line for people
};

void set_log_format(LogFormat format);
LogFormat log_format();
// Lines of a level since the process began.
std::uint64_t log_line_count(LogLevel level);

}  // namespace qcdr
