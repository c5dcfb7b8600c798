// Bonus points of quality, beside that of small practices: 42 CFR 414.1380(b)(1)(v)(A) and (B), to
// 2021, and (b)(1)(vii)(C), from 2025 on.
//
// Invariant: each measure earns a bonus once, however often it was collected, and the order of the
// measures does not matter.
#include <algorithm>

#include "scoring/quality.h"

namespace qcdr::scoring {
namespace {

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);

bool is_experience(const rulebook::Measure& measure) {
  return measure.type == rulebook::MeasureType::kPatientEngagement;
}

// Zero, or a hundred of an inverse measure; an amount has no worst value.
bool is_worst(const ResolvedRules& rules, const MeasureScore& score) {
  if (!resolved_measure(rules, *score.measure).percentage) return false;
  return score.measure->inverse ? score.performance_rate >= kHundred
                                : score.performance_rate <= Decimal();
}

bool is_of_somebody(const MeasureScore& score) {
  return is_submitted(score) && is_scored(score);
}

// Enough cases, complete, and better than the worst rate.
bool earns_priority(const ResolvedRules& rules, const MeasureScore& score) {
  return is_of_somebody(score) && score.measure->high_priority &&
         score.collection != CollectionType::kWebInterface && score.complete &&
         score.case_minimum_met && score.has_performance_rate && !is_worst(rules, score);
}

bool earns_end_to_end(const MeasureScore& score) {
  return is_of_somebody(score) && score.end_to_end && score.collection != CollectionType::kClaims;
}

bool earns_complex_organization(const MeasureScore& score) {
  return is_of_somebody(score) && score.complete && score.case_minimum_met &&
         score.collection == CollectionType::kElectronicHealthRecord;
}

// Of the collections of a measure that earn the bonus, the first.
template <class Earns>
bool is_first(const MeasureScores& scores, const MeasureScore& score, Earns earns) {
  const auto* first = std::find_if(scores.begin(), scores.end(), [&](const MeasureScore& other) {
    return other.measure == score.measure && earns(other);
  });
  return first == &score;
}

Decimal priority_points(const ResolvedRules& rules, const rulebook::Measure& measure) {
  return measure.outcome || is_experience(measure) ? rules.quality_bonuses.high_priority_outcome
                                                   : rules.quality_bonuses.high_priority_other;
}

// Outcome, then patient experience, then other high-priority measures.
int rank_as_required(const rulebook::Measure& measure) {
  if (measure.outcome) return 3;
  if (is_experience(measure)) return 2;
  return measure.high_priority ? 1 : 0;
}

// What the required measure would have earned: "except as otherwise required under 414.1335" it
// earns no bonus. CMS takes the picked measure with the most points, by rank; of equal ones the one
// that costs least, also where it could have been picked in the place of another with its points.
Decimal points_of_required(const ResolvedRules& rules, const MeasureScores& scores) {
  const auto earned = [&](const MeasureScore& score) {
    const bool earns = std::any_of(scores.begin(), scores.end(), [&](const MeasureScore& other) {
      return other.measure == score.measure && earns_priority(rules, other);
    });
    return earns ? priority_points(rules, *score.measure) : Decimal();
  };
  const MeasureScore* least = nullptr;
  for (const MeasureScore& score : scores) {
    if (!score.picked || is_administrative(score)) continue;
    if (least == nullptr || score.points < least->points) least = &score;
  }
  if (least == nullptr) return {};
  const MeasureScore* required = nullptr;
  const auto goes_before = [&](const MeasureScore& a, const MeasureScore& b) {
    const int rank_a = rank_as_required(*a.measure);
    const int rank_b = rank_as_required(*b.measure);
    if (rank_a != rank_b) return rank_a > rank_b;
    return a.points != b.points ? a.points > b.points : earned(a) < earned(b);
  };
  for (const MeasureScore& score : scores) {
    if (!is_of_somebody(score) || rank_as_required(*score.measure) == 0) continue;
    if (score.points < least->points) continue;
    if (required == nullptr || goes_before(score, *required)) required = &score;
  }
  return required == nullptr ? Decimal() : earned(*required);
}

Decimal cut(Decimal points, Decimal available, Decimal maximum_percent) {
  return std::min(points, available * maximum_percent / kHundred);
}

template <class Earns>
std::int64_t count_measures(const MeasureScores& scores, Earns earns) {
  return std::count_if(scores.begin(), scores.end(), [&](const MeasureScore& score) {
    return earns(score) && is_first(scores, score, earns);
  });
}

Decimal high_priority_bonus(const ResolvedRules& rules, const MeasureScores& scores) {
  const auto earns = [&](const MeasureScore& score) { return earns_priority(rules, score); };
  Decimal points;
  for (const MeasureScore& score : scores) {
    if (!earns(score) || !is_first(scores, score, earns)) continue;
    points = points + priority_points(rules, *score.measure);
  }
  return points - points_of_required(rules, scores);
}

}  // namespace

void add_bonuses(const ResolvedRules& rules, const Profile& profile, const MeasureScores& scores,
                 QualityScore* quality) {
  const QualityBonuses& bonuses = rules.quality_bonuses;
  const Decimal available = available_points(rules, quality->slots);
  if (bonuses.high_priority_other > Decimal()) {
    quality->high_priority_bonus =
        cut(high_priority_bonus(rules, scores), available, bonuses.high_priority_maximum_percent);
  }
  if (bonuses.end_to_end > Decimal()) {
    const std::int64_t measures = count_measures(scores, earns_end_to_end);
    quality->end_to_end_bonus = cut(Decimal::from_raw(bonuses.end_to_end.raw() * measures),
                                    available, bonuses.end_to_end_maximum_percent);
  }
  if (bonuses.complex_organization > Decimal() && (profile.virtual_group || profile.apm_entity)) {
    const std::int64_t measures = count_measures(scores, earns_complex_organization);
    quality->complex_organization_bonus =
        cut(Decimal::from_raw(bonuses.complex_organization.raw() * measures), available,
            bonuses.complex_organization_maximum_percent);
  }
}

}  // namespace qcdr::scoring
