// One possible world of an entity, and the final score in it.
//
// A score is asked for in several worlds: the one that stands in the projection, and all that what
// is unknown allows. Internal to scoring; see score.h. Source: 42 CFR 414.1380(c).
// Thread-safety: pure functions. Ownership: Evaluation points to its input. No allocation.
#pragma once

#include "scoring/activities.h"
#include "scoring/quality.h"

namespace qcdr::scoring {

enum class CostView : std::uint8_t { kReweighted, kGiven, kLowest, kHighest };

struct Situation {
  bool small_practice = false;
  bool promoting_interoperability_reweighted = false;
  bool activities_count_more = false;
  // CMS makes benchmarks from the year's own data, and they turn out best.
  bool best_benchmarks = false;
  // Others send for the same clinician or group what is missing here.
  bool others_fill = false;
  CostView cost = CostView::kReweighted;
  // Quality and cost are those of the hospital; see facility.h.
  bool facility_based = false;
  Decimal complex_patient_bonus;
};

// Quality in a practice of one size.
struct QualityView {
  Decimal percent;
  Decimal percent_with_best_benchmarks;
  Decimal filled;  // others fill the places without a measure
  Decimal filled_with_best_benchmarks;
  Decimal improvement;  // percentage points in `percent`
};

// What of an input is the same in every situation.
struct Evaluation {
  const ScoreInput* input = nullptr;
  std::array<QualityView, 2> quality;          // of other and of small practices
  std::array<Decimal, 2> activities_percent;   // as activities count, and where they count more
  Decimal promoting_interoperability_percent;  // 0 when nothing is submitted
  Decimal cost_percent;                        // with cost_known
  std::int64_t quality_places = 0;             // as projected
  bool quality_scorable = true;
  bool quality_submitted = false;
  bool activities_submitted = false;
  bool promoting_interoperability_submitted = false;
  bool cost_known = false;       // given, or values of cost measures
  bool benchmarks_open = false;  // a measure without benchmark could get one
  ActivitiesCredit activities_credit = ActivitiesCredit::kNone;

  const ResolvedRules& rules() const { return *input->rules; }
  const Profile& profile() const { return input->profile; }
  bool anything_submitted() const {
    return quality_submitted || activities_submitted || promoting_interoperability_submitted;
  }
};

struct SituationScore {
  Decimal final_score;
  CategorySet reweighted = 0;
  Weights weights{};
  bool fewer_categories = false;
  Decimal small_practice_bonus;  // on the final score, where the year has it there
  Decimal quality_and_cost;      // their points together
  bool facility_based = false;
};

// Scores the measures into `scores`, points and picks as in the projection itself.
Evaluation evaluate(const ScoreInput& input, MeasureScores* scores);

// The situation of the projection: unknown statuses count as no, unknown cost as reweighted, an
// unknown bonus as none, a benchmark that is not there as none.
Situation projected_situation(const Evaluation& evaluation);
SituationScore score_in(const Evaluation& evaluation, const Situation& situation);
// As the situation says, whether the hospital's figures are better or not.
SituationScore compose(const Evaluation& evaluation, const Situation& situation);
// Percent of a category there, 0 when nothing is submitted.
Decimal category_percent(const Evaluation& evaluation, const Situation& situation,
                         Category category);

// An APM entity has the weights of its pathway, whichever it reports by (414.1317(b)(2): cost
// weighs nothing for it).
WeightTable weight_table(const ResolvedRules& rules, const Profile& profile, bool small_practice);

// CMS's automatic policy of the year takes every individual for affected by circumstances.
bool in_automatic_circumstances(const ResolvedRules& rules, const Profile& profile);
// What that policy leaves without a score: too little was submitted of an individual.
bool neutral_by_circumstances(const Evaluation& evaluation);

// Whether promoting interoperability is reweighted when the practice's size is this.
Known promoting_interoperability_reweighted(const ScoreInput& input, bool small_practice);
bool cost_unknown(const Evaluation& evaluation);
bool small_practice_unknown(const Evaluation& evaluation);
bool complex_patient_bonus_unknown(const Evaluation& evaluation);
// Others may add to what is submitted here. Where nothing is, nothing is assumed of them.
bool data_of_others_unknown(const Evaluation& evaluation);
// A special status that is not known moves the score, whatever the practice's size.
bool special_status_unknown(const Evaluation& evaluation, bool small_practice);

struct ScoreRange {
  Decimal low;
  Decimal high;
};
// What varies in a range; the rest is as in the projection.
struct Varying {
  bool cost = false;
  bool special_status = false;
  bool small_practice = false;
  bool complex_patient_bonus = false;
  bool benchmarks = false;
  bool data_of_others = false;
};
ScoreRange score_range(const Evaluation& evaluation, const Varying& varying);

}  // namespace qcdr::scoring
