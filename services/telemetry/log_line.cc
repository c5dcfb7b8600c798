#include "telemetry/log_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "core/time.h"
#include "telemetry/identifier_scrubber.h"

namespace qcdr {
namespace {

constexpr std::size_t kUploadIdDigits = 32;
constexpr std::size_t kTextBytesMax = 2'000;

std::atomic<LogFormat> g_format{LogFormat::kText};
std::array<std::atomic<std::uint64_t>, kLogLevelNames.size()> g_lines{};

bool is_json() {
  return log_format() == LogFormat::kJson;
}

// As a JSON string without its quotation marks. Bytes that are no text become "?": the line must
// stay readable whatever a library says.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char character : text.substr(0, kTextBytesMax)) {
    if (character == '"' || character == '\\') {
      out += {'\\', character};
    } else if (character == '\n' || character == '\t' || character == '\r') {
      out += ' ';
    } else {
      out += character >= ' ' && character <= '~' ? character : '?';
    }
  }
  return out;
}

std::string now() {
  using std::chrono::milliseconds;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant::from_milliseconds(std::chrono::duration_cast<milliseconds>(since).count())
      .to_string();
}

// One call, so that lines of several threads and processes do not mix.
void write_out(const std::string& line) {
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t count = ::write(STDERR_FILENO, line.data() + written, line.size() - written);
    if (count <= 0) return;  // nobody reads it: nothing can be done about that here
    written += static_cast<std::size_t>(count);
  }
}

}  // namespace

LogLine::LogLine(LogLevel level, Literal message) : level_(level), message_(message.text()) {}

LogLine::~LogLine() {
  g_lines.at(static_cast<std::size_t>(level_)).fetch_add(1, std::memory_order_relaxed);
  if (is_json()) {
    write_out(fmt::format("{{\"ts\":\"{}\",\"level\":\"{}\",\"msg\":\"{}\"{}}}\n", now(),
                          kLogLevelNames.at(static_cast<std::size_t>(level_)), escaped(message_),
                          fields_));
  } else {
    write_out(fmt::format("qcdr: {}{}{}\n", message_, fields_, end_));
  }
}

void LogLine::text_field(std::string_view name, std::string_view value) {
  fields_ += is_json() ? fmt::format(",\"{}\":\"{}\"", name, escaped(value))
                       : fmt::format(" {}={}", name, value);
}

void LogLine::number_field(std::string_view name, std::int64_t value) {
  fields_ +=
      is_json() ? fmt::format(",\"{}\":{}", name, value) : fmt::format(" {}={}", name, value);
}

LogLine& LogLine::service(Literal name) {
  text_field("service", name.text());
  return *this;
}

LogLine& LogLine::stage(std::string_view loop_service) {
  text_field("stage", loop_service);
  return *this;
}

LogLine& LogLine::partition(Partition partition) {
  number_field("partition", partition.value());
  return *this;
}

LogLine& LogLine::offset(Offset offset) {
  number_field("offset", offset.value());
  return *this;
}

LogLine& LogLine::records(std::uint64_t count) {
  number_field("records", static_cast<std::int64_t>(count));
  return *this;
}

LogLine& LogLine::port(int port) {
  number_field("port", port);
  return *this;
}

LogLine& LogLine::signal(int number) {
  number_field("signal", number);
  return *this;
}

LogLine& LogLine::upload(std::string_view upload_id) {
  const bool is_id = upload_id.size() == kUploadIdDigits &&
                     upload_id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (is_id) text_field("upload_id", upload_id);
  return *this;
}

LogLine& LogLine::file(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  text_field("file",
             scrub_identifiers(slash == std::string_view::npos ? name : name.substr(slash + 1)));
  return *this;
}

LogLine& LogLine::client(std::string_view facility, std::string_view text) {
  text_field("facility", scrub_identifiers(facility));
  text_field("text", scrub_identifiers(text));
  return *this;
}

LogLine& LogLine::error(const Status& status) {
  const std::string message = scrub_identifiers(status.message());
  if (is_json()) {
    text_field("error_code", error_code_name(status.code()));
    text_field("error", message);
  } else {
    end_ = fmt::format(": {}: {}", error_code_name(status.code()), message);
  }
  return *this;
}

void set_log_format(LogFormat format) {
  g_format.store(format, std::memory_order_relaxed);
}

LogFormat log_format() {
  return g_format.load(std::memory_order_relaxed);
}

std::uint64_t log_line_count(LogLevel level) {
  return g_lines.at(static_cast<std::size_t>(level)).load(std::memory_order_relaxed);
}

}  // namespace qcdr
