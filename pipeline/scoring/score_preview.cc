#include "scoring/score_preview.h"

#include <fmt/core.h>

#include "core/crypto.h"
#include "scoring/json_document.h"
#include "scoring/qpp_submission.h"

namespace qcdr::scoring {
namespace {

Result<std::string> answer(const PreviewRules& rules, const JsonCursor& submission,
                           const JsonCursor& profile, const PreviewOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const PerformanceYear year, submission_year(submission));
  const ResolvedRules* resolved = rules.find(year);
  if (resolved == nullptr) {
    return Status(ErrorCode::kInvalidArgument,
                  fmt::format("/performanceYear: {} is not in the rulebook; it has {}",
                              year.value(), rules.years()));
  }
  PreviewInput input;
  input.score.as_of = options.as_of;
  QCDR_RETURN_IF_ERROR(read_submission(submission, *resolved, &input));
  QCDR_RETURN_IF_ERROR(read_profile(profile, &input));
  ScoreTree tree = explain(input.score, compute(input.score));
  tree.rulebook_digest = rules.digest();
  tree.messages.insert(tree.messages.end(), input.notes.begin(), input.notes.end());
  return to_json(tree, options.detail);
}

JsonValue empty_object() {
  JsonValue object;
  object.kind = JsonValue::Kind::kObject;
  return object;
}

std::string quoted(std::string_view text) {
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

}  // namespace

PreviewRules::PreviewRules(const rulebook::Rulebook& rulebook)
    : digest_(hex(view(rulebook.digest()))) {
  for (const PerformanceYear year : rulebook.years()) {
    const rulebook::YearRules* rules = rulebook.find_year(year);
    years_.emplace(year, resolve(*rules));
  }
}

const ResolvedRules* PreviewRules::find(PerformanceYear year) const {
  const auto found = years_.find(year);
  return found == years_.end() ? nullptr : &found->second;
}

std::string PreviewRules::years() const {
  std::string years;
  for (const auto& entry : years_) {
    years += (years.empty() ? "" : ", ") + std::to_string(entry.first.value());
  }
  return years;
}

Result<std::string> preview_score(const PreviewRules& rules, std::string_view submission,
                                  std::string_view profile, const PreviewOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const JsonValue document, parse_json(submission));
  JsonValue about = empty_object();
  if (!profile.empty()) {
    Result<JsonValue> parsed = parse_json(profile);
    if (!parsed.is_ok()) return parsed.status().with_context("profile");
    about = std::move(parsed).value();
  }
  return answer(rules, JsonCursor(document, ""), JsonCursor(about, ""), options);
}

Result<std::string> preview_line(const PreviewRules& rules, std::string_view line,
                                 const PreviewOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const JsonValue document, parse_json(line));
  const JsonCursor root(document, "");
  QCDR_RETURN_IF_ERROR(root.expect_object());
  const auto submission = root.member("submission");
  if (!submission) return root.error("\"submission\" is missing");
  const JsonValue nothing = empty_object();
  const auto profile = root.member("profile");
  return answer(rules, *submission, profile ? *profile : JsonCursor(nothing, "/profile"), options);
}

std::string preview_error_line(const Status& error) {
  const std::string& message = error.message();
  const std::size_t end = message.find(": ");
  const bool located = end != std::string::npos && message.front() == '/';
  return fmt::format("{{\"error\":{{\"pointer\":{},\"message\":{}}}}}",
                     quoted(located ? message.substr(0, end) : "/"),
                     quoted(located ? message.substr(end + 2) : message));
}

}  // namespace qcdr::scoring
