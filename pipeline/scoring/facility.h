// Scores of facility-based clinicians and groups: CMS takes what the hospital's value-based
// purchasing comes to for quality and cost, unless what was submitted gives more.
//
// CMS's figures are carried as they are, nothing is computed from a hospital's results. What is
// submitted of quality may be better and then counts; activities and promoting interoperability are
// as submitted in both. The percents have no improvement. An approval to reweight stands against
// the hospital's figures, which nobody submits.
// Source: 42 CFR 414.1380(e), 414.1365(e)(3), 414.1380(c)(3) for the bonus. That the comparison to
// 2021 is of weighted points, and that who reports through an APM pathway has no such score, are
// readings. Internal to scoring; see score.h.
// Thread-safety: pure functions. Ownership: none. Errors: none.
#pragma once

#include "scoring/situation.h"

namespace qcdr::scoring {

enum class FacilityStanding : std::uint8_t {
  kNone,         // not facility-based, or of a level or pathway that has no such score
  kNotOffered,   // CMS calculated none in the year
  kNoFigures,    // CMS may use its own, which are not given
  kWithoutData,  // a group of which neither activities nor promoting interoperability is there
  kCompared,
};
FacilityStanding facility_standing(const Evaluation& evaluation);

// Whether the hospital's figures compete in this situation.
bool facility_is_compared(const Evaluation& evaluation, const Situation& situation);
// Whether they count, given what both ways of scoring come to.
bool facility_counts(const ResolvedRules& rules, const SituationScore& own,
                     const SituationScore& facility);

// Data in at least one category, or from some year on a facility-based clinician.
bool earns_complex_patient_bonus(const Evaluation& evaluation);

}  // namespace qcdr::scoring
