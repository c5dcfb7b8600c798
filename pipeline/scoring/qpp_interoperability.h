// Sets of promoting interoperability. Internal; see qpp_submission.h.
#pragma once

#include "scoring/qpp_submission.h"

namespace qcdr::scoring {

// Days from the first to the last, both counted; a set without dates is of the whole year. Nothing,
// and a finding, where the dates are none of the year.
std::optional<std::int32_t> period_days(const JsonCursor& set, PreviewInput* input);

// The first `size` measurements. Of several sets the one that earns most is kept.
void read_interoperability_set(const JsonCursor& set, const JsonCursor& measurements,
                               std::size_t size, PreviewInput* input);
// A measure beside its own exclusion, or beside what stands in for it: CMS refuses such a set. One
// of two stays, and is told; `measurements` is where they stand.
void settle_contradictions(const JsonCursor& measurements, PreviewInput* input,
                           InteroperabilityReport* report);
// Takes the row of this measure out of the report.
void remove_row(const rulebook::InteroperabilityMeasure* measure, InteroperabilityReport* report);
// Adds a row to the report, which has none of its measure yet.
void read_interoperability_row(const JsonCursor& measurement, PreviewInput* input,
                               InteroperabilityReport* report);

}  // namespace qcdr::scoring
