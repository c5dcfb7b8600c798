#include "scoring/score_choice.h"

#include <algorithm>
#include <array>

#include "core/assert.h"
#include "rulebook/parameter_names.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

const LevelScore* of_level(std::span<const LevelScore> scores, ScoreLevel level) {
  const LevelScore* found = nullptr;
  for (const LevelScore& score : scores) {
    if (score.level != level) continue;
    QCDR_ASSERT(found == nullptr);
    found = &score;
  }
  return found;
}

}  // namespace

std::string_view score_level_name(ScoreLevel level) {
  constexpr std::array<std::string_view, kScoreLevels> kNames = {"individual", "group", "subgroup",
                                                                 "virtualGroup", "apmEntity"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string_view choice_reason_name(ChoiceReason reason) {
  constexpr std::array<std::string_view, 4> kNames = {"only", "apmEntityAlone", "virtualGroupFirst",
                                                      "highest"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::optional<ScoreChoice> choose_score(const ResolvedRules& rules,
                                        std::span<const LevelScore> scores) {
  const LevelScore* highest = nullptr;
  for (std::size_t i = 0; i < kScoreLevels; ++i) {
    const LevelScore* score = of_level(scores, static_cast<ScoreLevel>(i));
    if (score == nullptr) continue;
    if (highest == nullptr || score->final_score > highest->final_score) highest = score;
  }
  if (highest == nullptr) return std::nullopt;
  const auto chosen = [](const LevelScore& score, ChoiceReason reason) {
    return ScoreChoice{score.level, score.final_score, reason};
  };
  if (scores.size() == 1) return chosen(*highest, ChoiceReason::kOnly);
  const LevelScore* entity = of_level(scores, ScoreLevel::kApmEntity);
  if (entity != nullptr && rules.apm_entity_score_alone) {
    return chosen(*entity, ChoiceReason::kApmEntityAlone);
  }
  const LevelScore* virtual_group = of_level(scores, ScoreLevel::kVirtualGroup);
  if (virtual_group != nullptr) return chosen(*virtual_group, ChoiceReason::kVirtualGroupFirst);
  return chosen(*highest, ChoiceReason::kHighest);
}

std::string_view choice_parameter(ChoiceReason) {
  // One parameter says whether an APM entity's score stands alone, and cites who comes next.
  return names::kApmEntityScoreAlone;
}

std::string_view choice_words(ChoiceReason reason) {
  constexpr std::array<std::string_view, 4> kWords = {
      "the only one there is",
      "an APM entity's counts, even where another one is higher",
      "a virtual group's counts before all others",
      "the highest counts",
  };
  return kWords[static_cast<std::size_t>(reason)];
}

}  // namespace qcdr::scoring
