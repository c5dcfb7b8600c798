#include "cli/score_receives.h"

#include <fmt/core.h>

#include "cli/json_text.h"
#include "scoring/measure_node.h"

namespace qcdr {
namespace {

std::string_view level_words(scoring::ScoreLevel level) {
  switch (level) {
    case scoring::ScoreLevel::kIndividual:
      return "the individual score";
    case scoring::ScoreLevel::kGroup:
      return "the group's score";
    case scoring::ScoreLevel::kSubgroup:
      return "the subgroup's score";
    case scoring::ScoreLevel::kVirtualGroup:
      return "the virtual group's score";
    case scoring::ScoreLevel::kApmEntity:
      return "the APM entity's score";
  }
  return "the individual score";
}

}  // namespace

void choose_received(ScoreRow* row) {
  const scoring::ResolvedRules& rules = *row->input.rules;
  row->receives = scoring::choose_score(rules, row->held_scores);
  if (!row->receives) return;
  for (const auto& citation :
       scoring::cite(rules, scoring::choice_parameter(row->receives->reason))) {
    row->receives_by = citation.title;
  }
}

std::string receives_text(const ScoreRow& row) {
  if (!row.receives) return "";
  const scoring::ScoreChoice& choice = *row.receives;
  std::string text =
      fmt::format("  CMS would use {}, {}: {}", level_words(choice.level),
                  choice.final_score.to_fixed(2), scoring::choice_words(choice.reason));
  if (row.held_scores.size() > 1) {
    text += " among what this registry holds (";
    for (std::size_t i = 0; i < row.held_scores.size(); ++i) {
      const scoring::LevelScore& held = row.held_scores[i];
      text += fmt::format("{}{} {}", i == 0 ? "" : ", ", scoring::score_level_name(held.level),
                          held.final_score.to_fixed(2));
    }
    text += ")";
  } else {
    text += " in this registry";
  }
  return text + "; " + row.receives_by + "\n";
}

std::string receives_json(const ScoreRow& row) {
  if (!row.receives) return "null";
  const scoring::ScoreChoice& choice = *row.receives;
  std::string json =
      fmt::format("{{\"level\": \"{}\", \"value\": {}, \"reason\": \"{}\", ",
                  scoring::score_level_name(choice.level), choice.final_score.to_string(),
                  scoring::choice_reason_name(choice.reason));
  json += "\"among\": [";
  for (std::size_t i = 0; i < row.held_scores.size(); ++i) {
    const scoring::LevelScore& held = row.held_scores[i];
    json += fmt::format("{}{{\"level\": \"{}\", \"value\": {}}}", i == 0 ? "" : ", ",
                        scoring::score_level_name(held.level), held.final_score.to_string());
  }
  return json + "], \"rule\": " + json_text(row.receives_by) + "}";
}

}  // namespace qcdr
