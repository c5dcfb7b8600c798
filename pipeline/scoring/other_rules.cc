#include "scoring/other_rules.h"

#include <algorithm>

namespace qcdr::scoring {

InputUnderOtherRules under(const ScoreInput& input, const ResolvedRules& rules) {
  QCDR_ASSERT(input.rules->year_rules->year() == rules.year_rules->year());
  const rulebook::YearRules& year = *rules.year_rules;
  InputUnderOtherRules other;
  other.input.rules = &rules;
  other.input.profile = input.profile;
  other.input.as_of = input.as_of;
  // Another bonus may be the most; CMS's figure is not more than it.
  if (input.profile.complex_patient_bonus) {
    other.input.profile.complex_patient_bonus =
        std::min(*input.profile.complex_patient_bonus, rules.complex_patient_bonus_maximum);
  }
  const auto keep = [&](auto item, const auto* known, auto* list) {
    if (known == nullptr) {
      other.left_out.push_back(item.measure->id);
      return;
    }
    item.measure = known;
    list->push_back(item);
  };
  for (const MeasureInput& item : input.measures) {
    keep(item, year.find_measure(item.measure->id), &other.input.measures);
  }
  for (const StratumInput& item : input.strata) {
    const rulebook::Measure* known = year.find_measure(item.measure->id);
    const bool same = known != nullptr && known->strata.size() == item.measure->strata.size();
    if (same) keep(item, known, &other.input.strata);
  }
  for (const CostInput& item : input.cost_measures) {
    keep(item, year.find_cost_measure(item.measure->id), &other.input.cost_measures);
  }
  for (const rulebook::Activity* activity : input.activities) {
    const rulebook::Activity* known = year.find_activity(activity->id);
    if (known != nullptr) {
      other.input.activities.push_back(known);
    } else {
      other.left_out.push_back(activity->id);
    }
  }
  other.input.interoperability = input.interoperability;
  other.input.interoperability.rows = {};
  for (const InteroperabilityInput& item : input.interoperability.rows) {
    keep(item, year.find_interoperability_measure(item.measure->id),
         &other.input.interoperability.rows);
  }
  return other;
}

}  // namespace qcdr::scoring
