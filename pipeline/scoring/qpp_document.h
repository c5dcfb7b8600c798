// Where the parts of a submission stand, in every shape that CMS's developer documentation shows.
//
// Source: CMSgov/qpp-submissions-docs, requests and responses of 2018 to 2025: a submission with
// measurementSets; a measurement set that names its submission, is sent for the id of one, or comes
// back as data.measurementSet; a measurement alone or as data.measurement; each also inside "data"
// or "submission". A score or an error, as CMS answers them, holds no submission.
// Thread-safety: free functions. Ownership: cursors point into the document. Errors: findings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/identifiers.h"
#include "core/time.h"
#include "scoring/preview_findings.h"

namespace qcdr::scoring {

struct QppDocument {
  std::optional<JsonCursor> submission;  // what names entity and year
  std::vector<JsonCursor> sets;
  std::optional<JsonCursor> measurement;  // one without a set
};

// Nothing, and a finding, when the document holds no submission.
std::optional<QppDocument> find_parts(const JsonCursor& document, PreviewFindings* findings);

// The years that can be scored.
struct ScoredYears {
  PerformanceYear first;
  PerformanceYear last;
  PerformanceYear newest_that_fits;  // for a document that says nothing of its year
};

// The ids of all measurements, as they are written.
std::vector<std::string> measure_ids(const QppDocument& document);

// The performance year: what the document says; else that of the dates of a set; else the newest
// that fits, both with a finding. Nothing, and a finding, for a year that cannot be scored.
std::optional<PerformanceYear> find_year(const QppDocument& document, const ScoredYears& years,
                                         PreviewFindings* findings);

// A date as it is written; CMS's examples have a placeholder for the year, "< ... >-01-01".
Result<LocalDate> read_date(const std::string& word, PerformanceYear year);

}  // namespace qcdr::scoring
