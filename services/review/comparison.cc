#include "review/comparison.h"

#include <algorithm>
#include <set>

#include "scoring/score_tree.h"

namespace qcdr::review {
namespace {

constexpr int kPlaces = 2;

Decimal as_printed(const std::optional<Decimal>& number) {
  return number ? number->rounded(kPlaces) : Decimal();
}

void add(NodeKind kind, std::string path, std::optional<Decimal> ours, std::optional<Decimal> cms,
         std::vector<Node>* nodes) {
  nodes->push_back({kind, std::move(path), ours, cms});
}

void add_categories(const scoring::ScoreSummary& ours, const ledger::SharedFeedback& cms,
                    std::vector<Node>* nodes) {
  if (cms.categories.empty()) return;  // CMS's answer was shared without them
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const auto category = static_cast<scoring::Category>(i);
    const std::string path = "category/" + std::string(scoring::category_name(category)) + "/";
    const scoring::CategoryScore& own = ours.categories[i];
    const auto* theirs = cms.find_category(proto_category(category));
    const bool both_without = own.weight == 0 && (theirs == nullptr || theirs->weight == 0);
    if (both_without) continue;  // a category without weight has no percent that matters
    add(NodeKind::kCategory, path + "percent", own.percent,
        theirs == nullptr ? std::nullopt : std::optional<Decimal>(theirs->percent), nodes);
    add(NodeKind::kCategory, path + "weight", Decimal::from_integer(own.weight),
        theirs == nullptr ? std::optional<Decimal>()
                          : std::optional<Decimal>(Decimal::from_integer(theirs->weight)),
        nodes);
  }
}

bool is_activity(const scoring::ScoreInput& input, const std::string& id) {
  return input.rules->year_rules->find_activity(id) != nullptr;
}

void add_measures(const scoring::ScoreInput& input, const scoring::ScoreSummary& ours,
                  const ledger::SharedFeedback& cms, std::vector<Node>* nodes) {
  std::set<std::string> seen;
  for (const scoring::MeasureScore& score : ours.measures) {
    if (score.basis == scoring::PointsBasis::kNotSubmitted) continue;
    const std::string& id = score.measure->id;
    if (!seen.insert(id).second) continue;  // collected in another way, too
    const auto* theirs = cms.find_measure(id);
    add(NodeKind::kMeasure, "measure/" + id + "/points", score.points,
        theirs == nullptr ? std::nullopt : std::optional<Decimal>(theirs->points), nodes);
    if (score.has_performance_rate && (theirs == nullptr || theirs->rate)) {
      add(NodeKind::kMeasure, "measure/" + id + "/rate", score.performance_rate,
          theirs == nullptr ? std::nullopt : theirs->rate, nodes);
    }
  }
  for (const auto& theirs : cms.measures) {
    if (is_activity(input, theirs.id) || !seen.insert(theirs.id).second) continue;
    add(NodeKind::kMeasure, "measure/" + theirs.id + "/points", std::nullopt, theirs.points, nodes);
    if (theirs.rate) {
      add(NodeKind::kMeasure, "measure/" + theirs.id + "/rate", std::nullopt, theirs.rate, nodes);
    }
  }
}

// What each attested activity earns, as the score's own tree says.
std::vector<std::pair<std::string, Decimal>> activities_of(const scoring::ScoreInput& input,
                                                           const scoring::ScoreSummary& ours) {
  std::vector<std::pair<std::string, Decimal>> found;
  const scoring::ScoreTree tree = scoring::explain(input, ours);
  for (const scoring::ScoreNode& category : tree.total.parts) {
    if (category.name != scoring::category_name(scoring::Category::kActivities)) continue;
    for (const scoring::ScoreNode& original : category.original) {
      for (const scoring::ScoreNode& activity : original.parts) {
        if (is_activity(input, activity.name)) found.emplace_back(activity.name, activity.value);
      }
    }
  }
  return found;
}

void add_activities(const scoring::ScoreInput& input, const scoring::ScoreSummary& ours,
                    const ledger::SharedFeedback& cms, std::vector<Node>* nodes) {
  std::set<std::string> seen;
  for (const auto& [id, points] : activities_of(input, ours)) {
    seen.insert(id);
    const auto* theirs = cms.find_measure(id);
    add(NodeKind::kActivity, "activity/" + id + "/points", points,
        theirs == nullptr ? std::nullopt : std::optional<Decimal>(theirs->points), nodes);
  }
  for (const auto& theirs : cms.measures) {
    if (!is_activity(input, theirs.id) || !seen.insert(theirs.id).second) continue;
    add(NodeKind::kActivity, "activity/" + theirs.id + "/points", std::nullopt, theirs.points,
        nodes);
  }
}

bool lists_activities(const scoring::ScoreInput& input, const ledger::SharedFeedback& cms) {
  return std::any_of(cms.measures.begin(), cms.measures.end(),
                     [&](const auto& each) { return is_activity(input, each.id); });
}

bool lists_measures(const scoring::ScoreInput& input, const ledger::SharedFeedback& cms) {
  return std::any_of(cms.measures.begin(), cms.measures.end(),
                     [&](const auto& each) { return !is_activity(input, each.id); });
}

}  // namespace

std::string_view node_kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::kFinal:
      return "final";
    case NodeKind::kBonus:
      return "bonus";
    case NodeKind::kCategory:
      return "category";
    case NodeKind::kMeasure:
      return "measure";
    case NodeKind::kActivity:
      return "activity";
  }
  return "final";
}

bool Node::same() const {
  return as_printed(ours) == as_printed(cms);
}

Decimal Node::difference() const {
  return as_printed(cms) - as_printed(ours);
}

std::uint8_t proto_category(scoring::Category category) {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(category) + 1U);
}

std::vector<Node> compare(const scoring::ScoreInput& input, const scoring::ScoreSummary& ours,
                          const ledger::SharedFeedback& cms) {
  std::vector<Node> nodes;
  add(NodeKind::kFinal, "final", ours.final_score, cms.final_score, &nodes);
  if (cms.complex_patient_bonus) {
    add(NodeKind::kBonus, "complexPatientBonus", ours.complex_patient_bonus,
        cms.complex_patient_bonus, &nodes);
  }
  add_categories(ours, cms, &nodes);
  if (lists_measures(input, cms)) add_measures(input, ours, cms, &nodes);
  if (lists_activities(input, cms)) add_activities(input, ours, cms, &nodes);
  return nodes;
}

std::size_t differing(const std::vector<Node>& nodes) {
  return static_cast<std::size_t>(std::count_if(nodes.begin(), nodes.end(), [](const Node& node) {
    return !node.same() && node.kind != NodeKind::kMeasure && node.kind != NodeKind::kActivity;
  }));
}

}  // namespace qcdr::review
