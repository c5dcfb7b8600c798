// One entity's score again with other numbers: the pure core, from the entity's present data.
//
// What is assumed says nothing of what may be sent. After the year only documentation of care
// already given can still be reported; choosing cases by result is not allowed (42 CFR
// 414.1340(d)). Thread-safety: values and free functions. Errors: kInvalidArgument for what cannot
// be assumed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/score_rows.h"
#include "scoring/what_if.h"

namespace CLI {
class App;
}

namespace qcdr {

struct WhatIf {
  std::string measure;
  std::optional<std::int64_t> met;
  std::optional<std::int64_t> not_met;
  std::optional<std::int64_t> eligible;
  // Decimal numbers as they were typed.
  std::string activity_points;
  std::string interoperability_percent;
  std::string cost_percent;
  std::string complex_patient_bonus;
  std::vector<std::string> statuses;  // "smallPractice=yes"
  std::string changes;                // a JSON list, as score-preview takes it
};

struct WhatIfAnswer {
  scoring::ScoreInput input;
  ledger::StandingScore present;  // of the data received
  ledger::StandingScore assumed;
  // Of the data received, and with what is assumed; the numbers that are not the same.
  scoring::ScoreTree before;
  scoring::ScoreTree after;
  std::vector<scoring::NodeDifference> differences;
};

// what_if_options.cc; `assumed` outlives the command.
void add_what_if_options(CLI::App* command, WhatIf* assumed);

Result<WhatIfAnswer> assume(const ScoreRow& row, const WhatIf& what_if);
std::string what_if_text(const ScoreRow& row, const WhatIfAnswer& answer, Instant as_of);
std::string what_if_json(const ScoreRow& row, const WhatIfAnswer& answer);

}  // namespace qcdr
