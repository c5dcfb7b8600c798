// Which of several final scores CMS uses for one clinician at one TIN.
//
// A clinician can have a final score at several levels at once; CMS pays by one of them. To 2020 an
// APM entity's displaces every other, even a higher one; a virtual group's displaces what is left;
// else the highest counts, whatever level it is of. Sources: 42 CFR 414.1370(f)(2) for APM
// entities, CMS's page on individual or group participation for the rest. Between equal scores the
// level is of no consequence; the first in the order of the enum is named. Thread-safety: pure
// functions. Ownership: values. Errors: a level that is given twice asserts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scoring/resolved_rules.h"

namespace qcdr::scoring {

enum class ScoreLevel : std::uint8_t { kIndividual, kGroup, kSubgroup, kVirtualGroup, kApmEntity };
inline constexpr std::size_t kScoreLevels = 5;
// "individual", "group", "subgroup", "virtualGroup", "apmEntity".
std::string_view score_level_name(ScoreLevel level);

struct LevelScore {
  ScoreLevel level = ScoreLevel::kIndividual;
  Decimal final_score;
};

enum class ChoiceReason : std::uint8_t { kOnly, kApmEntityAlone, kVirtualGroupFirst, kHighest };
// "only", "apmEntityAlone", "virtualGroupFirst", "highest".
std::string_view choice_reason_name(ChoiceReason reason);

struct ScoreChoice {
  ScoreLevel level = ScoreLevel::kIndividual;
  Decimal final_score;
  ChoiceReason reason = ChoiceReason::kOnly;
};

// Nothing where there is no score.
std::optional<ScoreChoice> choose_score(const ResolvedRules& rules,
                                        std::span<const LevelScore> scores);
// The parameter of the year whose citation says so.
std::string_view choice_parameter(ChoiceReason reason);
// For people: why this one counts.
std::string_view choice_words(ChoiceReason reason);

}  // namespace qcdr::scoring
