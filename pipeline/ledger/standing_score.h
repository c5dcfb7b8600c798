// Two numbers, never one: the score as things stand and the score if all open items are done.
//
// As things stand: only what may be sent now, as elected; categories that are withheld are left
// out. Where nothing may be sent, nothing is submitted: quality, activities and promoting
// interoperability count as nothing (42 CFR 414.1380(b)); what CMS has without anybody's submission
// (cost, administrative claims, special statuses, approvals of reweighting) stays. If all open
// items are done: everything that came late and is held is let in, everything that can still be
// cured is cured, and data stay as they were received. A no stays a no. Data that nobody sent yet
// are not imagined: what they are worth at most stands in the costs. Cases that came after the
// final date are no open item: an audit correction or an extension lets them in, nothing else.
// Thread-safety: values and pure functions.
#pragma once

#include <vector>

#include "ledger/activities.h"
#include "ledger/interoperability.h"
#include "ledger/measure_results.h"
#include "ledger/readiness.h"
#include "scoring/score.h"

namespace qcdr::ledger {

// The input without the data of these categories: as if nothing were submitted for them.
scoring::ScoreInput without(CategoryBits categories, const scoring::ScoreInput& accepted);
// The input of somebody for whom nothing is submitted.
scoring::ScoreInput nothing_submitted(const scoring::ScoreInput& accepted);

// Activities, reports and measure results that came late and wait for an officer.
struct HeldData {
  std::vector<Activity> activities;
  std::optional<InteroperabilityReport> interoperability;
  std::vector<MeasureResult> results;
  bool empty() const { return activities.empty() && !interoperability && results.empty(); }
};
// What is not known to the year's rules is left out, as it is when it comes in time.
void add_held(const HeldData& held, scoring::ScoreInput* input);

// Which data a score is made from.
enum class DataSent : std::uint8_t { kNothing, kAccepted, kAcceptedAndHeld };

struct StandingScore {
  DataSent sent = DataSent::kNothing;
  CategoryBits withheld = 0;  // categories without their data
  scoring::ScoreSummary summary;
  scoring::CauseRanges causes;  // each alone
};

// What `score` was made from.
scoring::ScoreInput input_of(const scoring::ScoreInput& accepted, const StandingScore& score,
                             const HeldData& held);

// Scores where nothing is submitted. Most clinicians of a practice have the same one, so the last
// is kept. Thread-safety: none.
class ScoreOfNothing {
 public:
  // Valid to the next call. `accepted` is of the same rules and instant in every call.
  const StandingScore& of(const scoring::ScoreInput& accepted);

 private:
  std::optional<scoring::Profile> profile_;  // whose score is kept
  StandingScore score_;
};

struct TwoScores {
  StandingScore as_things_stand;
  StandingScore if_all_open_items_done;
  bool same() const {
    return as_things_stand.sent == if_all_open_items_done.sent &&
           as_things_stand.withheld == if_all_open_items_done.withheld;
  }
};

// `score` is that of the accepted data: where the same data are sent it is not computed again.
TwoScores two_scores(const scoring::ScoreInput& accepted, const StandingScore& score,
                     const Readiness& readiness, const HeldData& held, ScoreOfNothing* nothing);

}  // namespace qcdr::ledger
