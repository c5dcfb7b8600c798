// The tables of category weights of one year, out of the rulebook: a part of resolve().
//
// Rows of the regulation: 42 CFR 414.1380(c)(2)(ii), 414.1367(d) and 414.1370(h).
// Thread-safety: free functions. Errors: a year without a general table, or a row that does not sum
// to 100, asserts: `rulebook check` finds both.
#pragma once

#include <string>
#include <string_view>

#include "rulebook/rulebook.h"
#include "scoring/resolved_rules.h"

namespace qcdr::scoring {

// Needs ResolvedRules::cost_scored.
void resolve_weights(const rulebook::YearRules& rules, ResolvedRules* resolved);

// "weights/general/cost+pi/quality": the parameter that holds the weight of a category when
// `reweighted` are.
std::string weight_parameter(const ResolvedRules& rules, WeightTable table, CategorySet reweighted,
                             Category category);

}  // namespace qcdr::scoring
