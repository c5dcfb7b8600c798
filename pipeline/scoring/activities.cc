#include "scoring/activities.h"

#include <algorithm>

namespace qcdr::scoring {

Known activities_count_more(const Profile& profile, Known small_practice) {
  const std::array<Known, 4> statuses = {small_practice, profile.rural, profile.hpsa,
                                         profile.non_patient_facing};
  const auto any = [&](Known known) {
    return std::find(statuses.begin(), statuses.end(), known) != statuses.end();
  };
  if (any(Known::kYes)) return Known::kYes;
  return any(Known::kUnknown) ? Known::kUnknown : Known::kNo;
}

Decimal activity_points(const ResolvedRules& rules, const rulebook::Activity& activity,
                        bool counts_more) {
  if (activity.weight == rulebook::ActivityWeight::kFull) return rules.activities_full_credit;
  const Decimal points = activity.weight == rulebook::ActivityWeight::kHigh
                             ? rules.activity_points.high
                             : rules.activity_points.medium;
  if (!counts_more) return points;
  return Decimal::from_raw(points.raw() * rules.activity_special_status_factor);
}

Decimal activities_percent(const ScoreInput& input, bool counts_more) {
  const ResolvedRules& rules = *input.rules;
  Decimal points;
  for (const rulebook::Activity* activity : input.activities) {
    points = points + activity_points(rules, *activity, counts_more);
  }
  points = std::min(points, rules.activities_full_credit);
  Decimal percent = points * Decimal::from_integer(100) / rules.activities_full_credit;
  if (input.profile.medical_home) percent = std::max(percent, rules.medical_home_percent);
  if (has_apm_credit(input.profile)) percent = std::max(percent, rules.apm_activities_percent);
  return percent;
}

bool activities_submitted(const ScoreInput& input) {
  return input.profile.medical_home || !input.activities.empty();
}

bool has_apm_credit(const Profile& profile) {
  return profile.apm_participant &&
         (profile.reweighted_by_approval & category_bit(Category::kActivities)) == 0;
}

}  // namespace qcdr::scoring
