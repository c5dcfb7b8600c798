#include "ledger/standing_score.h"

#include <algorithm>

#include "ledger/scored_results.h"

namespace qcdr::ledger {
namespace {

bool has_activity(const scoring::ScoreInput& input, const rulebook::Activity* activity) {
  return std::find(input.activities.begin(), input.activities.end(), activity) !=
         input.activities.end();
}

scoring::InteroperabilityReport scored_report(const rulebook::YearRules& rules,
                                              const InteroperabilityReport& report) {
  scoring::InteroperabilityReport out;
  if (rules.interoperability_measures().empty()) return out;
  out.reported = true;
  out.has_cehrt_id = !report.cehrt_id.empty();
  if (report.from.days() != 0 && report.to >= report.from) {
    out.period_days = report.to.days() - report.from.days() + 1;
  }
  for (const InteroperabilityReport::Measure& row : report.measures) {
    const auto* measure = rules.find_interoperability_measure(row.measure_id);
    if (measure == nullptr || out.rows.size() == out.rows.capacity()) continue;
    out.rows.push_back({measure, row.attested, row.numerator, row.denominator});
  }
  return out;
}

DataSent sent_as_things_stand(const Readiness& readiness) {
  return readiness.will_be_sent() ? DataSent::kAccepted : DataSent::kNothing;
}

DataSent sent_if_all_open_items_done(const Readiness& readiness, const HeldData& held) {
  if (!readiness.can_be_sent()) return DataSent::kNothing;
  return held.empty() ? DataSent::kAccepted : DataSent::kAcceptedAndHeld;
}

}  // namespace

scoring::ScoreInput without(CategoryBits categories, const scoring::ScoreInput& accepted) {
  scoring::ScoreInput input = accepted;
  if ((categories & kQualityBit) != 0) {
    input.profile.quality_percent.reset();
    input.measures = {};
    input.strata = {};
    for (const scoring::MeasureInput& measure : accepted.measures) {
      if (measure.collection == scoring::CollectionType::kAdministrativeClaims) {
        input.measures.push_back(measure);
      }
    }
  }
  if ((categories & kActivitiesBit) != 0) {
    input.profile.activities_percent.reset();
    input.profile.medical_home = false;  // attested with the data
    input.activities = {};
  }
  if ((categories & kInteroperabilityBit) != 0) {
    input.profile.promoting_interoperability_percent.reset();
    input.interoperability = {};
  }
  return input;
}

scoring::ScoreInput nothing_submitted(const scoring::ScoreInput& accepted) {
  return without(kAllSent, accepted);
}

void add_held(const HeldData& held, scoring::ScoreInput* input) {
  const rulebook::YearRules& rules = *input->rules->year_rules;
  for (const Activity& attested : held.activities) {
    const rulebook::Activity* activity = rules.find_activity(attested.activity_id);
    if (activity == nullptr || has_activity(*input, activity)) continue;
    if (input->activities.size() == input->activities.capacity()) break;
    input->activities.push_back(activity);
  }
  if (held.interoperability) {
    input->interoperability = scored_report(rules, *held.interoperability);
  }
  for (const MeasureResult& result : held.results) add_result(result, input);
}

scoring::ScoreInput input_of(const scoring::ScoreInput& accepted, const StandingScore& score,
                             const HeldData& held) {
  if (score.sent == DataSent::kNothing) return nothing_submitted(accepted);
  scoring::ScoreInput input = accepted;
  if (score.sent == DataSent::kAcceptedAndHeld) add_held(held, &input);
  return without(score.withheld, input);
}

const StandingScore& ScoreOfNothing::of(const scoring::ScoreInput& accepted) {
  const scoring::ScoreInput input = nothing_submitted(accepted);
  const bool profile_only = input.measures.empty() && input.cost_measures.empty();
  if (profile_only && profile_ && *profile_ == input.profile) return score_;
  score_.sent = DataSent::kNothing;
  score_.summary = scoring::compute_with_causes(input, &score_.causes);
  profile_.reset();
  if (profile_only) profile_ = input.profile;
  return score_;
}

TwoScores two_scores(const scoring::ScoreInput& accepted, const StandingScore& score,
                     const Readiness& readiness, const HeldData& held, ScoreOfNothing* nothing) {
  QCDR_ASSERT(score.sent == DataSent::kAccepted && score.withheld == 0);
  const auto score_of = [&](DataSent sent, CategoryBits withheld) {
    if (sent == DataSent::kNothing) return nothing->of(accepted);
    if (sent == DataSent::kAccepted && withheld == 0) return score;
    StandingScore other;
    other.sent = sent;
    other.withheld = withheld;
    other.summary = scoring::compute_with_causes(input_of(accepted, other, held), &other.causes);
    return other;
  };
  TwoScores scores;
  scores.as_things_stand = score_of(sent_as_things_stand(readiness), readiness.withheld_now());
  StandingScore& done = scores.if_all_open_items_done;
  done.sent = sent_if_all_open_items_done(readiness, held);
  done.withheld =
      done.sent == DataSent::kNothing ? CategoryBits{0} : readiness.withheld_when_done();
  done = scores.same() ? scores.as_things_stand : score_of(done.sent, done.withheld);
  return scores;
}

}  // namespace qcdr::ledger
