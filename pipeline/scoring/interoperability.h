// The promoting-interoperability category. Internal to scoring; see score.h.
//
// Source: 42 CFR 414.1375 and 414.1380(b)(4). A report that lacks an attestation, a required row or
// its exclusion, the identifier of the certified technology or the length of the period earns 0:
// it is scored, not reweighted. Points of an excluded row go to other rows, which then earn more.
// An objective may be met in several ways (its alternatives), of which one is taken: one that is
// attested as a whole before one that is measured. Of a choice of registries each earns its share.
// Thread-safety: pure functions. No allocation. Units: points, percent.
#pragma once

#include "scoring/score.h"

namespace qcdr::scoring {

// Why a report earns nothing. A short period is asked for last: the others make a report
// incomplete.
enum class InteroperabilityGap : std::uint8_t {
  kNone,
  kNoCehrtId,
  kShortPeriod,
  kAttestationMissing,  // or answered with no where yes is needed
  kRequiredMissing,     // a required row is neither reported nor excluded
  kRegistriesMissing,   // of a choice among registries too few are
  kEngagementMissing,   // a registry is reported without a level of active engagement
};

// What became of one row of the year's table.
struct InteroperabilityRowScore {
  Decimal points;
  Decimal available;  // with what came from excluded rows
  bool reported = false;
  bool excluded = false;
  bool satisfied = false;  // a numerator of one or more, a yes, or an accepted no
  bool engaged = false;    // a level of active engagement is said
};

inline constexpr std::size_t kInteroperabilityTableMax = 64;

struct InteroperabilityScore {
  Decimal percent;  // 0..100
  Decimal points;   // before they are cut off
  InteroperabilityGap gap = InteroperabilityGap::kNone;
  std::uint8_t gap_row = 0;  // place in the year's table, with the last four gaps
  // By place in the year's table.
  BoundedList<InteroperabilityRowScore, kInteroperabilityTableMax> rows;
};

InteroperabilityScore score_interoperability(const ResolvedRules& rules,
                                             const InteroperabilityReport& report);

// Whether a report counts as data, so that it cancels a reweighting (414.1380(c)(2)(i)). In years
// with minimum criteria a report that lacks something is none; a short period is scored, with 0.
bool interoperability_submitted(const ResolvedRules& rules, const InteroperabilityReport& report);

}  // namespace qcdr::scoring
