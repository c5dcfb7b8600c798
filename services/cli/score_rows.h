// The rows of the first screen: one per TIN and one per TIN/NPI, from the state of any number of
// partitions. Sorted by TIN, then name; the group stands before its clinicians.
//
// A TIN shows as *****6789; two TINs with the same last four digits get a number. Nothing here
// carries a TIN or an NPI.
// What is shown of a clinician whose TIN reports as a group is the group's: CMS gives the group's
// score to each of them. Where a TIN reports in both ways, whether a row is sent speaks of the own
// set, and the score is the higher of those that are sent.
// Thread-safety: none.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/standing_reader.h"

namespace qcdr {

struct ScoreRow {
  PracticeId practice;
  PerformanceYear year;
  std::string tin;         // masked
  std::string reports_as;  // "individual", "group", "both", "none"
  bool group = false;
  std::string clinician;  // "Last, First"; empty for a group
  std::string clinician_type;
  std::string consent;
  std::uint32_t cases_counted = 0;
  std::uint32_t cases_held = 0;
  std::string entity_id;  // hex
  bool will_be_sent = false;
  bool sent_as_group = false;  // what is shown is the group's
  // The own data: what counts, whatever may be sent.
  scoring::ScoreInput input;
  scoring::ScoreSummary summary;
  ledger::HeldData held;
  // As shown.
  ledger::Readiness readiness;
  ledger::TwoScores scores;
  scoring::Known applies = scoring::Known::kUnknown;
  LocalDate list_date;  // of the eligibility list that decides; zero: none
};

// Adds the rows of one partition.
Status add_score_rows(ledger::Ledger& ledger, Instant as_of, std::vector<ScoreRow>* rows);
// Sorts, and tells TINs with the same last four digits apart.
void finish_score_rows(std::vector<ScoreRow>* rows);

// "(group)" or the clinician's name.
std::string who_of(const ScoreRow& row);
std::string adjustment_text(const scoring::PaymentAdjustment& adjustment);
std::string_view applies_text(scoring::Known applies);
std::string score_table_csv(const std::vector<ScoreRow>& rows, Instant as_of);

}  // namespace qcdr
