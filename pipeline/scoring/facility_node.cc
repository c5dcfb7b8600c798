#include "scoring/facility_node.h"

#include <fmt/format.h>

#include "rulebook/parameter_names.h"
#include "scoring/facility.h"
#include "scoring/measure_node.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

void say(ScoreNode* node, const ResolvedRules& rules, std::string_view parameter, const char* code,
         std::string text) {
  const auto more = cite(rules, parameter);
  node->citations.insert(node->citations.end(), more.begin(), more.end());
  node->messages.push_back({code, std::move(text)});
}

void say_which_counts(const Evaluation& evaluation, Situation situation, ScoreNode* total) {
  const ResolvedRules& rules = evaluation.rules();
  const bool by_final_score = rules.facility_based_by_final_score;
  situation.facility_based = false;
  const SituationScore own = compose(evaluation, situation);
  situation.facility_based = true;
  const SituationScore facility = compose(evaluation, situation);
  const auto compared = [&](const SituationScore& score) {
    return by_final_score ? score.final_score : score.quality_and_cost;
  };
  const bool used = facility_counts(rules, own, facility);
  total->metadata.push_back({"facilityBased", std::vector<Metadata>{
                                                  {"used", used},
                                                  {"asSubmitted", compared(own)},
                                                  {"ofHospital", compared(facility)},
                                              }});
  const char* of = by_final_score ? "the final score" : "quality and cost together";
  const std::string both =
      fmt::format("{} with the hospital's figures, {} as submitted, of {}",
                  compared(facility).to_string(), compared(own).to_string(), of);
  if (used) {
    say(total, rules, names::kFacilityBasedByFinalScore, "FACILITY_BASED",
        "Quality and cost are those of the hospital's value-based purchasing: " + both + ".");
  } else if (facility.fewer_categories) {
    say(total, rules, names::kFewerCategoriesMinimum, "FACILITY_BASED_NOT_USED",
        "With the hospital's figures, too, fewer categories than a score needs are scored.");
  } else {
    say(total, rules, names::kFacilityBasedByFinalScore, "FACILITY_BASED_NOT_USED",
        "The hospital's figures are not used, because what is submitted gives more: " + both + ".");
  }
}

}  // namespace

void add_facility_percent(const ScoreInput& input, ScoreNode* original) {
  say(original, *input.rules, names::kFacilityBasedOffered, "FACILITY_BASED",
      "The percent is that of the hospital's value-based purchasing, as it is given; what is "
      "submitted of this category does not count.");
}

void explain_facility(const Evaluation& evaluation, Situation situation, ScoreNode* total) {
  const ResolvedRules& rules = evaluation.rules();
  switch (facility_standing(evaluation)) {
    case FacilityStanding::kNone:
    case FacilityStanding::kNotOffered:
      return;
    case FacilityStanding::kNoFigures:
      return say(total, rules, names::kFacilityBasedOffered, "FACILITY_BASED_UNKNOWN",
                 "CMS may use the hospital's figures of quality and cost, where they give more; "
                 "they are not known here.");
    case FacilityStanding::kWithoutData:
      return say(total, rules, names::kFacilityBasedOffered, "FACILITY_BASED_WITHOUT_DATA",
                 "A group is scored by the hospital's figures when it submits improvement "
                 "activities or promoting interoperability; neither is here.");
    case FacilityStanding::kCompared:
      return say_which_counts(evaluation, situation, total);
  }
}

}  // namespace qcdr::scoring
