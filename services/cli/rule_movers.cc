#include "cli/rule_movers.h"

#include <fmt/format.h>

#include "cli/json_text.h"
#include "scoring/other_rules.h"
#include "scoring/score_tree.h"

namespace qcdr {
namespace {

scoring::ScoreTree tree_of(const scoring::ScoreInput& input) {
  return scoring::explain(input, scoring::compute(input));
}

std::string number(const std::optional<Decimal>& value) {
  return value ? value->to_string() : "-";
}

}  // namespace

std::vector<RuleMover> rule_movers(const std::vector<ScoreRow>& rows,
                                   const scoring::ResolvedRules& rules) {
  std::vector<RuleMover> movers;
  for (const ScoreRow& row : rows) {
    if (row.input.rules == nullptr || row.year != rules.year_rules->year()) continue;
    const scoring::InputUnderOtherRules other = scoring::under(row.input, rules);
    RuleMover mover;
    mover.row = &row;
    mover.before = scoring::compute(row.input).final_score;
    mover.after = scoring::compute(other.input).final_score;
    mover.differences = scoring::differences(tree_of(row.input), tree_of(other.input));
    mover.left_out = other.left_out;
    if (!mover.differences.empty()) movers.push_back(std::move(mover));
  }
  return movers;
}

std::string rule_movers_text(const std::vector<RuleMover>& movers) {
  std::string text;
  for (const RuleMover& mover : movers) {
    text += fmt::format("{}  {}: {} -> {}\n", mover.row->tin, who_of(*mover.row),
                        mover.before.to_fixed(2), mover.after.to_fixed(2));
    for (const scoring::NodeDifference& each : mover.differences) {
      text += fmt::format("    {}: {} -> {}\n", each.path, number(each.before), number(each.after));
    }
    for (const std::string& id : mover.left_out) text += fmt::format("    {}: unknown\n", id);
  }
  return text + fmt::format("{} whose numbers move\n", movers.size());
}

std::string rule_movers_json(const std::vector<RuleMover>& movers) {
  std::string json = "[";
  for (const RuleMover& mover : movers) {
    json += fmt::format(
        "{}\n{{\"practice\": {}, \"level\": \"{}\", \"tin\": {}, \"clinician\": {}, "
        "\"before\": {}, \"after\": {}, \"differences\": {}}}",
        json.size() == 1 ? "" : ",", mover.row->practice.value(), level_of(*mover.row),
        json_text(mover.row->tin),
        mover.row->clinician.empty() ? "null" : json_text(mover.row->clinician),
        mover.before.to_string(), mover.after.to_string(),
        scoring::differences_json(mover.differences));
  }
  return json + "]\n";
}

}  // namespace qcdr
