// What a MIPS value pathway lists, and what of a submission is beside it; see qpp_submission.h.
#include <algorithm>

#include "scoring/qpp_submission.h"

namespace qcdr::scoring {
namespace {

using rulebook::Pathway;

constexpr std::string_view kClaims = "administrativeClaims";

std::string word_of(const JsonCursor& at, const char* key) {
  const auto member = at.member(key);
  return member && member->word().is_ok() ? member->value().text : "";
}

// Null: another category, which a pathway has no list of.
const std::vector<std::string>* list_of(const Pathway& pathway, std::string_view category,
                                        bool from_claims) {
  if (category == "ia") return &pathway.activities;
  if (category != "quality") return nullptr;
  return from_claims ? &pathway.population_health : &pathway.quality;
}

bool is_known(const rulebook::YearRules& year, const std::string& id) {
  return year.find_measure(id) != nullptr || year.find_activity(id) != nullptr;
}

// What the year does not have is told already.
void tell_beside_pathway(const JsonCursor& set, PreviewInput* input) {
  const auto measurements = set.member("measurements");
  if (!measurements || measurements->value().kind != JsonValue::Kind::kList) return;
  const Pathway& pathway = *input->pathway;
  const bool from_claims = word_of(set, "submissionMethod") == kClaims;
  const std::size_t size = measurements->value().items.size();
  for (std::size_t i = 0; i < size; ++i) {
    const JsonCursor measurement = measurements->item(i);
    if (measurement.value().kind != JsonValue::Kind::kObject) continue;
    const std::string id = word_of(measurement, "measureId");
    const auto* list = list_of(pathway, category_of_measure(id), from_claims);
    if (list == nullptr || is_in_pathway(*list, id)) continue;
    if (!is_known(*input->score.rules->year_rules, id)) continue;
    input->findings.add(FindingCode::MEASURE_NOT_OF_PATHWAY, *measurement.member("measureId"),
                        {id, pathway.id});
  }
}

template <class List, class Keep>
void keep_those(List* list, Keep keep) {
  const List all = *list;
  *list = List();
  for (const auto& each : all) {
    if (keep(each)) list->push_back(each);
  }
}

void take_away_the_rest(const Pathway& pathway, ScoreInput* score) {
  keep_those(&score->measures, [&](const MeasureInput& measure) {
    const bool from_claims = measure.collection == CollectionType::kAdministrativeClaims;
    return is_in_pathway(*list_of(pathway, "quality", from_claims), measure.measure->id);
  });
  keep_those(&score->strata, [&](const StratumInput& stratum) {
    return is_in_pathway(pathway.quality, stratum.measure->id);
  });
  keep_those(&score->activities, [&](const rulebook::Activity* activity) {
    return is_in_pathway(pathway.activities, activity->id);
  });
}

}  // namespace

bool is_in_pathway(const std::vector<std::string>& list, const std::string& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

void find_pathway(const QppDocument& document, PreviewInput* input) {
  const std::vector<Pathway>& pathways = input->score.rules->year_rules->pathways();
  for (const JsonCursor& set : document.sets) {
    const std::string program = word_of(set, "programName");
    for (const Pathway& pathway : pathways) {
      if (pathway.id == program && input->pathway == nullptr) input->pathway = &pathway;
    }
  }
}

void keep_to_pathway(const QppDocument& document, PreviewInput* input) {
  if (input->score.profile.participation != Participation::kMvp) return;
  if (input->pathway == nullptr) {
    input->notes.push_back({"PATHWAY_LISTS_UNKNOWN",
                            "No set names a MIPS value pathway that the rulebook has the lists of: "
                            "everything that is submitted counts."});
    return;
  }
  for (const JsonCursor& set : document.sets) tell_beside_pathway(set, input);
  take_away_the_rest(*input->pathway, &input->score);
}

}  // namespace qcdr::scoring
