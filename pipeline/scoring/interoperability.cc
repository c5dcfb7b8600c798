#include "scoring/interoperability.h"

#include <algorithm>

namespace qcdr::scoring {
namespace {

using rulebook::InteroperabilityMeasure;
using rulebook::InteroperabilityRole;

using Rows = BoundedList<InteroperabilityRowScore, kInteroperabilityTableMax>;

Decimal points_of(std::int64_t points) {
  return Decimal::from_raw(points * Decimal::kOne);
}

bool is_satisfied(const InteroperabilityMeasure& measure, const InteroperabilityInput& input) {
  if (measure.ratio) return input.numerator >= 1 && input.denominator >= input.numerator;
  return input.attested || measure.no_accepted;  // an answer that is there
}

void read_report(const ResolvedRules& rules, const InteroperabilityReport& report, Rows* rows) {
  const InteroperabilityMeasure* first = rules.year_rules->interoperability_measures().data();
  for (const InteroperabilityInput& input : report.rows) {
    QCDR_ASSERT(input.measure != nullptr && input.numerator >= 0 && input.denominator >= 0);
    const auto place = static_cast<std::size_t>(input.measure - first);
    QCDR_ASSERT(place < rows->size());
    InteroperabilityRowScore& row = (*rows)[place];
    // Only an attestation can be answered with no; elsewhere that is as if nothing were said.
    row.reported = input.measure->ratio || input.attested ||
                   input.measure->role == InteroperabilityRole::kAttestation;
    row.satisfied = is_satisfied(*input.measure, input);
  }
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const ResolvedInteroperability& resolved = rules.interoperability[i];
    const bool excludes = resolved.measure->role == InteroperabilityRole::kExclusion;
    if (!excludes || !(*rows)[i].satisfied) continue;
    for (const std::uint8_t place : resolved.excludes) {
      // What is reported is scored, whatever is said beside it.
      if (!(*rows)[place].reported) (*rows)[place].excluded = true;
    }
  }
}

// A required row that is missing may be stood in for: the two halves of the exchange by the whole
// one and the other way round, where every stand-in is reported or excluded.
bool is_replaced(const ResolvedInteroperability& resolved, const Rows& rows) {
  if (resolved.substitutes.empty()) return false;
  bool reported = false;
  for (const std::uint8_t place : resolved.substitutes) {
    if (!rows[place].reported && !rows[place].excluded) return false;
    reported = reported || rows[place].reported || rows[place].excluded;
  }
  return reported;
}

// Required and satisfied; a row that a reported substitute displaces earns nothing.
bool earns(const ResolvedInteroperability& resolved, const InteroperabilityRowScore& row) {
  return resolved.measure->role == InteroperabilityRole::kRequired && row.reported;
}

InteroperabilityGap find_gap(const ResolvedRules& rules, const InteroperabilityReport& report,
                             const Rows& rows, std::uint8_t* gap_row) {
  if (!report.has_cehrt_id) return InteroperabilityGap::kNoCehrtId;
  if (report.period_days < rules.interoperability_period_days) {
    return InteroperabilityGap::kShortPeriod;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    *gap_row = static_cast<std::uint8_t>(i);
    const ResolvedInteroperability& resolved = rules.interoperability[i];
    const bool attestation = resolved.measure->role == InteroperabilityRole::kAttestation;
    if (attestation && !rows[i].satisfied) return InteroperabilityGap::kAttestationMissing;
    if (resolved.measure->role != InteroperabilityRole::kRequired) continue;
    if (rows[i].reported ? rows[i].satisfied : rows[i].excluded || is_replaced(resolved, rows)) {
      continue;
    }
    return InteroperabilityGap::kRequiredMissing;
  }
  *gap_row = 0;
  return InteroperabilityGap::kNone;
}

// Gives the points of an excluded row to the first group that has a reported row.
void redistribute(const ResolvedRules& rules, std::size_t from, Rows* rows) {
  const ResolvedInteroperability& resolved = rules.interoperability[from];
  // Where a reported row does the work of this one, its points already count there.
  if (!resolved.substitutes.empty() && (*rows)[resolved.substitutes.front()].reported) return;
  for (const std::vector<std::uint8_t>& group : resolved.redistribution) {
    const auto takers = std::count_if(group.begin(), group.end(), [&](std::uint8_t place) {
      return earns(rules.interoperability[place], (*rows)[place]);
    });
    if (takers == 0) continue;
    const Decimal share = Decimal::ratio(resolved.measure->points, takers);
    for (const std::uint8_t place : group) {
      InteroperabilityRowScore& row = (*rows)[place];
      if (earns(rules.interoperability[place], row)) row.available = row.available + share;
    }
    return;
  }
}

// Whole points, half up; a numerator of one or more earns at least the minimum.
Decimal row_points(const ResolvedRules& rules, const InteroperabilityInput& input,
                   Decimal available) {
  if (!input.measure->ratio) return available;
  const auto product = static_cast<__int128>(available.raw()) * input.numerator;
  const Decimal exact = Decimal::from_raw(static_cast<std::int64_t>(product / input.denominator));
  return std::max(exact.rounded(0), points_of(rules.interoperability_measure_minimum));
}

// A bonus counts once for each objective.
bool bonus_is_counted(const InteroperabilityReport& report, const InteroperabilityInput& input) {
  for (const InteroperabilityInput& other : report.rows) {
    if (&other == &input) return false;
    if (other.measure->role == InteroperabilityRole::kBonus && other.attested &&
        other.measure->objective == input.measure->objective) {
      return true;
    }
  }
  return false;
}

}  // namespace

InteroperabilityScore score_interoperability(const ResolvedRules& rules,
                                             const InteroperabilityReport& report) {
  InteroperabilityScore score;
  for (const ResolvedInteroperability& resolved : rules.interoperability) {
    InteroperabilityRowScore row;
    row.available = points_of(resolved.measure->points);
    score.rows.push_back(row);
  }
  read_report(rules, report, &score.rows);
  score.gap = find_gap(rules, report, score.rows, &score.gap_row);
  if (score.gap != InteroperabilityGap::kNone) return score;
  for (std::size_t i = 0; i < score.rows.size(); ++i) {
    if (score.rows[i].excluded) redistribute(rules, i, &score.rows);
  }
  const InteroperabilityMeasure* first = rules.year_rules->interoperability_measures().data();
  for (const InteroperabilityInput& input : report.rows) {
    InteroperabilityRowScore& row = score.rows[static_cast<std::size_t>(input.measure - first)];
    const InteroperabilityRole role = input.measure->role;
    if (role == InteroperabilityRole::kRequired && row.reported) {
      row.points = row_points(rules, input, row.available);
    } else if (role == InteroperabilityRole::kBonus && row.satisfied &&
               !bonus_is_counted(report, input)) {
      row.points = row.available;
    }
    score.points = score.points + row.points;
  }
  const Decimal counted = std::min(score.points, rules.interoperability_maximum);
  score.percent = counted * Decimal::from_integer(100) / rules.interoperability_maximum;
  return score;
}

}  // namespace qcdr::scoring
