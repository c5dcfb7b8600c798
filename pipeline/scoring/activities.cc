#include "scoring/activities.h"

#include <algorithm>

namespace qcdr::scoring {
namespace {

// Where activities have no weights, each earns the same.
Decimal points_of(const ActivityPoints& points, rulebook::ActivityWeight weight) {
  if (points.each > Decimal()) return points.each;
  return weight == rulebook::ActivityWeight::kHigh ? points.high : points.medium;
}

// Of whatever category (414.1380(c)(2)(iv)), by application or by CMS's own policy.
bool circumstances_granted(const ResolvedRules& rules, const Profile& profile) {
  if (rules.automatic_circumstances && !profile.group) return true;
  for (std::size_t i = 0; i < kCategories; ++i) {
    if ((profile.reweighted_by_approval & category_bit(static_cast<Category>(i))) == 0) continue;
    const ReweightReason reason = profile.reweight_reasons[i];
    if (reason == ReweightReason::kNone || reason == ReweightReason::kExtremeAndUncontrollable ||
        reason == ReweightReason::kAutomaticExtremeAndUncontrollable) {
      return true;
    }
  }
  return false;
}

}  // namespace

Known activities_count_more(const Profile& profile, Known small_practice) {
  const std::array<Known, 4> statuses = {small_practice, profile.rural, profile.hpsa,
                                         profile.non_patient_facing};
  const auto any = [&](Known known) {
    return std::find(statuses.begin(), statuses.end(), known) != statuses.end();
  };
  if (any(Known::kYes)) return Known::kYes;
  return any(Known::kUnknown) ? Known::kUnknown : Known::kNo;
}

Decimal activity_points(const ScoreInput& input, const rulebook::Activity& activity,
                        bool counts_more) {
  const ResolvedRules& rules = *input.rules;
  if (activity.weight == rulebook::ActivityWeight::kFull) return rules.activities_full_credit;
  // What an MVP gives does not depend on special statuses.
  const Decimal in_mvp = points_of(rules.mvp_activity_points, activity.weight);
  if (input.profile.participation == Participation::kMvp && in_mvp > Decimal()) return in_mvp;
  const Decimal points = points_of(rules.activity_points, activity.weight);
  if (!counts_more) return points;
  return Decimal::from_raw(points.raw() * rules.activity_special_status_factor);
}

ActivitiesCredit activities_credit(const ScoreInput& input, bool other_data) {
  const ResolvedRules& rules = *input.rules;
  const Profile& profile = input.profile;
  if (credit_percent(input, ActivitiesCredit::kPathway) > Decimal()) {
    return ActivitiesCredit::kPathway;
  }
  if (!profile.apm_participant || circumstances_granted(rules, profile)) {
    return ActivitiesCredit::kNone;
  }
  const bool enough = !rules.apm_activities_condition || activities_submitted(input) || other_data;
  return enough ? ActivitiesCredit::kApm : ActivitiesCredit::kNone;
}

Decimal credit_percent(const ScoreInput& input, ActivitiesCredit credit) {
  const ResolvedRules& rules = *input.rules;
  switch (credit) {
    case ActivitiesCredit::kNone:
      return {};
    case ActivitiesCredit::kApm:
      return rules.apm_activities_percent;
    case ActivitiesCredit::kPathway:
      if (input.profile.participation == Participation::kApp) return rules.app_activities_percent;
      if (input.profile.participation == Participation::kApmScoringStandard) {
        return rules.apm_standard_activities_percent;
      }
      return {};
  }
  return {};
}

Decimal activities_percent(const ScoreInput& input, bool counts_more, ActivitiesCredit credit) {
  const ResolvedRules& rules = *input.rules;
  Decimal points;
  for (const rulebook::Activity* activity : input.activities) {
    points = points + activity_points(input, *activity, counts_more);
  }
  points = std::min(points, rules.activities_full_credit);
  Decimal percent = points * Decimal::from_integer(100) / rules.activities_full_credit;
  if (input.profile.medical_home) percent = std::max(percent, rules.medical_home_percent);
  return std::max(percent, credit_percent(input, credit));
}

bool activities_submitted(const ScoreInput& input) {
  return input.profile.medical_home || !input.activities.empty();
}

}  // namespace qcdr::scoring
