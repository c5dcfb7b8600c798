// A score again with something else: a measure's counts, one more activity, a status, a
// reweighting. Before, after, and the difference of every node of the score's tree.
//
// A list of changes, in order: {"measureId", "value"} with "submissionMethod" where it is not
// registry puts a measurement in the place of the one that is there, "value": null takes it out;
// {"profile": {...}} changes the fields that it has, null in `reweight` or `given` takes away,
// `costMeasures` takes the place of those that are there. A change that cannot be read is told and
// changes nothing. Limits: 64 changes.
// Thread-safety: pure functions. Errors: findings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scoring/qpp_submission.h"
#include "scoring/score_tree.h"

namespace qcdr::scoring {

inline constexpr std::size_t kChangesMax = 64;

// Applies a list of changes to an input that can be scored; what stays can be scored, too.
void apply_changes(const JsonCursor& changes, PreviewInput* input);

// One number of the tree that is not the same. Nothing on one side: it is not there.
struct NodeDifference {
  std::string path;  // "/total/quality/original/404", "/total/quality/weight", "/paymentAdjustment"
  std::optional<Decimal> before;
  std::optional<Decimal> after;
};
std::vector<NodeDifference> differences(const ScoreTree& before, const ScoreTree& after);
// [{"path", "before", "after", "difference"}]; what is not there is null and counts as nothing.
std::string differences_json(const std::vector<NodeDifference>& differences);

// {"performanceYear", "before", "after", "differences"}: the input as it is and with the changes.
std::string what_if_json(const JsonCursor& changes, const std::string& rulebook_digest,
                         TreeDetail detail, PreviewInput* input);

}  // namespace qcdr::scoring
