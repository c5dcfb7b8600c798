// The rows of the first screen: one per TIN and one per TIN/NPI, from the state of any number of
// partitions. Sorted by TIN, then name; the group stands before its clinicians. Behind them one per
// virtual group, which the practice with the lowest number shows.
//
// A TIN shows as *****6789; two TINs with the same last four digits get a number. Nothing here
// carries a TIN or an NPI.
// What is shown of a clinician whose TIN reports as a group is the group's: CMS gives the group's
// score to each of them. Where a TIN reports in both ways, `will_be_sent` speaks of the own set,
// `sent_with_group` of the group's, and the score is the higher of those that are sent: CMS takes
// the higher. Who belongs to a virtual group is sent with it; its score displaces the own one,
// which is shown all the same. Thread-safety: none.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/activities.h"
#include "ledger/interoperability.h"
#include "ledger/ledger.h"
#include "ledger/standing_reader.h"
#include "scoring/score_choice.h"

namespace qcdr {

// What is shown: two scores, and the range of each with what others may send.
struct ShownScores : ledger::TwoScores {
  scoring::CauseRange as_things_stand_with_others;
  scoring::CauseRange if_all_open_items_done_with_others;
};

struct ScoreRow {
  PracticeId practice;
  PerformanceYear year;
  std::string tin;            // masked; of a virtual group CMS's number of it
  std::string reports_as;     // "individual", "group", "both", "none", "virtualGroup"
  std::string virtual_group;  // CMS's number, of a virtual group's row
  std::string displaced_by;   // number of the virtual group whose score counts instead
  bool group = false;
  std::string clinician;  // "Last, First"; empty for a group
  std::string clinician_type;
  std::string consent;
  std::uint32_t cases_counted = 0;
  std::uint32_t cases_held = 0;
  std::string entity_id;         // hex
  bool will_be_sent = false;     // in its own name, or as the group when it reports so
  bool sent_with_group = false;  // a clinician: with the TIN's set
  bool sent_with_virtual_group = false;
  bool sent_as_group = false;  // what is shown is the group's
  // The own data: what counts, whatever may be sent.
  scoring::ScoreInput input;
  scoring::ScoreSummary summary;
  ledger::HeldData held;
  // What activities and interoperability are sent with, beside what is scored; none of a virtual
  // group.
  std::vector<ledger::Activity> activities;
  std::optional<ledger::InteroperabilityReport> interoperability;
  // As shown.
  ledger::Readiness readiness;
  ShownScores scores;
  scoring::Known applies = scoring::Known::kUnknown;
  // Of a clinician, each as things stand and only where it will be sent; which of them CMS would
  // use, and by which rule.
  std::vector<scoring::LevelScore> held_scores;
  std::optional<scoring::ScoreChoice> receives;
  std::string receives_by;
  LocalDate list_date;  // of the eligibility list that decides; zero: none
};

// Adds the rows of one practice-year.
Status add_practice_rows(ledger::PracticeLedger& practice, Instant as_of,
                         std::vector<ScoreRow>* rows);
// Adds the rows of one partition.
Status add_score_rows(ledger::Ledger& ledger, Instant as_of, std::vector<ScoreRow>* rows);
// Sorts, and tells TINs with the same last four digits apart.
void finish_score_rows(std::vector<ScoreRow>* rows);

// "(group)", "(virtual group)" or the clinician's name.
std::string who_of(const ScoreRow& row);
// "individual", "group" or "virtualGroup".
std::string_view level_of(const ScoreRow& row);
// A clinician's data reach CMS, in whichever set; the set of the TIN or virtual group does.
bool is_sent(const ScoreRow& row);
// Where no adjustment applies, none is shown: the percentage would be of somebody else.
std::string adjustment_text(const scoring::PaymentAdjustment& adjustment, scoring::Known applies);
// The same in a sentence: "adjustment -1.92 %".
std::string adjustment_words(const scoring::PaymentAdjustment& adjustment, scoring::Known applies);
std::string_view applies_text(scoring::Known applies);
std::string score_table_csv(const std::vector<ScoreRow>& rows, Instant as_of);

}  // namespace qcdr
