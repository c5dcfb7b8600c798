// The improvement-activities category. Internal to scoring; see score.h.
// Source: 42 CFR 414.1380(b)(3).
// Thread-safety: pure functions. No allocation. Units: points, percent.
#pragma once

#include "scoring/score.h"

namespace qcdr::scoring {

// Whether activities earn more for this entity: small practice, rural, shortage area, non-patient
// facing.
Known activities_count_more(const Profile& profile, Known small_practice);

// Points of one activity.
Decimal activity_points(const ResolvedRules& rules, const rulebook::Activity& activity,
                        bool counts_more);

// 0..100 of what is attested and credited; `counts_more` as asked above.
Decimal activities_percent(const ScoreInput& input, bool counts_more);

// An attested activity or medical home; credit for an APM is no submission.
bool activities_submitted(const ScoreInput& input);
// Credit without a submission: a participant in an APM, unless CMS approved a reweighting
// (414.1380(b)(3)(i), (c)(2)(iv)).
bool has_apm_credit(const Profile& profile);

}  // namespace qcdr::scoring
