// The improvement-activities category. Internal to scoring; see score.h.
// Source: 42 CFR 414.1380(b)(3), (c)(2)(iv); 414.1365(d)(3)(iii) for MIPS value pathways.
// Thread-safety: pure functions. No allocation. Units: points, percent.
#pragma once

#include "scoring/score.h"

namespace qcdr::scoring {

// What is due without an activity being attested. It is no submission.
enum class ActivitiesCredit : std::uint8_t {
  kNone,
  kApm,      // a participant in an APM
  kPathway,  // the APM performance pathway, or before it the APM scoring standard
};

// Whether activities earn more for this entity: small practice, rural, shortage area, non-patient
// facing.
Known activities_count_more(const Profile& profile, Known small_practice);

// Points of one activity, by its weight or, in years that count activities, the same for each.
Decimal activity_points(const ScoreInput& input, const rulebook::Activity& activity,
                        bool counts_more);

// The year's rules for a pathway, for a participant in an APM unless circumstances were granted for
// any category. `other_data`: quality and promoting interoperability are both submitted, which some
// years ask for where no activity is.
ActivitiesCredit activities_credit(const ScoreInput& input, bool other_data);
// The least percent that it gives.
Decimal credit_percent(const ScoreInput& input, ActivitiesCredit credit);

// 0..100 of what is attested and credited; `counts_more` as asked above.
Decimal activities_percent(const ScoreInput& input, bool counts_more, ActivitiesCredit credit);

// An attested activity or medical home.
bool activities_submitted(const ScoreInput& input);

}  // namespace qcdr::scoring
