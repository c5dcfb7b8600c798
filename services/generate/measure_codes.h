// Quality codes on generated cases: measures 404, 424 and 430, with rates as practices have them.
//
// Thread-safety: free functions.
#pragma once

#include "generate/case_generator.h"
#include "generate/options.h"
#include "generate/random.h"

namespace qcdr::generate {

// Denominator codes for what the case is, outcome codes by the habits of who leads it.
void add_measure_codes(Random& random, const Options& options, GeneratedCase* made);
// Met becomes not met and the other way round, for the first measure that has one of the two.
bool flip_outcome(GeneratedCase* made);
// A second outcome for the first measure that has one: such a case counts as not reported.
void add_contradiction(GeneratedCase* made);

}  // namespace qcdr::generate
