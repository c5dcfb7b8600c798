#include "intake/identify.h"

#include <optional>

#include "intake/identify_parts.h"
#include "intake/limits.h"
#include "intake/text.h"
#include "intake/utf8.h"

namespace qcdr::intake {
namespace {

// An opt-out of which not even the practice can be read holds nobody's data, so its sender must
// hear that here.
constexpr std::string_view kOptOutNotHeard =
    " It is an opt-out file, and nothing is held for it because its practice and year are not "
    "known: "
    "upload it corrected, or tell the registry today who opts out.";

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLooksBytes = 1024;
constexpr std::size_t kMaxPracticeDigits = 5;
constexpr std::size_t kYearDigits = 4;

// UTF-16, with or without its mark: every other byte of its first letters is zero.
bool looks_like_utf16(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if ((byte(0) == 0xFF && byte(1) == 0xFE) || (byte(0) == 0xFE && byte(1) == 0xFF)) return true;
  if (bytes.size() < 4) return false;
  const bool little = byte(0) != 0 && byte(1) == 0 && byte(2) != 0 && byte(3) == 0;
  const bool big = byte(0) == 0 && byte(1) != 0 && byte(2) == 0 && byte(3) != 0;
  return little || big;
}

std::string_view first_text(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  return trimmed(bytes.substr(0, kLooksBytes));
}

// What a portal answers instead of an export: a page to sign in, or an error.
bool looks_like_web_page(std::string_view text) {
  const auto begins = [&](std::string_view with) {
    if (text.size() < with.size()) return false;
    for (std::size_t i = 0; i < with.size(); ++i) {
      const char c = text[i];
      if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != with[i]) return false;
    }
    return true;
  };
  return begins("<!doctype html") || begins("<html");
}

std::optional<v1::Verdict> identify_bytes(std::string_view bytes, Identified* result) {
  const bool marked = bytes.starts_with(kByteOrderMark);
  if (trimmed(bytes.substr(marked ? kByteOrderMark.size() : 0)).empty()) {
    return make_verdict(FindingCode::FILE_EMPTY, Place{}, "");
  }
  const ArchiveType archive = archive_type(bytes);
  if (archive != ArchiveType::kNone) return identify_archive(archive, bytes, result);
  if (looks_like_archive(bytes)) return make_verdict(FindingCode::ARCHIVE_METHOD, Place{}, "");
  if (looks_like_document(bytes)) return make_verdict(FindingCode::SPREADSHEET_GIVEN, Place{}, "");
  if (looks_like_utf16(bytes)) {
    return make_verdict(FindingCode::ENCODING_NOT_SUPPORTED, Place{}, "");
  }
  const std::string_view text = first_text(bytes);
  if (looks_like_web_page(text)) return make_verdict(FindingCode::WEB_PAGE_GIVEN, Place{}, "");
  switch (text.empty() ? '\0' : text.front()) {
    case '<':
      return identify_xml(bytes, result);
    case '{':
    case '[':
      return identify_json(bytes, result);
    default:
      return identify_csv(bytes, result);
  }
}

}  // namespace

std::optional<v1::Verdict> take_practice_and_year(std::string_view practice, std::string_view year,
                                                  const Place& place,
                                                  std::string_view practice_name,
                                                  std::string_view year_name,
                                                  std::string_view where, Identified* result) {
  const auto wrong = [&](std::string_view name, std::string_view text, std::string_view form) {
    if (!is_valid_utf8(text)) {
      return make_verdict(FindingCode::ENCODING_NOT_SUPPORTED, place, name);
    }
    std::string what(name);
    what.append(" of ").append(where);
    std::string shape(form);
    if (without_invisible_ends(text) != text) shape.append(", without the invisible character");
    return make_verdict(FindingCode::HEADER_VALUE_FORM, place, name, {what, shape});
  };
  const std::optional<std::uint32_t> number = small_number(practice, kMaxPracticeDigits);
  if (!number.has_value()) return wrong(practice_name, practice, "three to five digits");
  const std::optional<std::uint32_t> digits = small_number(year, kYearDigits);
  if (!digits.has_value() || year.size() != kYearDigits) {
    return wrong(year_name, year, "a year of four digits");
  }
  result->practice = PracticeId(*number);
  result->year = PerformanceYear(static_cast<std::int32_t>(*digits));
  return std::nullopt;
}

Result<Identified> identify(std::string_view first_bytes, v1::Verdict* why,
                            std::optional<PracticeId> sender) {
  Identified result;
  if (sender) result.practice = *sender;
  const auto failure = identify_bytes(first_bytes.substr(0, kIdentifyBytes), &result);
  if (!failure.has_value()) return result;
  if (why != nullptr) *why = *failure;
  Status status = to_status(*failure);
  if (result.kind != v1::RECORD_KIND_OPT_OUT) return status;
  return Status(status.code(), std::string(status.message()).append(kOptOutNotHeard));
}

}  // namespace qcdr::intake
