// A category's sets before it is decided whether they go: internal to the builder.
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <vector>

#include "submission/set_builder.h"

namespace qcdr::submission {

struct CategoryDraft {
  bool there = false;                   // something was reported
  std::vector<MeasurementSet> sets;     // none is empty
  std::vector<Excluded> excluded;       // single measures
  std::optional<Exclusion> none_of_it;  // why there is no set although something was reported
};

// `summary`: the score of everything that was accepted, for the rates of measures.
CategoryDraft quality_draft(const SetInput& input, const scoring::ScoreSummary& summary);
CategoryDraft activities_draft(const SetInput& input);
CategoryDraft interoperability_draft(const SetInput& input);

// A set without measurements of the input's entity, year and program.
MeasurementSet empty_set(const SetInput& input, SetCategory category);
// January first to December 31.
Period calendar_year(PerformanceYear year);
// Inside the year, and not ending before it begins.
bool is_period_of_year(const Period& period, PerformanceYear year);
PerformanceYear year_of(const SetInput& input);
// Null: the program is no MIPS value pathway of the year.
const rulebook::Pathway* pathway_of(const SetInput& input);

}  // namespace qcdr::submission
