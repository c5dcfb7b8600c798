#include "scoring/facility.h"

namespace qcdr::scoring {
namespace {

// 414.1365(e)(3) names APM entities and subgroups; who reports through an APM pathway has the
// measures and the weights of that.
bool may_be_facility_based(const ResolvedRules& rules, const Profile& profile) {
  if (profile.apm_entity || profile.subgroup) return false;
  if (profile.virtual_group && !rules.facility_based_virtual_groups) return false;
  return profile.participation == Participation::kTraditional ||
         profile.participation == Participation::kMvp;
}

}  // namespace

FacilityStanding facility_standing(const Evaluation& evaluation) {
  const ResolvedRules& rules = evaluation.rules();
  const Profile& profile = evaluation.profile();
  if (profile.facility_based != Known::kYes) return FacilityStanding::kNone;
  if (!rules.facility_based_offered) return FacilityStanding::kNotOffered;
  if (!may_be_facility_based(rules, profile)) return FacilityStanding::kNone;
  if (!profile.facility_quality_percent || !profile.facility_cost_percent) {
    return FacilityStanding::kNoFigures;
  }
  const bool group_data =
      evaluation.activities_submitted || evaluation.promoting_interoperability_submitted;
  return profile.group && !group_data ? FacilityStanding::kWithoutData
                                      : FacilityStanding::kCompared;
}

bool facility_is_compared(const Evaluation& evaluation, const Situation& situation) {
  const FacilityStanding standing = facility_standing(evaluation);
  return standing == FacilityStanding::kCompared ||
         (standing == FacilityStanding::kWithoutData && situation.others_fill);
}

bool facility_counts(const ResolvedRules& rules, const SituationScore& own,
                     const SituationScore& facility) {
  // Where too few categories are left there are no percents to speak of.
  if (facility.fewer_categories) return false;
  return rules.facility_based_by_final_score ? facility.final_score >= own.final_score
                                             : facility.quality_and_cost >= own.quality_and_cost;
}

bool earns_complex_patient_bonus(const Evaluation& evaluation) {
  const Profile& profile = evaluation.profile();
  return evaluation.anything_submitted() ||
         (evaluation.rules().complex_patient.facility_based_without_data && !profile.group &&
          profile.facility_based == Known::kYes);
}

}  // namespace qcdr::scoring
