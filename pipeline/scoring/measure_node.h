// The part of a score tree that explains one measure, step by step down to the benchmark's cut
// point. Internal to scoring; see score_tree.h.
// Thread-safety: pure function. Ownership: the node owns its texts.
#pragma once

#include "scoring/potential.h"
#include "scoring/score_tree.h"
#include "scoring/strata.h"

namespace qcdr::scoring {

// `input` holds the counts of the whole measure, its strata put together.
ScoreNode measure_node(const ResolvedRules& rules, const MeasureInput& input,
                       const StrataInput& strata, const MeasureScore& score);
// A required measure that nobody submitted; of the outcome or high-priority measure
// `required_kind`.
ScoreNode missing_node(const ResolvedRules& rules, bool required_kind, const PlaceCost& cost);

// Cut points, benchmark year and topped-out marks.
void add_benchmark_metadata(const ResolvedRules& rules, const rulebook::Benchmark& benchmark,
                            ScoreNode* node);

// The citation of a parameter, as a list of one.
std::vector<rulebook::Citation> cite(const ResolvedRules& rules, std::string_view parameter);

// How many more cases that meet the measure (for an inverse one: that do not) lift its rate into
// the next decile of the current benchmark; nothing when there is no next decile or doubling
// the cases does not reach it.
std::optional<std::int64_t> cases_to_next_decile(const ResolvedRules& rules,
                                                 const MeasureInput& input,
                                                 const MeasureScore& score);

}  // namespace qcdr::scoring
