// A submission as CMS's developers document it, and the profile of who submits, as an input of
// scoring.
//
// Source: CMSgov/qpp-submissions-docs. A bare submission, {"submission": ...} and
// {"data": {"submission": ...}} are read; identifiers may be absent and are never looked at.
// Administrative-claims quality measures come as a set of that submission method with values
// {performanceRate, caseCount}. What a profile does not say is false or none.
// Limits: those of json_document.h and of ScoreInput.
// Thread-safety: free functions. Ownership: the input points into the rules. Errors:
// kInvalidArgument "<JSON pointer>: what is wrong", kLimitExceeded; no identifier is in them.
#pragma once

#include <string_view>
#include <vector>

#include "core/status.h"
#include "scoring/json_document.h"
#include "scoring/score_tree.h"

namespace qcdr::scoring {

// A category's rows with where they stand, before the year's rules are known to fit them.
struct PreviewInput {
  ScoreInput score;
  std::vector<Message> notes;  // what was read in another way than it was written
};

// The year that a submission names.
Result<PerformanceYear> submission_year(const JsonCursor& document);

// Fills measures, activities, promoting interoperability and the level of the entity. `rules` are
// those of the year.
Status read_submission(const JsonCursor& document, const ResolvedRules& rules, PreviewInput* input);
// Fills the rest. Called after read_submission.
Status read_profile(const JsonCursor& profile, PreviewInput* input);

}  // namespace qcdr::scoring
