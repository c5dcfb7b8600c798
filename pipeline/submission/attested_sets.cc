// Improvement activities and promoting interoperability.
#include <algorithm>

#include "submission/payload_table.h"
#include "submission/set_draft.h"

namespace qcdr::submission {
namespace {

using rulebook::InteroperabilityRole;
using scoring::InteroperabilityInput;

bool names(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Excluded left_out(SetCategory category, const std::string& measure_id, Exclusion reason) {
  Excluded excluded;
  excluded.category = category;
  excluded.measure_id = measure_id;
  excluded.reason = reason;
  return excluded;
}

bool is_claimed(const InteroperabilityInput& row) {
  return row.measure->ratio || row.attested;
}

// Whether `row` stays where it and `other` cannot both: what is said before what is denied, what
// was done before its exclusion, a count before a statement, and then the first of the year's
// table.
bool goes_before(const InteroperabilityInput& row, const InteroperabilityInput& other) {
  if (is_claimed(row) != is_claimed(other)) return is_claimed(row);
  const bool excludes = row.measure->role == InteroperabilityRole::kExclusion;
  if (excludes != (other.measure->role == InteroperabilityRole::kExclusion)) return !excludes;
  if (row.measure->ratio != other.measure->ratio) return row.measure->ratio;
  return row.measure < other.measure;
}

bool contradict(const InteroperabilityInput& row, const InteroperabilityInput& other) {
  return names(row.measure->excludes, other.measure->id) ||
         names(row.measure->substitutes, other.measure->id);
}

// True: one of two that cannot stand together was taken out.
bool settle_one(std::vector<InteroperabilityInput>* rows, CategoryDraft* draft) {
  for (const InteroperabilityInput& row : *rows) {
    for (const InteroperabilityInput& other : *rows) {
      if (row.measure == other.measure || !contradict(row, other)) continue;
      const rulebook::InteroperabilityMeasure* dropped =
          goes_before(row, other) ? other.measure : row.measure;
      draft->excluded.push_back(
          left_out(SetCategory::kInteroperability, dropped->id, Exclusion::kExcludedOrSubstituted));
      rows->erase(std::find_if(rows->begin(), rows->end(),
                               [&](const auto& each) { return each.measure == dropped; }));
      return true;
    }
  }
  return false;
}

std::vector<InteroperabilityInput> settled_rows(const SetInput& input, CategoryDraft* draft) {
  std::vector<InteroperabilityInput> rows;
  for (const InteroperabilityInput& row : input.accepted->interoperability.rows) {
    if (row.measure->ratio && row.denominator <= 0) {
      draft->excluded.push_back(
          left_out(SetCategory::kInteroperability, row.measure->id, Exclusion::kNoEligibleCases));
    } else {
      rows.push_back(row);
    }
  }
  while (settle_one(&rows, draft)) {
  }
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.measure->id < b.measure->id; });
  return rows;
}

std::optional<Exclusion> why_not(const SetInput& input, const CategoryDraft& draft, bool any) {
  const PerformanceYear year = year_of(input);
  if (!draft.there) return std::nullopt;
  if (!has_word(year, WordList::kInteroperabilityEntity, entity_kind_name(input.entity.kind))) {
    return Exclusion::kEntityMayNotSend;
  }
  if (!any) return Exclusion::kNothingLeft;
  if (!input.interoperability_period) return Exclusion::kPeriodNotSaid;
  if (!is_period_of_year(*input.interoperability_period, year)) return Exclusion::kPeriodNotOfYear;
  if (rule_holds(year, PayloadRule::kCehrtNeeded) && input.cehrt_id.empty()) {
    return Exclusion::kCertificationNotSaid;
  }
  return std::nullopt;
}

}  // namespace

CategoryDraft activities_draft(const SetInput& input) {
  CategoryDraft draft;
  MeasurementSet set = empty_set(input, SetCategory::kActivities);
  const rulebook::Pathway* pathway = pathway_of(input);
  for (const rulebook::Activity* activity : input.accepted->activities) {
    draft.there = true;
    if (pathway != nullptr && !names(pathway->activities, activity->id)) {
      draft.excluded.push_back(
          left_out(SetCategory::kActivities, activity->id, Exclusion::kNotOfProgram));
      continue;
    }
    set.measurements.push_back({activity->id, BooleanValue{true}});
  }
  if (!draft.there) return draft;
  const Period period = input.activities_period.value_or(calendar_year(year_of(input)));
  if (!is_period_of_year(period, year_of(input))) {
    draft.none_of_it = Exclusion::kPeriodNotOfYear;
  } else if (set.measurements.empty()) {
    draft.none_of_it = Exclusion::kNothingLeft;
  } else {
    set.start = period.from;
    set.end = period.to;
    std::sort(set.measurements.begin(), set.measurements.end(),
              [](const auto& a, const auto& b) { return a.measure_id < b.measure_id; });
    draft.sets.push_back(std::move(set));
  }
  return draft;
}

CategoryDraft interoperability_draft(const SetInput& input) {
  CategoryDraft draft;
  const scoring::InteroperabilityReport& report = input.accepted->interoperability;
  draft.there = report.reported || !report.rows.empty();
  const std::vector<InteroperabilityInput> rows = settled_rows(input, &draft);
  draft.none_of_it = why_not(input, draft, !rows.empty());
  if (!draft.there || draft.none_of_it) return draft;
  MeasurementSet set = empty_set(input, SetCategory::kInteroperability);
  set.start = input.interoperability_period->from;
  set.end = input.interoperability_period->to;
  set.cehrt_id = input.cehrt_id;
  for (const InteroperabilityInput& row : rows) {
    if (row.measure->ratio) {
      set.measurements.push_back(
          {row.measure->id, ProportionValue{row.numerator, row.denominator}});
    } else {
      set.measurements.push_back({row.measure->id, BooleanValue{row.attested}});
    }
  }
  draft.sets.push_back(std::move(set));
  return draft;
}

}  // namespace qcdr::submission
