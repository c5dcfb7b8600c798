#include "cli/what_if.h"

#include <fmt/core.h>

#include <algorithm>

#include "cli/first_screen.h"
#include "cli/json_text.h"
#include "cli/range_words.h"
#include "core/crypto.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

using scoring::Known;
constexpr std::int64_t kPercent = 100;

Result<Decimal> percent_of(const std::string& text) {
  QCDR_ASSIGN_OR_RETURN(const Decimal percent, Decimal::parse(text));
  if (percent < Decimal() || percent > Decimal::from_integer(kPercent)) {
    return Status(ErrorCode::kInvalidArgument, "a percent lies between 0 and 100");
  }
  return percent;
}

Result<Known> known_of(std::string_view text) {
  if (text == "yes") return Known::kYes;
  if (text == "no") return Known::kNo;
  if (text == "unknown") return Known::kUnknown;
  return Status(ErrorCode::kInvalidArgument, "a status is assumed as yes, no or unknown");
}

Status assume_status(const std::string& text, scoring::Profile* profile) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return Status(ErrorCode::kInvalidArgument, "write --assume STATUS=yes, no or unknown");
  }
  QCDR_ASSIGN_OR_RETURN(const Known known, known_of(std::string_view(text).substr(equals + 1)));
  const std::string name = text.substr(0, equals);
  if (name == "smallPractice") {
    profile->small_practice = known;
  } else if (name == "nonPatientFacing") {
    profile->non_patient_facing = known;
  } else if (name == "hospitalBased") {
    profile->hospital_based = known;
  } else if (name == "ascBased") {
    profile->asc_based = known;
  } else if (name == "rural") {
    profile->rural = known;
  } else if (name == "hpsa") {
    profile->hpsa = known;
  } else {
    return Status(ErrorCode::kInvalidArgument,
                  "\"" + name + "\" is no status; see `qcdr score what-if --help`");
  }
  return Status::ok();
}

Result<scoring::MeasureInput*> measure_of(const std::string& id, scoring::ScoreInput* input) {
  for (scoring::MeasureInput& measure : input->measures) {
    if (measure.measure->id == id) return &measure;
  }
  const rulebook::Measure* known = input->rules->year_rules->find_measure(id);
  if (known == nullptr || input->measures.size() == input->measures.capacity()) {
    return Status(ErrorCode::kInvalidArgument, "CMS lists no measure " + id + " in this year");
  }
  scoring::MeasureInput measure;
  measure.measure = known;
  input->measures.push_back(measure);
  return &input->measures[input->measures.size() - 1];
}

Status assume_measure(const WhatIf& what_if, scoring::ScoreInput* input) {
  if (what_if.measure.empty()) {
    if (what_if.met || what_if.not_met || what_if.eligible) {
      return Status(ErrorCode::kInvalidArgument, "say of which --measure");
    }
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(scoring::MeasureInput * measure, measure_of(what_if.measure, input));
  measure->supplied_rate.reset();
  if (what_if.met) measure->performance_met = *what_if.met;
  if (what_if.not_met) measure->performance_not_met = *what_if.not_met;
  const std::int64_t reported = measure->performance_met + measure->performance_not_met +
                                measure->exception + measure->exclusion;
  if (what_if.eligible) {
    measure->eligible_population = *what_if.eligible;
    if (reported > *what_if.eligible) {
      return Status(ErrorCode::kInvalidArgument, "more cases with an outcome than eligible ones");
    }
  }
  measure->eligible_population = std::max(measure->eligible_population, reported);
  return Status::ok();
}

Status assume_categories(const WhatIf& what_if, scoring::Profile* profile,
                         const scoring::ResolvedRules& rules) {
  if (!what_if.activity_points.empty()) {
    QCDR_ASSIGN_OR_RETURN(const Decimal points, Decimal::parse(what_if.activity_points));
    if (points < Decimal() || points > Decimal::from_integer(kPercent)) {
      return Status(ErrorCode::kInvalidArgument, "activities have between 0 and 100 points");
    }
    const Decimal full = rules.activities_full_credit;
    profile->activities_percent = points >= full ? Decimal::from_integer(kPercent)
                                                 : points * Decimal::from_integer(kPercent) / full;
  }
  if (!what_if.interoperability_percent.empty()) {
    QCDR_ASSIGN_OR_RETURN(profile->promoting_interoperability_percent,
                          percent_of(what_if.interoperability_percent));
  }
  if (!what_if.cost_percent.empty()) {
    QCDR_ASSIGN_OR_RETURN(profile->cost_percent, percent_of(what_if.cost_percent));
  }
  if (!what_if.complex_patient_bonus.empty()) {
    QCDR_ASSIGN_OR_RETURN(profile->complex_patient_bonus,
                          percent_of(what_if.complex_patient_bonus));
    if (*profile->complex_patient_bonus > rules.complex_patient_bonus_maximum) {
      return Status(ErrorCode::kInvalidArgument,
                    "more complex-patient points than the year allows");
    }
  }
  return Status::ok();
}

ledger::StandingScore score_of(const scoring::ScoreInput& input) {
  ledger::StandingScore score;
  score.sent = ledger::DataSent::kAccepted;
  score.summary = scoring::compute(input);
  score.causes = scoring::range_by_cause(input);
  return score;
}

// The changes of score-preview, on data that are here. The first that cannot be applied ends it.
Status assume_changes(const std::string& text, scoring::ScoreInput* score) {
  if (text.empty()) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const scoring::JsonValue changes, scoring::parse_json(text));
  scoring::PreviewInput input;
  input.score = *score;
  scoring::apply_changes(scoring::JsonCursor(changes, ""), &input);
  for (const scoring::PreviewFinding& finding : input.findings.all()) {
    if (describe(finding.code).severity < FindingSeverity::ERROR) continue;
    return Status(ErrorCode::kInvalidArgument, "--changes: " + scoring::finding_line(finding));
  }
  *score = input.score;
  return Status::ok();
}

