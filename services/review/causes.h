// Why CMS's score differs from our projection: the likely causes among those that CMS lists for
// targeted reviews, each with the evidence that led to it.
//
// What only CMS knows (cost, complex patient bonus) is taken from its answer first; a difference
// that goes with it is nobody's error. Every other cause is tried: the score is computed again as
// if the status had not been recognised, the approval not been applied, the data not arrived, the
// denominator not been lowered. What brings our numbers to CMS's is likely; the one that leaves the
// fewest differences stands first. Source of the list: CMS's pages on targeted reviews, which call
// it not comprehensive; hence "other".
// Thread-safety: values and pure functions. Errors: none; the input is one that compute() takes.
#pragma once

#include <string>
#include <vector>

#include "review/comparison.h"

namespace qcdr::review {

enum class Cause {
  kWrongTinOrNpi,
  kStatusNotRecognised,
  kReweightingNotApplied,
  kMeasureData,
  kDenominatorNotLowered,
  kOther,
};
// "wrongTinOrNpi", "statusNotRecognised", "reweightingNotApplied", "measureData",
// "denominatorNotLowered", "other".
std::string_view cause_name(Cause cause);
// "data submitted under the wrong TIN or NPI": for people.
std::string_view cause_words(Cause cause);
// As a review-case record names it: "CALCULATION", "ELIGIBILITY", "CIRCUMSTANCES", "THIRD_PARTY".
std::string_view record_cause(Cause cause);

// What the registry knows beside the score.
struct KnownFacts {
  std::uint64_t cases = 0;              // that count for the entity
  std::vector<std::string> other_tins;  // masked; the clinician stands under these, too
  std::string list_date;                // of the eligibility list; empty: none
  scoring::Known applies = scoring::Known::kUnknown;
  std::vector<std::string> approvals;  // "quality, ia: approved 2022-12-15, EUC-17"
  std::vector<std::string> receipts;   // "quality: sent 2023-03-14, read back the same"
  bool will_be_sent = false;
};

struct LikelyCause {
  Cause cause = Cause::kOther;
  std::vector<std::string> evidence;
  std::size_t differences_left = 0;  // of final score, bonus and categories
};

struct Diagnosis {
  // Ours with CMS's cost and bonus: what the score should be if nothing else is wrong.
  scoring::ScoreInput input;
  scoring::ScoreSummary expected;
  std::vector<std::string> taken_from_cms;  // "cost", "complex patient bonus"
  std::size_t differences = 0;              // left after that
  std::vector<LikelyCause> causes;          // the most likely first; none: nothing is left
};
Diagnosis diagnose(const scoring::ScoreInput& input, const scoring::ScoreSummary& ours,
                   const ledger::SharedFeedback& cms, const KnownFacts& facts);

}  // namespace qcdr::review
