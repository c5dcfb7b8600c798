// The rows of the first screen: one per TIN and one per TIN/NPI, from the state of any number of
// partitions. Sorted by TIN, then name; the group stands before its clinicians.
//
// A TIN shows as *****6789; two TINs with the same last four digits get a number. Nothing here
// carries a TIN or an NPI.
// Thread-safety: none.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "scoring/score.h"

namespace qcdr {

struct ScoreRow {
  PracticeId practice;
  PerformanceYear year;
  std::string tin;  // masked
  std::string reports_as;
  bool group = false;
  std::string clinician;  // "Last, First"; empty for a group
  std::string clinician_type;
  std::string consent;
  std::uint32_t cases_counted = 0;
  std::uint32_t cases_held = 0;
  std::string entity_id;  // hex
  scoring::ScoreInput input;
  scoring::ScoreSummary summary;
};

// Adds the rows of one partition.
Status add_score_rows(ledger::Ledger& ledger, Instant as_of, std::vector<ScoreRow>* rows);
// Sorts, and tells TINs with the same last four digits apart.
void finish_score_rows(std::vector<ScoreRow>* rows);

// "Projection from data received by ...".
std::string banner(Instant as_of);
std::string score_table_text(const std::vector<ScoreRow>& rows);
std::string score_table_csv(const std::vector<ScoreRow>& rows);
// JSON array; scores as numbers with all their decimals.
std::string score_table_json(const std::vector<ScoreRow>& rows);
std::string adjustment_text(const scoring::PaymentAdjustment& adjustment);

}  // namespace qcdr
