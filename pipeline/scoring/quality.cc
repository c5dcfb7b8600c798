#include "scoring/quality.h"

#include <algorithm>

namespace qcdr::scoring {
namespace {

constexpr std::int64_t kPercent = 100;
// Counts beyond this would overflow the exact rates.
constexpr std::int64_t kCountMax = 1'000'000'000'000;

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// numerator / denominator, half up; both not negative.
std::int64_t divide_half_up(std::int64_t numerator, std::int64_t denominator) {
  return (numerator + denominator / 2) / denominator;
}

// 100 * part / whole, half up to `decimals`.
Decimal rate_percent(std::int64_t part, std::int64_t whole, int decimals) {
  const std::int64_t scaled = divide_half_up(part * kPercent * power_of_ten(decimals), whole);
  return Decimal::from_raw(scaled * power_of_ten(Decimal::kFractionDigits - decimals));
}

// The points that no benchmark decides. Zero for all other bases.
Decimal points_by_practice(const ResolvedRules& rules, PointsBasis basis, bool small_practice) {
  const auto choose = [&](const PointsByPractice& points) {
    return small_practice ? points.small_practice : points.general;
  };
  switch (basis) {
    case PointsBasis::kIncomplete:
      return choose(rules.points_incomplete);
    case PointsBasis::kNoBenchmark:
      return choose(rules.points_without_benchmark);
    case PointsBasis::kBelowCaseMinimum:
      return choose(rules.points_below_case_minimum);
    default:
      return {};
  }
}

bool depends_on_practice_size(PointsBasis basis) {
  return basis == PointsBasis::kIncomplete || basis == PointsBasis::kNoBenchmark ||
         basis == PointsBasis::kBelowCaseMinimum;
}

void assert_possible(const MeasureInput& input) {
  QCDR_ASSERT(input.measure != nullptr);
  QCDR_ASSERT(input.performance_met >= 0 && input.performance_not_met >= 0);
  QCDR_ASSERT(input.exception >= 0 && input.eligible_population <= kCountMax);
  QCDR_ASSERT(input.performance_met <= input.eligible_population);
  QCDR_ASSERT(input.performance_not_met <= input.eligible_population - input.performance_met);
  QCDR_ASSERT(input.exception <=
              input.eligible_population - input.performance_met - input.performance_not_met);
}

// Floor and cap around the benchmark's points.
void score_by_benchmark(const ResolvedRules& rules, const ResolvedMeasure& resolved,
                        MeasureScore* score) {
  const rulebook::Benchmark& benchmark = *resolved.benchmark;
  const Placement placement =
      place(benchmark, score->measure->inverse, score->performance_rate, rules.points_decimals);
  // A placement that earns less than the floor counts as none, as in CMS's own answers.
  const bool below = placement.points < rules.points_floor;
  score->decile = below ? kBelowDeciles : static_cast<std::int8_t>(placement.decile);
  score->points = std::max({placement.points, rules.points_floor, resolved.new_measure_floor});
  if (benchmark.seven_point_cap) score->points = std::min(score->points, rules.topped_out_cap);
}

// Order of decision: 414.1380(b)(1)(i)(A), (B), (C) and (b)(1)(vii)(A).
PointsBasis decide_basis(const ResolvedMeasure& resolved, const MeasureScore& score) {
  if (resolved.suppressed) return PointsBasis::kSuppressed;
  if (!score.complete) return PointsBasis::kIncomplete;
  const bool comparable = resolved.benchmark != nullptr && score.case_minimum_met;
  if (!comparable && resolved.new_measure_floor > Decimal()) return PointsBasis::kNewMeasure;
  if (resolved.benchmark == nullptr) return PointsBasis::kNoBenchmark;
  if (!score.case_minimum_met) return PointsBasis::kBelowCaseMinimum;
  return score.has_performance_rate ? PointsBasis::kBenchmark : PointsBasis::kNoRate;
}

bool is_scored(const MeasureScore& score) {
  return score.basis != PointsBasis::kNotSubmitted && score.basis != PointsBasis::kSuppressed;
}

// More points first; among equals the order of the year's list, so that the input's order does
// not matter.
bool better(const MeasureScore& a, const MeasureScore& b) {
  return a.points != b.points ? a.points > b.points : a.measure < b.measure;
}

template <class Eligible>
MeasureScore* best_of(MeasureScores* scores, Eligible eligible) {
  MeasureScore* best = nullptr;
  for (MeasureScore& score : *scores) {
    if (!is_scored(score) || score.picked || !eligible(*score.measure)) continue;
    if (best == nullptr || better(score, *best)) best = &score;
  }
  return best;
}

}  // namespace

Placement place(const rulebook::Benchmark& benchmark, bool inverse, Decimal rate,
                int points_decimals) {
  constexpr int kLastDecile = 10;
  Placement placement;
  // From here on more is better.
  const std::int64_t sign = inverse ? -1 : 1;
  const std::int64_t value = sign * rate.raw();
  const std::int64_t worst = inverse ? -kPercent * Decimal::kOne : 0;
  if (value <= worst) return placement;
  const auto bound = [&](int decile) { return benchmark.bounds[static_cast<std::size_t>(decile)]; };
  int decile = kLastDecile;
  while (decile >= benchmark.first_decile && value < sign * bound(decile).raw()) --decile;
  if (decile < benchmark.first_decile) return placement;
  placement.decile = decile;
  placement.points = Decimal::from_integer(decile);
  placement.bound = bound(decile);
  placement.next_bound = placement.bound;
  if (decile == kLastDecile) return placement;
  placement.next_bound = bound(decile + 1);
  const std::int64_t width = sign * (placement.next_bound.raw() - placement.bound.raw());
  const std::int64_t past = value - sign * placement.bound.raw();
  QCDR_ASSERT(width > 0 && past < width);
#ifdef QCDR_PLANTED_SCORING_BUG
  // Never in the product: points are cut off, not rounded. tests/batch must notice.
  const std::int64_t fraction = past * power_of_ten(points_decimals) / width;
#else
  const std::int64_t fraction = divide_half_up(past * power_of_ten(points_decimals), width);
#endif
  placement.points = Decimal::from_raw(
      placement.points.raw() + fraction * power_of_ten(Decimal::kFractionDigits - points_decimals));
  return placement;
}

const ResolvedMeasure& resolved_measure(const ResolvedRules& rules,
                                        const rulebook::Measure& measure) {
  const std::vector<rulebook::Measure>& all = rules.year_rules->measures();
  const auto index = static_cast<std::size_t>(&measure - all.data());
  QCDR_ASSERT(index < all.size());
  return rules.measures[index];
}

MeasureScore score_measure(const ResolvedRules& rules, const MeasureInput& input,
                           bool small_practice) {
  assert_possible(input);
  MeasureScore score;
  score.measure = input.measure;
  const std::int64_t compared = input.performance_met + input.performance_not_met;
  const std::int64_t reported = compared + input.exception;
  if (reported == 0) return score;
  score.reporting_rate = rate_percent(reported, input.eligible_population, rules.rate_decimals);
  score.complete = score.reporting_rate >= rules.data_completeness;
  score.case_minimum_met = input.eligible_population >= rules.case_minimum;
  score.has_performance_rate = compared > 0;
  if (score.has_performance_rate) {
    score.performance_rate = rate_percent(input.performance_met, compared, rules.rate_decimals);
  }
  const ResolvedMeasure& resolved = resolved_measure(rules, *input.measure);
  score.basis = decide_basis(resolved, score);
  if (score.basis == PointsBasis::kBenchmark) {
    score_by_benchmark(rules, resolved, &score);
  } else if (score.basis == PointsBasis::kNewMeasure) {
    score.points = resolved.new_measure_floor;
  } else {
    score.points = points_by_practice(rules, score.basis, small_practice);
  }
  return score;
}

QualityScore pick(const ResolvedRules& rules, MeasureScores* scores) {
  std::size_t scored = 0;
  std::size_t suppressed = 0;
  bool suppressed_meets_requirement = false;
  for (MeasureScore& score : *scores) {
    score.picked = false;
    score.picked_as_required = false;
    if (is_scored(score)) ++scored;
    if (score.basis != PointsBasis::kSuppressed) continue;
    ++suppressed;
    suppressed_meets_requirement |= score.measure->outcome || score.measure->high_priority;
  }
  QualityScore quality;
  quality.submitted = scored + suppressed > 0;
  // A suppressed measure leaves the denominator only as far as it is needed to fill the slots.
  const std::size_t empty_slots =
      rules.required_measures - std::min(scored, rules.required_measures);
  const std::size_t slots = rules.required_measures - std::min(suppressed, empty_slots);
  quality.slots = static_cast<std::int64_t>(slots);

  const auto take = [&](MeasureScore* score) {
    score->picked = true;
    quality.points = quality.points + score->points;
  };
  MeasureScore* required = best_of(scores, [](const rulebook::Measure& m) { return m.outcome; });
  if (required == nullptr) {
    required = best_of(scores, [](const rulebook::Measure& m) { return m.high_priority; });
  }
  std::size_t open = slots;
  if (required != nullptr && open > 0) {
    required->picked_as_required = true;
    take(required);
    --open;
  } else if (!suppressed_meets_requirement && open > 0) {
    quality.required_missing = true;
    --open;
  }
  for (; open > 0; --open) {
    MeasureScore* next = best_of(scores, [](const rulebook::Measure&) { return true; });
    if (next == nullptr) break;
    take(next);
  }
  return quality;
}

void apply_practice_size(const ResolvedRules& rules, bool small_practice, MeasureScores* scores) {
  for (MeasureScore& score : *scores) {
    if (depends_on_practice_size(score.basis)) {
      score.points = points_by_practice(rules, score.basis, small_practice);
    }
  }
}

Decimal quality_percent(const ResolvedRules& rules, const QualityScore& score,
                        bool small_practice) {
  const Decimal available = available_points(rules, score.slots);
  QCDR_ASSERT(available > Decimal());
  Decimal points = score.points;
  if (small_practice && score.submitted) points = points + rules.small_practice_bonus;
  points = std::min(points, available);
  return Decimal::from_raw(
      divide_half_up(points.raw() * kPercent, available.raw() / Decimal::kOne));
}

}  // namespace qcdr::scoring
