#include "scoring/what_if.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "scoring/qpp_activities.h"
#include "scoring/qpp_interoperability.h"
#include "scoring/qpp_quality.h"

namespace qcdr::scoring {
namespace {

using Numbers = std::vector<std::pair<std::string, Decimal>>;

// The list without what `gone` says.
template <class List, class Gone>
void erase(List* list, Gone gone) {
  const List before = *list;
  *list = List();
  for (const auto& each : before) {
    if (!gone(each)) list->push_back(each);
  }
}

bool takes_out(const JsonCursor& change) {
  const JsonValue* value = change.value().find("value");
  return value != nullptr && value->kind == JsonValue::Kind::kNull;
}

void change_quality(const JsonCursor& change, const std::string& id, PreviewInput* input) {
  const auto collection = read_collection(change, input);
  if (!collection) return;
  ScoreInput& score = input->score;
  erase(&score.measures, [&](const MeasureInput& each) {
    return each.measure->id == id && each.collection == *collection;
  });
  const bool elsewhere =
      std::any_of(score.measures.begin(), score.measures.end(),
                  [&](const MeasureInput& each) { return each.measure->id == id; });
  if (!elsewhere) {
    erase(&score.strata, [&](const StratumInput& each) { return each.measure->id == id; });
  }
  if (!takes_out(change)) read_quality_measurement(change, *collection, input);
}

void change_activity(const JsonCursor& change, const std::string& id, PreviewInput* input) {
  erase(&input->score.activities, [&](const rulebook::Activity* each) { return each->id == id; });
  std::set<const rulebook::Activity*> seen;
  if (!takes_out(change)) read_activity(change, &seen, input);
}

void change_interoperability(const JsonCursor& change, const std::string& id, PreviewInput* input) {
  InteroperabilityReport& report = input->score.interoperability;
  const auto* measure = input->score.rules->year_rules->find_interoperability_measure(id);
  if (measure != nullptr) remove_row(measure, &report);
  if (takes_out(change)) return;
  if (!report.reported) {
    report.reported = true;
    report.period_days = period_days(change, input).value_or(0);
  }
  read_interoperability_row(change, input, &report);
  settle_contradictions(change, input, &report);
}

void apply(const JsonCursor& change, PreviewInput* input) {
  const ValueReader read(&input->findings, ValueReader::Document::kSubmission);
  if (!read.object(change)) return;
  if (const auto profile = change.member("profile")) {
    if (profile->member("costMeasures")) input->score.cost_measures = {};
    return read_profile_fields(*profile, input);
  }
  const auto id = change.member("measureId");
  if (!id) return input->findings.add(FindingCode::CHANGE_NOT_UNDERSTOOD, change);
  const auto word = read.word(*id);
  if (!word) return;
  const std::string_view category = category_of_measure(*word);
  if (category == category_name(Category::kActivities)) {
    change_activity(change, *word, input);
  } else if (category == category_name(Category::kPromotingInteroperability)) {
    change_interoperability(change, *word, input);
  } else {
    change_quality(change, *word, input);
  }
}

// Every number of a node, by its path; nodes of one name are told apart by their place.
void collect(const ScoreNode& node, const std::string& path, Numbers* numbers) {
  numbers->emplace_back(path, node.value);
  if (node.weight) numbers->emplace_back(path + "/weight", *node.weight);
  for (const ScoreNode& original : node.original) collect(original, path + "/original", numbers);
  std::map<std::string, int> seen;
  for (const ScoreNode& part : node.parts) {
    const int place = ++seen[part.name];
    const std::string name = place == 1 ? part.name : fmt::format("{}#{}", part.name, place);
    collect(part, path + "/" + name, numbers);
  }
}

Numbers numbers_of(const ScoreTree& tree) {
  Numbers numbers;
  collect(tree.total, "/total", &numbers);
  numbers.emplace_back("/paymentAdjustment", tree.adjustment.value);
  return numbers;
}

std::string shown(const std::optional<Decimal>& number) {
  return number ? number->to_string() : "null";
}

ScoreTree tree_of(const PreviewInput& input, const std::string& digest) {
  ScoreTree tree = explain(input.score, compute(input.score));
  tree.rulebook_digest = digest;
  tree.messages.insert(tree.messages.end(), input.notes.begin(), input.notes.end());
  return tree;
}

}  // namespace

void apply_changes(const JsonCursor& changes, PreviewInput* input) {
  const ValueReader read(&input->findings, ValueReader::Document::kSubmission);
  if (!read.list(changes)) return;
  const std::size_t size = changes.value().items.size();
  if (size > kChangesMax) {
    return read.refuse(changes, fmt::format("a list of at most {}", kChangesMax));
  }
  for (std::size_t i = 0; i < size; ++i) {
    const ScoreInput before = input->score;
    const std::size_t errors = input->findings.errors();
    apply(changes.item(i), input);
    if (input->findings.errors() != errors) input->score = before;
  }
}

std::vector<NodeDifference> differences(const ScoreTree& before, const ScoreTree& after) {
  const Numbers old = numbers_of(before);
  const Numbers now = numbers_of(after);
  const std::map<std::string, Decimal> old_by_path(old.begin(), old.end());
  const std::map<std::string, Decimal> now_by_path(now.begin(), now.end());
  std::vector<NodeDifference> found;
  for (const auto& entry : old) {
    const auto other = now_by_path.find(entry.first);
    if (other == now_by_path.end()) {
      found.push_back({entry.first, entry.second, std::nullopt});
    } else if (other->second != entry.second) {
      found.push_back({entry.first, entry.second, other->second});
    }
  }
  for (const auto& entry : now) {
    if (old_by_path.count(entry.first) > 0) continue;
    found.push_back({entry.first, std::nullopt, entry.second});
  }
  return found;
}

std::string differences_json(const std::vector<NodeDifference>& differences) {
  std::string json = "[";
  for (const NodeDifference& each : differences) {
    const Decimal difference = each.after.value_or(Decimal()) - each.before.value_or(Decimal());
    json += fmt::format("{}{{\"path\":{},\"before\":{},\"after\":{},\"difference\":{}}}",
                        json.size() > 1 ? "," : "", quoted_json(each.path), shown(each.before),
                        shown(each.after), difference.to_string());
  }
  return json + "]";
}

std::string what_if_json(const JsonCursor& changes, const std::string& rulebook_digest,
                         TreeDetail detail, PreviewInput* input) {
  const ScoreTree before = tree_of(*input, rulebook_digest);
  apply_changes(changes, input);
  const ScoreTree after = tree_of(*input, rulebook_digest);
  return fmt::format("{{\"performanceYear\":{},\"before\":{},\"after\":{},\"differences\":{}}}",
                     before.year.value(), to_json(before, detail), to_json(after, detail),
                     differences_json(differences(before, after)));
}

}  // namespace qcdr::scoring
