#include "scoring/quality.h"

#include <algorithm>

#include "scoring/strata.h"

namespace qcdr::scoring {
namespace {

constexpr std::int64_t kPercent = 100;
constexpr Decimal kHundred = Decimal::from_raw(kPercent * Decimal::kOne);
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

// part * scale / whole, half up; part < whole. Unused with the planted bug below.
[[maybe_unused]] std::int64_t fraction_of(std::int64_t part, std::int64_t whole,
                                          std::int64_t scale) {
  constexpr std::int64_t kNarrowMax = INT64_MAX / 2 / 1'000'000;  // percentages, not amounts
  if (part <= kNarrowMax) return divide_half_up(part * scale, whole);
  return static_cast<std::int64_t>((static_cast<__int128>(part) * scale + whole / 2) / whole);
}

// The points that no benchmark decides. Zero for all other bases.
Decimal points_by_practice(const ResolvedRules& rules, const MeasureScore& score,
                           bool small_practice) {
  const auto choose = [&](const PointsByPractice& points) {
    return small_practice ? points.small_practice : points.general;
  };
  switch (score.basis) {
    case PointsBasis::kIncomplete:
      // (b)(1)(i)(B)(2): of the CMS Web Interface such a measure earns nothing.
      if (score.collection == CollectionType::kWebInterface) return {};
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
  QCDR_ASSERT(input.exclusion >= 0 &&
              input.exclusion <= input.eligible_population - input.performance_met -
                                     input.performance_not_met - input.exception);
}

// Floor and cap around the benchmark's points.
void score_by_benchmark(const ResolvedRules& rules, const ResolvedMeasure& resolved,
                        MeasureScore* score) {
  const rulebook::Benchmark& benchmark = *resolved.benchmark(score->collection);
  const Placement placement = place(benchmark, score->measure->inverse, score->performance_rate,
                                    rules.points_decimals, resolved.percentage);
  // A placement that earns less than the floor counts as none, as in CMS's own answers.
  const bool below = placement.points < rules.points_floor;
  score->decile = below ? kBelowDeciles : static_cast<std::int8_t>(placement.decile);
  score->points = std::max(placement.points, rules.points_floor);
  // "On which data is submitted": nobody submits what CMS computes from claims.
  if (!is_administrative(*score))
    score->points = std::max(score->points, resolved.new_measure_floor);
  if (is_capped(resolved, score->collection))
    score->points = std::min(score->points, rules.topped_out_cap);
}

// Order of decision: 414.1380(b)(1)(i)(A), (B), (C) and (b)(1)(vii)(A).
PointsBasis decide_basis(const ResolvedRules& rules, const ResolvedMeasure& resolved,
                         const MeasureScore& score, const Reporter& reporter) {
  if (score.measure->pathways_only && !reporter.pathway) return PointsBasis::kPathwaysOnly;
  const bool app = reporter.app;
  const bool benchmark = resolved.benchmark(score.collection) != nullptr;
  if (resolved.suppressed[static_cast<std::size_t>(score.collection)]) {
    return PointsBasis::kSuppressed;
  }
  if (is_administrative(score)) {
    return benchmark && score.case_minimum_met ? PointsBasis::kBenchmark
                                               : PointsBasis::kClaimsNotScored;
  }
  if (!score.complete) return PointsBasis::kIncomplete;
  const bool comparable = benchmark && score.case_minimum_met;
  // (b)(1)(i)(A)(2)(i), and 414.1367(c)(1)(i).
  if (!comparable && score.collection == CollectionType::kWebInterface) {
    return PointsBasis::kLeftOut;
  }
  if (!benchmark && app && rules.app_without_benchmark_excluded) return PointsBasis::kLeftOut;
  if (!comparable && resolved.new_measure_floor > Decimal()) return PointsBasis::kNewMeasure;
  if (!benchmark) return PointsBasis::kNoBenchmark;
  if (!score.case_minimum_met) return PointsBasis::kBelowCaseMinimum;
  return score.has_performance_rate ? PointsBasis::kBenchmark : PointsBasis::kNoRate;
}

}  // namespace

Decimal rate_percent(std::int64_t part, std::int64_t whole, int decimals) {
  const __int128 scaled =
      (static_cast<__int128>(part) * kPercent * power_of_ten(decimals) + whole / 2) / whole;
  return Decimal::from_raw(static_cast<std::int64_t>(scaled) *
                           power_of_ten(Decimal::kFractionDigits - decimals));
}

bool is_capped(const ResolvedMeasure& resolved, CollectionType collection) {
  const rulebook::Benchmark* benchmark = resolved.benchmark(collection);
  return benchmark != nullptr && benchmark->seven_point_cap &&
         collection != CollectionType::kWebInterface &&
         !resolved.uncapped[static_cast<std::size_t>(collection)];
}

bool is_administrative(const MeasureScore& score) {
  return score.collection == CollectionType::kAdministrativeClaims;
}

Placement place(const rulebook::Benchmark& benchmark, bool inverse, Decimal rate,
                int points_decimals, bool percentage) {
  constexpr int kLastDecile = 10;
  Placement placement;
  // From here on more is better.
  const std::int64_t sign = inverse ? -1 : 1;
  const std::int64_t value = sign * rate.raw();
  const std::int64_t worst = inverse ? -kPercent * Decimal::kOne : 0;
  if (percentage && value <= worst) return placement;
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
  const std::int64_t fraction = fraction_of(past, width, power_of_ten(points_decimals));
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

namespace {

void set_reporting(const ResolvedRules& rules, const MeasureInput& input, std::int64_t reported,
                   MeasureScore* score) {
  score->reporting_rate =
      input.supplied_reporting_rate
          ? *input.supplied_reporting_rate
          : rate_percent(reported, input.eligible_population, rules.rate_decimals);
  score->complete = score->reporting_rate >= rules.data_completeness;
}

// What CMS computes from claims: a rate and a number of cases, all of them reported.
void set_claims(const ResolvedMeasure& resolved, std::int32_t clinicians, MeasureScore* score) {
  score->reporting_rate = kHundred;
  score->complete = true;
  score->case_minimum_met = score->case_count >= resolved.claims_case_minimum &&
                            (clinicians == 0 || clinicians >= resolved.claims_clinicians_minimum);
}

std::int64_t case_count_of(const MeasureInput& input) {
  return input.measure->registry_measure ? input.eligible_population - input.exclusion
                                         : input.eligible_population;
}

MeasureScore score_counts(const ResolvedRules& rules, const MeasureInput& input,
                          std::int64_t case_count, bool small_practice, const Reporter& reporter) {
  assert_possible(input);
  MeasureScore score;
  score.measure = input.measure;
  score.collection = input.collection;
  score.case_count = case_count;
  score.end_to_end = input.end_to_end;
  const ResolvedMeasure& resolved = resolved_measure(rules, *input.measure);
  const std::int64_t compared = input.performance_met + input.performance_not_met;
  const std::int64_t reported = compared + input.exception + input.exclusion;
  if (is_administrative(score)) {
    if (!input.supplied_rate) return score;
    set_claims(resolved, reporter.clinicians, &score);
  } else {
    const bool supplied = input.supplied_reporting_rate && input.eligible_population > 0;
    if (reported == 0 && !supplied) return score;
    set_reporting(rules, input, reported, &score);
    score.case_minimum_met = case_count >= rules.case_minimum;
  }
  score.has_performance_rate = compared > 0 || input.supplied_rate.has_value();
  if (input.supplied_rate) {
    score.performance_rate = *input.supplied_rate;
  } else if (compared > 0) {
    score.performance_rate = rate_percent(input.performance_met, compared, rules.rate_decimals);
  }
  score.basis = decide_basis(rules, resolved, score, reporter);
  if (score.basis == PointsBasis::kBenchmark) {
    score_by_benchmark(rules, resolved, &score);
  } else if (score.basis == PointsBasis::kNewMeasure) {
    score.points = resolved.new_measure_floor;
  } else {
    score.points = points_by_practice(rules, score, small_practice);
  }
  return score;
}

}  // namespace

MeasureScore score_measure(const ResolvedRules& rules, const MeasureInput& input,
                           bool small_practice, const Reporter& reporter) {
  return score_counts(rules, input, case_count_of(input), small_practice, reporter);
}

namespace {

Reporter reporter_of(const Profile& profile) {
  const bool app = profile.participation == Participation::kApp;
  return {profile.group ? profile.group_size : 1, app,
          app || profile.participation == Participation::kMvp};
}

}  // namespace

MeasureScore score_measure_of(const ResolvedRules& rules, const ScoreInput& input,
                              const MeasureInput& measure, bool small_practice) {
  const Reporter reporter = reporter_of(input.profile);
  if (measure.measure->strata.empty() || input.strata.empty()) {
    return score_measure(rules, measure, small_practice, reporter);
  }
  const CombinedCounts combined = combine_strata(rules, measure, input.strata);
  return score_counts(rules, combined.counts, combined.case_count, small_practice, reporter);
}

MeasureScore best_score_of(const ResolvedRules& rules, const ScoreInput& input,
                           const MeasureInput& measure, bool small_practice) {
  constexpr std::size_t kBestBound = 10;
  CombinedCounts combined = {measure, case_count_of(measure)};
  if (!measure.measure->strata.empty() && !input.strata.empty()) {
    combined = combine_strata(rules, measure, input.strata);
  }
  MeasureInput& counts = combined.counts;
  const ResolvedMeasure& resolved = resolved_measure(rules, *measure.measure);
  const std::int64_t reported = counts.eligible_population - counts.exclusion;
  counts.exception = 0;
  counts.performance_met = measure.measure->inverse ? 0 : reported;
  counts.performance_not_met = measure.measure->inverse ? reported : 0;
  if (counts.supplied_reporting_rate) counts.supplied_reporting_rate = kHundred;
  const rulebook::Benchmark* benchmark = resolved.benchmark(counts.collection);
  if (counts.supplied_rate && resolved.percentage) {
    counts.supplied_rate = measure.measure->inverse ? Decimal() : kHundred;
  } else if (counts.supplied_rate && benchmark != nullptr) {
    counts.supplied_rate = benchmark->bounds[kBestBound];
  }
  return score_counts(rules, counts, combined.case_count, small_practice,
                      reporter_of(input.profile));
}

void apply_practice_size(const ResolvedRules& rules, bool small_practice, MeasureScores* scores) {
  for (MeasureScore& score : *scores) {
    if (depends_on_practice_size(score.basis)) {
      score.points = points_by_practice(rules, score, small_practice);
    }
  }
}

Decimal achievement_percent(const ResolvedRules& rules, const QualityScore& score) {
  const Decimal available = available_points(rules, score.slots);
  QCDR_ASSERT(available > Decimal());
  return Decimal::from_raw(
      divide_half_up(score.points.raw() * kPercent, available.raw() / Decimal::kOne));
}

Decimal improvement_points(const ResolvedRules& rules, const QualityScore& score,
                           const std::optional<Decimal>& prior_percent) {
  if (!prior_percent || !score.full_participation) return {};
  if (rules.quality_improvement_maximum == Decimal()) return {};
  const Decimal now = achievement_percent(rules, score);
  const Decimal before = std::max(*prior_percent, rules.quality_improvement_prior_floor);
  if (now <= before) return {};
  const Decimal earned = (now - before) * rules.quality_improvement_maximum / before;
  return std::min(earned, rules.quality_improvement_maximum);
}

Decimal quality_percent(const ResolvedRules& rules, const QualityScore& score, bool small_practice,
                        Decimal improvement) {
  const Decimal available = available_points(rules, score.slots);
  QCDR_ASSERT(available > Decimal());
  Decimal points = score.points + score.bonus();
  if (small_practice && score.submitted) points = points + rules.small_practice_bonus;
  points = std::min(points, available);
  const Decimal percent =
      Decimal::from_raw(divide_half_up(points.raw() * kPercent, available.raw() / Decimal::kOne));
  return std::min(percent + improvement, kHundred);
}

}  // namespace qcdr::scoring
