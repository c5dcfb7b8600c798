// Whose points move when other rules of the year are taken: a table that was published again, a
// corrected parameter. The data received of everybody, scored by both.
//
// Rules and data are of the same year; whoever has data of another one is left alone. Nothing here
// carries a TIN or an NPI. Thread-safety: free functions.
#pragma once

#include <string>
#include <vector>

#include "cli/score_rows.h"
#include "scoring/what_if.h"

namespace qcdr {

struct RuleMover {
  const ScoreRow* row = nullptr;
  Decimal before;  // final score
  Decimal after;
  std::vector<scoring::NodeDifference> differences;
  std::vector<std::string> left_out;  // ids that the other rules do not know
};

// In the order of the rows; who keeps every number is not in it.
std::vector<RuleMover> rule_movers(const std::vector<ScoreRow>& rows,
                                   const scoring::ResolvedRules& rules);
std::string rule_movers_text(const std::vector<RuleMover>& movers);
std::string rule_movers_json(const std::vector<RuleMover>& movers);

}  // namespace qcdr
