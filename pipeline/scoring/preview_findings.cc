#include "scoring/preview_findings.h"

#include <fmt/format.h>

#include "core/finding_explanations.h"

namespace qcdr::scoring {
namespace {

std::string finding_json(const PreviewFinding& finding, const PreviewPlace& place) {
  const FindingDescription& known = describe(finding.code);
  std::vector<std::string> location;
  if (place.line > 0) location.push_back(fmt::format("\"line\":{}", place.line));
  if (place.line > 0 || finding.byte_offset) {
    location.push_back(fmt::format(
        "\"byteOffset\":{}", place.byte_offset + finding.byte_offset.value_or(std::size_t{0})));
  }
  if (finding.in_profile) location.push_back("\"document\":\"profile\"");
  location.push_back("\"jsonPointer\":" + quoted_json(finding.pointer));
  if (!finding.other_pointer.empty()) {
    location.push_back("\"otherJsonPointer\":" + quoted_json(finding.other_pointer));
  }
  std::vector<std::string> parameters;
  for (const std::string& parameter : finding.parameters) {
    parameters.push_back(quoted_json(parameter));
  }
  const std::uint32_t code = code_number(finding.code);
  return fmt::format(
      "{{\"code\":\"{}\",\"severity\":\"{}\",\"title\":{},\"message\":{},\"hint\":{},"
      "\"docUrl\":\"{}\",\"location\":{{{}}},\"effect\":{},\"params\":[{}]}}",
      print_code(code), severity_name(known.severity), quoted_json(known.title),
      quoted_json(finding_message(code, finding.parameters)), quoted_json(known.hint),
      finding_document_link(code), fmt::join(location, ","), quoted_json(effect_text(known.effect)),
      fmt::join(parameters, ","));
}

bool is_fraction(const JsonCursor& at) {
  const Result<Decimal> read =
      at.number(Decimal::from_raw(-INT64_MAX), Decimal::from_raw(INT64_MAX));
  return read.is_ok() && read.value().raw() % Decimal::kOne != 0;
}

}  // namespace

void PreviewFindings::add(FindingCode code, const JsonCursor& at,
                          std::vector<std::string> parameters) {
  PreviewFinding finding;
  finding.code = code;
  finding.parameters = std::move(parameters);
  finding.pointer = at.pointer();
  add(std::move(finding));
}

void PreviewFindings::add(PreviewFinding finding) {
  if (describe(finding.code).severity >= FindingSeverity::ERROR) ++errors_;
  if (findings_.size() == kPreviewFindingsMax) {
    ++left_out_;
    return;
  }
  finding.in_profile = in_profile_;
  findings_.push_back(std::move(finding));
}

std::vector<PreviewFinding> PreviewFindings::all() const {
  std::vector<PreviewFinding> all = findings_;
  if (left_out_ > 0) {
    PreviewFinding more;
    more.code = FindingCode::MORE_FINDINGS;
    more.parameters = {std::to_string(left_out_)};
    all.push_back(std::move(more));
  }
  return all;
}

std::string findings_json(const std::vector<PreviewFinding>& findings, const PreviewPlace& place) {
  std::string json = "[";
  for (const PreviewFinding& finding : findings) {
    if (json.size() > 1) json += ',';
    json += finding_json(finding, place);
  }
  return json + "]";
}

std::string finding_line(const PreviewFinding& finding) {
  const std::uint32_t code = code_number(finding.code);
  return fmt::format(
      "{} {} {} ({}{})", print_code(code), severity_name(describe(finding.code).severity),
      finding_message(code, finding.parameters), finding.in_profile ? "profile " : "",
      finding.pointer.empty() ? "whole document" : finding.pointer);
}

std::string quoted_json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void ValueReader::refuse(const JsonCursor& at, std::string form) const {
  const bool profile = document_ == Document::kProfile;
  std::string name = at.name();
  if (name.empty()) name = profile ? "the whole" : "the document";
  if (name[0] >= '0' && name[0] <= '9') name = "an item";
  findings_->add(profile ? FindingCode::PROFILE_VALUE : FindingCode::MEMBER_TYPE, at,
                 {std::move(name), std::move(form)});
}

std::optional<bool> ValueReader::boolean(const JsonCursor& at) const {
  const Result<bool> read = at.boolean();
  if (read.is_ok()) return read.value();
  refuse(at, "true or false");
  return std::nullopt;
}

std::optional<std::string> ValueReader::word(const JsonCursor& at) const {
  const Result<std::string> read = at.word();
  if (read.is_ok()) return read.value();
  refuse(at, "a text");
  return std::nullopt;
}

std::optional<Decimal> ValueReader::number(const JsonCursor& at, Decimal low, Decimal high) const {
  const Result<Decimal> read = at.number(low, high);
  if (read.is_ok()) return read.value();
  if (document_ == Document::kProfile) {
    refuse(at, fmt::format("a number from {} to {}", low.to_string(), high.to_string()));
  } else if (at.value().kind != JsonValue::Kind::kNumber) {
    refuse(at, "a number");
  } else {
    findings_->add(FindingCode::NUMBER_OUT_OF_RANGE, at,
                   {at.name(), low.to_string(), high.to_string()});
  }
  return std::nullopt;
}

std::optional<std::int64_t> ValueReader::whole(const JsonCursor& at, std::int64_t low,
                                               std::int64_t high) const {
  const Result<std::int64_t> read = at.whole(low, high);
  if (read.is_ok()) return read.value();
  const std::string& text = at.value().text;
  if (document_ == Document::kProfile) {
    refuse(at, fmt::format("a whole number from {} to {}", low, high));
  } else if (at.value().kind != JsonValue::Kind::kNumber) {
    refuse(at, "a whole number");
  } else if (text.starts_with('-') && low >= 0) {
    findings_->add(FindingCode::COUNT_NEGATIVE, at, {at.name()});
  } else if (is_fraction(at)) {
    findings_->add(FindingCode::COUNT_NOT_WHOLE, at, {at.name()});
  } else {
    findings_->add(FindingCode::NUMBER_OUT_OF_RANGE, at,
                   {at.name(), std::to_string(low), std::to_string(high)});
  }
  return std::nullopt;
}

bool ValueReader::object(const JsonCursor& at) const {
  const bool right = at.value().kind == JsonValue::Kind::kObject;
  if (!right) refuse(at, "an object");
  return right;
}

bool ValueReader::list(const JsonCursor& at) const {
  const bool right = at.value().kind == JsonValue::Kind::kList;
  if (!right) refuse(at, "a list");
  return right;
}

std::optional<JsonCursor> ValueReader::required(const JsonCursor& at, std::string_view key) const {
  auto member = at.member(key);
  if (member) return member;
  if (document_ == Document::kProfile) {
    findings_->add(FindingCode::PROFILE_VALUE, at, {std::string(key), "a value"});
  } else {
    findings_->add(FindingCode::MEMBER_MISSING, at, {std::string(key)});
  }
  return member;
}

}  // namespace qcdr::scoring
