#include "scoring/score_preview.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto.h"
#include "scoring/json_document.h"
#include "scoring/qpp_submission.h"
#include "scoring/what_if.h"

namespace qcdr::scoring {
namespace {

// One document on its way to an answer.
struct Asked {
  const PreviewRules& rules;
  const PreviewOptions& options;
  PreviewPlace place;
  PreviewFindings findings;
};

PreviewAnswer finished(std::string json, bool scored, const Asked& asked) {
  PreviewAnswer answer;
  answer.findings = asked.findings.all();
  answer.has_errors = asked.findings.has_errors();
  answer.scored = scored;
  QCDR_ASSERT(json.back() == '}');
  json.pop_back();
  answer.json = json + ",\"findings\":" + findings_json(answer.findings, asked.place) + "}";
  return answer;
}

// The answer without a score says why at its beginning.
PreviewAnswer not_scored(const Asked& asked) {
  const std::vector<PreviewFinding> all = asked.findings.all();
  const auto fatal = std::find_if(all.begin(), all.end(), [](const PreviewFinding& finding) {
    return describe(finding.code).severity == FindingSeverity::FATAL;
  });
  QCDR_ASSERT(fatal != all.end());
  return finished(
      fmt::format("{{\"error\":{{\"pointer\":{},\"message\":{}}},\"projected\":true,"
                  "\"rulebook\":\"{}\"}}",
                  quoted_json(fatal->pointer),
                  quoted_json(finding_message(code_number(fatal->code), fatal->parameters)),
                  asked.rules.digest()),
      false, asked);
}

FindingCode code_of(JsonFaultKind kind) {
  switch (kind) {
    case JsonFaultKind::kNotJson:
      return FindingCode::SUBMISSION_NOT_JSON;
    case JsonFaultKind::kKeyRepeated:
      return FindingCode::SUBMISSION_KEY_REPEATED;
    case JsonFaultKind::kTooLarge:
      return FindingCode::SUBMISSION_TOO_LARGE;
    case JsonFaultKind::kTooDeep:
      return FindingCode::SUBMISSION_TOO_DEEP;
    case JsonFaultKind::kTooManyValues:
      break;
  }
  return FindingCode::SUBMISSION_TOO_MANY_VALUES;
}

std::vector<std::string> parameters_of(const JsonFault& fault) {
  switch (fault.kind) {
    case JsonFaultKind::kNotJson:
      return {std::to_string(fault.byte_offset)};
    case JsonFaultKind::kKeyRepeated:
      return {};
    case JsonFaultKind::kTooLarge:
      return {std::to_string(kJsonBytesMax)};
    case JsonFaultKind::kTooDeep:
      return {std::to_string(kJsonDepthMax)};
    case JsonFaultKind::kTooManyValues:
      break;
  }
  return {std::to_string(kJsonValuesMax)};
}

std::optional<JsonValue> parse(std::string_view text, Asked* asked) {
  JsonFault fault;
  Result<JsonValue> parsed = parse_json(text, &fault);
  if (parsed.is_ok()) return std::move(parsed).value();
  PreviewFinding finding;
  finding.code = code_of(fault.kind);
  finding.parameters = parameters_of(fault);
  finding.pointer = fault.pointer;
  finding.byte_offset = fault.byte_offset;
  asked->findings.add(std::move(finding));
  return std::nullopt;
}

// The parts of a document; a submission may be the whole of it.
struct Parts {
  JsonCursor submission;
  std::optional<JsonCursor> profile;
  std::optional<JsonCursor> changes;
};

Parts parts_of(const JsonCursor& root) {
  Parts parts{root, root.member("profile"), root.member("changes")};
  const auto submission = root.member("submission");
  // A measurement set names its submission beside its own measurements.
  if (submission && !root.member("measurements")) parts.submission = *submission;
  return parts;
}

std::string tree_json(const Asked& asked, const PreviewInput& input) {
  ScoreTree tree = explain(input.score, compute(input.score));
  tree.rulebook_digest = asked.rules.digest();
  tree.messages.insert(tree.messages.end(), input.notes.begin(), input.notes.end());
  return to_json(tree, asked.options.detail);
}

PreviewAnswer answer(const Parts& parts, bool own_profile, Asked* asked) {
  const auto document = find_parts(parts.submission, &asked->findings);
  if (!document) return not_scored(*asked);
  const auto year = find_year(*document, asked->rules.years(*document), &asked->findings);
  const ResolvedRules* resolved = year ? asked->rules.find(*year) : nullptr;
  if (resolved == nullptr) {
    QCDR_ASSERT(!year);
    return not_scored(*asked);
  }
  PreviewInput input;
  input.findings = std::move(asked->findings);
  input.score.as_of = asked->options.as_of;
  read_submission(*document, *resolved, &input);
  if (!parts.profile || !parts.profile->member("participation")) read_programs(*document, &input);
  find_pathway(*document, &input);
  static const JsonValue nothing{JsonValue::Kind::kObject, false, {}, {}, {}};
  input.findings.set_profile_document(own_profile);
  read_profile(parts.profile ? *parts.profile : JsonCursor(nothing, ""), &input);
  input.findings.set_profile_document(false);
  keep_to_pathway(*document, &input);
  std::string json = parts.changes ? what_if_json(*parts.changes, asked->rules.digest(),
                                                  asked->options.detail, &input)
                                   : tree_json(*asked, input);
  asked->findings = std::move(input.findings);
  return finished(std::move(json), true, *asked);
}

bool has_measure(const rulebook::YearRules& year, const std::string& id) {
  return year.find_measure(id) != nullptr || year.find_activity(id) != nullptr ||
         year.find_interoperability_measure(id) != nullptr;
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

ScoredYears PreviewRules::years(const QppDocument& document) const {
  QCDR_ASSERT(!years_.empty());
  ScoredYears years{years_.begin()->first, years_.rbegin()->first, years_.rbegin()->first};
  const auto said = document.submission->member("performanceYear");
  if (said && said->value().kind == JsonValue::Kind::kNumber) return years;
  const std::vector<std::string> ids = measure_ids(document);
  std::size_t fewest = SIZE_MAX;
  for (const auto& entry : years_) {
    const rulebook::YearRules& year = *entry.second.year_rules;
    if (year.measures().empty()) continue;
    const auto lacking = static_cast<std::size_t>(std::count_if(
        ids.begin(), ids.end(), [&](const std::string& id) { return !has_measure(year, id); }));
    if (lacking > fewest) continue;
    fewest = lacking;
    years.newest_that_fits = entry.first;
  }
  return years;
}

PreviewAnswer preview_score(const PreviewRules& rules, std::string_view document,
                            std::string_view profile, const PreviewOptions& options) {
  Asked asked{rules, options, {}, {}};
  const auto parsed = parse(document, &asked);
  if (!parsed) return not_scored(asked);
  Parts parts = parts_of(JsonCursor(*parsed, ""));
  if (profile.empty()) return answer(parts, false, &asked);
  Asked about{rules, options, {}, {}};
  about.findings.set_profile_document(true);
  const auto parsed_profile = parse(profile, &about);
  if (!parsed_profile) return not_scored(about);
  parts.profile = JsonCursor(*parsed_profile, "");
  return answer(parts, true, &asked);
}

PreviewAnswer preview_refusal(const PreviewRules& rules, FindingCode code,
                              std::vector<std::string> parameters, const PreviewPlace& place) {
  const PreviewOptions options;
  Asked asked{rules, options, place, {}};
  PreviewFinding finding;
  finding.code = code;
  finding.parameters = std::move(parameters);
  asked.findings.add(std::move(finding));
  return not_scored(asked);
}

PreviewAnswer preview_line(const PreviewRules& rules, std::string_view line,
                           const PreviewOptions& options, const PreviewPlace& place) {
  if (line.size() > kPreviewLineBytesMax) {
    return preview_refusal(rules, FindingCode::SUBMISSION_TOO_LARGE,
                           {std::to_string(kPreviewLineBytesMax)}, place);
  }
  Asked asked{rules, options, place, {}};
  const auto parsed = parse(line, &asked);
  if (!parsed) return not_scored(asked);
  return answer(parts_of(JsonCursor(*parsed, "")), false, &asked);
}

}  // namespace qcdr::scoring
