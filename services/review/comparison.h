// CMS's feedback beside our projection, node by node: final score, complex patient bonus, percent
// and weight of each category, points and rate of each measure, points of each activity.
//
// Numbers are compared as CMS prints them, with two places, rounded half up. What CMS does not show
// is no difference, but a measure or category that one side has and the other shows empty is.
// Thread-safety: values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/after_cms.h"
#include "scoring/score.h"

namespace qcdr::review {

enum class NodeKind { kFinal, kBonus, kCategory, kMeasure, kActivity };
// "final", "bonus", "category", "measure", "activity".
std::string_view node_kind_name(NodeKind kind);

struct Node {
  NodeKind kind = NodeKind::kFinal;
  std::string path;  // "final", "category/quality/weight", "measure/424/rate"
  std::optional<Decimal> ours;
  std::optional<Decimal> cms;

  bool same() const;
  // CMS's less ours; what is not there counts as nothing.
  Decimal difference() const;
};

// Final score first, then the bonus, categories, measures, activities.
std::vector<Node> compare(const scoring::ScoreInput& input, const scoring::ScoreSummary& ours,
                          const ledger::SharedFeedback& cms);
// How many nodes of final score, bonus and categories differ: what a hypothesis is judged by.
std::size_t differing(const std::vector<Node>& nodes);

// Number of the proto Category.
std::uint8_t proto_category(scoring::Category category);

}  // namespace qcdr::review