scoring::ScoreTree tree_of(const scoring::ScoreInput& input, const scoring::ScoreSummary& summary) {
  scoring::ScoreTree tree = scoring::explain(input, summary);
  tree.rulebook_digest = hex(view(rulebook::Rulebook::built_in().digest()));
  return tree;
}

std::string shown(const std::optional<Decimal>& number) {
  return number ? number->to_fixed(2) : "none";
}

std::string line(const char* name, const scoring::ScoreSummary& summary, Known applies) {
  return fmt::format("{}: {}, range {} to {}, {}\n", name, summary.final_score.to_fixed(2),
                     summary.low.to_fixed(2), summary.high.to_fixed(2),
                     adjustment_words(summary.adjustment, applies));
}

std::string side_json(const scoring::ScoreSummary& summary) {
  std::string json = fmt::format(
      "{{\"value\": {}, \"low\": {}, \"high\": {}, \"paymentAdjustment\": {{\"percent\": {}, "
      "\"low\": {}, \"high\": {}}}, \"categories\": {{",
      summary.final_score.to_string(), summary.low.to_string(), summary.high.to_string(),
      summary.adjustment.percent.to_string(), summary.adjustment.low.to_string(),
      summary.adjustment.high.to_string());
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const scoring::CategoryScore& category = summary.categories[i];
    json += fmt::format("{}\"{}\": {{\"percent\": {}, \"weight\": {}}}", i == 0 ? "" : ", ",
                        scoring::category_name(static_cast<scoring::Category>(i)),
                        category.percent.to_string(), category.weight);
  }
  return json + "}}";
}

}  // namespace

Result<WhatIfAnswer> assume(const ScoreRow& row, const WhatIf& what_if) {
  WhatIfAnswer answer;
  answer.present = score_of(row.input);
  answer.input = row.input;
  QCDR_RETURN_IF_ERROR(assume_measure(what_if, &answer.input));
  QCDR_RETURN_IF_ERROR(assume_categories(what_if, &answer.input.profile, *answer.input.rules));
  for (const std::string& status : what_if.statuses) {
    QCDR_RETURN_IF_ERROR(assume_status(status, &answer.input.profile));
  }
  QCDR_RETURN_IF_ERROR(assume_changes(what_if.changes, &answer.input));
  answer.assumed = score_of(answer.input);
  answer.before = tree_of(row.input, answer.present.summary);
  answer.after = tree_of(answer.input, answer.assumed.summary);
  answer.differences = scoring::differences(answer.before, answer.after);
  return answer;
}

std::string what_if_text(const ScoreRow& row, const WhatIfAnswer& answer, Instant as_of) {
  std::string text = banner_text(as_of) + "\n" + row.tin + "  " + who_of(row) + "\n";
  text += line("As things stand", row.scores.as_things_stand.summary, row.applies);
  text +=
      line("If all open items are done", row.scores.if_all_open_items_done.summary, row.applies);
  text += line("The data received, if they are sent", answer.present.summary, row.applies);
  text += line("The same with what is assumed", answer.assumed.summary, row.applies);
  text += answer.differences.empty() ? "Nothing in the score changes.\n" : "What changes:\n";
  for (const scoring::NodeDifference& each : answer.differences) {
    text += fmt::format("  {}: {} -> {}\n", each.path, shown(each.before), shown(each.after));
  }
  return text +
         "Only documentation of care already given can still be reported after the year; choosing "
         "cases by result\nis not allowed (42 CFR 414.1340(d)).\n";
}

std::string what_if_json(const ScoreRow& row, const WhatIfAnswer& answer) {
  return fmt::format(
      "{{\"practice\": {}, \"performanceYear\": {}, \"level\": \"{}\", \"tin\": {}, "
      "\"clinician\": {},\n \"asThingsStand\": {},\n \"ifAllOpenItemsDone\": {},\n"
      " \"receivedData\": {},\n \"assumed\": {},\n \"before\": {},\n \"after\": {},\n"
      " \"differences\": {}}}\n",
      row.practice.value(), row.year.value(), level_of(row), json_text(row.tin),
      row.group ? "null" : json_text(row.clinician), side_json(row.scores.as_things_stand.summary),
      side_json(row.scores.if_all_open_items_done.summary), side_json(answer.present.summary),
      side_json(answer.assumed.summary), scoring::to_json(answer.before),
      scoring::to_json(answer.after), scoring::differences_json(answer.differences));
}

}  // namespace qcdr
