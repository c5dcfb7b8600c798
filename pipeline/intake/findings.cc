#include "intake/findings.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace qcdr::intake {
namespace {

constexpr std::size_t kMaxNameShown = 40;

static_assert(static_cast<int>(FindingSeverity::INFORMATION) == v1::SEVERITY_INFORMATION);
static_assert(static_cast<int>(FindingSeverity::WARNING) == v1::SEVERITY_WARNING);
static_assert(static_cast<int>(FindingSeverity::ERROR) == v1::SEVERITY_ERROR);
static_assert(static_cast<int>(FindingSeverity::FATAL) == v1::SEVERITY_FATAL);

char shown(char c) {
  if (c >= '0' && c <= '9') return '#';
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || c == '_' || c == '-' ? c : '?';
}

}  // namespace

void set_location(v1::SourceLocation* location, const Place& place, std::string_view path) {
  location->set_line(place.line);
  location->set_byte_offset(place.byte_offset);
  location->set_column(place.column);
  location->set_path(std::string(path));
}

v1::Verdict make_verdict(FindingCode code, const Place& place, std::string_view path,
                         std::vector<std::string> parameters) {
  v1::Verdict verdict;
  verdict.set_code(code_number(code));
  set_location(verdict.mutable_location(), place, path);
  for (std::string& parameter : parameters) verdict.add_parameters(std::move(parameter));
  return verdict;
}

bool takes_row_away(FindingCode code) {
  const FindingDescription& finding = describe(code);
  return finding.severity >= FindingSeverity::ERROR &&
         finding.effect == FindingEffect::ROW_NOT_USED;
}

bool refuses_upload(FindingCode code) {
  return describe(code).severity == FindingSeverity::FATAL;
}

std::string safe_name(std::string_view name) {
  std::string text(name.substr(0, kMaxNameShown));
  std::transform(text.begin(), text.end(), text.begin(), shown);
  return text;
}

std::string render(const v1::Verdict& verdict) {
  const FindingDescription* finding = find_finding(verdict.code());
  const std::vector<std::string> parameters(verdict.parameters().begin(),
                                            verdict.parameters().end());
  std::string text = fmt::format(
      "{} {} {}: {}", print_code(verdict.code()),
      finding != nullptr ? severity_name(finding->severity) : std::string_view("unknown"),
      finding != nullptr ? finding->title : std::string_view("Unknown finding"),
      finding_message(verdict.code(), parameters));
  const v1::SourceLocation& location = verdict.location();
  if (location.line() == 0) return text;
  text += fmt::format(" (line {}, column {}", location.line(), location.column());
  if (!location.path().empty()) text += ", " + location.path();
  return text + ")";
}

Status to_status(const v1::Verdict& verdict) {
  const bool limit = verdict.code() == code_number(FindingCode::FILE_TOO_LARGE) ||
                     verdict.code() == code_number(FindingCode::TOO_MANY_RECORDS);
  return Status(limit ? ErrorCode::kLimitExceeded : ErrorCode::kInvalidArgument, render(verdict));
}

}  // namespace qcdr::intake
