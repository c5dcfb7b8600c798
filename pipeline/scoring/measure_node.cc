#include "scoring/measure_node.h"

#include <fmt/core.h>

#include <algorithm>

#include "rulebook/parameter_names.h"
#include "scoring/quality.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

constexpr int kLastDecile = 10;

ScoreNode step(std::string name, Decimal value, std::string text,
               std::vector<rulebook::Citation> citations) {
  ScoreNode node;
  node.name = std::move(name);
  node.value = value;
  node.metadata.push_back({"how", std::move(text)});
  node.citations = std::move(citations);
  return node;
}

const char* processing_status(const MeasureScore& score) {
  if (!is_scored(score)) return "EXCLUDED";
  return score.picked ? "PICKED" : "NOT_PICKED";
}

std::string reporting_text(const ResolvedRules& rules, const MeasureInput& input,
                           const MeasureScore& score) {
  const std::string rate = score.reporting_rate.to_string();
  const std::string complete = rules.data_completeness.to_string();
  if (input.supplied_reporting_rate) {
    return fmt::format("{} %, as supplied; complete from {} %", rate, complete);
  }
  const std::string exclusions =
      input.exclusion == 0 ? "" : fmt::format(" + {} exclusions", input.exclusion);
  return fmt::format(
      "({} met + {} not met + {} exceptions{}) / {} eligible = {} %; complete from "
      "{} %",
      input.performance_met, input.performance_not_met, input.exception, exclusions,
      input.eligible_population, rate, complete);
}

void add_claims_steps(const MeasureScore& score, ScoreNode* node) {
  node->parts.push_back(step("case count", Decimal::from_integer(score.case_count),
                             fmt::format("{} cases in CMS's claims", score.case_count), {}));
  node->parts.push_back(step("performance rate", score.performance_rate,
                             "as CMS computes it from claims, in the measure's own unit", {}));
}

void add_rate_steps(const ResolvedRules& rules, const MeasureInput& input,
                    const MeasureScore& score, ScoreNode* node) {
  if (is_administrative(score)) return add_claims_steps(score, node);
  node->parts.push_back(step("reporting rate", score.reporting_rate,
                             reporting_text(rules, input, score),
                             cite(rules, names::kDataCompleteness)));
  if (!score.complete || score.basis == PointsBasis::kSuppressed) return;
  node->parts.push_back(
      step("case count", Decimal::from_integer(score.case_count),
           fmt::format("{} eligible cases; compared with the benchmark from {} cases",
                       score.case_count, rules.case_minimum),
           cite(rules, names::kCaseMinimum)));
  if (!score.has_performance_rate) return;
  node->parts.push_back(
      step("performance rate", score.performance_rate,
           input.supplied_rate
               ? std::string("as the measure's definition or its owner says; taken as given")
               : fmt::format("{} met / ({} met + {} not met) = {} %", input.performance_met,
                             input.performance_met, input.performance_not_met,
                             score.performance_rate.to_string()),
           cite(rules, names::kRateDecimals)));
}

// A rate that is no percentage, as an amount, stands in its own unit.
std::string in_unit(Decimal rate, bool percentage) {
  return rate.to_string() + (percentage ? " %" : "");
}

std::string interpolation_text(const Placement& placement, bool inverse, Decimal rate,
                               bool percentage) {
  const std::string bound = placement.bound.to_string();
  if (placement.decile == kLastDecile) {
    return fmt::format("rate {} {} {}, the cut point of decile {}", in_unit(rate, percentage),
                       inverse ? "<=" : ">=", bound, kLastDecile);
  }
  const std::string next = placement.next_bound.to_string();
  const std::string value = rate.to_string();
  const std::string fraction =
      inverse ? fmt::format("({} - {}) / ({} - {})", bound, value, bound, next)
              : fmt::format("({} - {}) / ({} - {})", value, bound, next, bound);
  return fmt::format("{} + {} = {}", placement.decile, fraction, placement.points.to_string());
}

// The cut point of the first decile that is worth the floor at least.
Decimal first_earning_bound(const ResolvedRules& rules, const rulebook::Benchmark& benchmark) {
  int decile = benchmark.first_decile;
  while (decile < kLastDecile && Decimal::from_integer(decile) < rules.points_floor) ++decile;
  return benchmark.bounds[static_cast<std::size_t>(decile)];
}

std::string benchmark_text(const rulebook::Benchmark& benchmark) {
  return fmt::format("{} benchmark of measure {} from {} data", benchmark.collection_type,
                     benchmark.measure_id, benchmark.benchmark_year);
}

void add_floor_step(const ResolvedRules& rules, const MeasureScore& score,
                    const rulebook::Benchmark& benchmark, ScoreNode* node) {
  const bool new_measure = score.points > rules.points_floor;
  const bool percentage = resolved_measure(rules, *score.measure).percentage;
  node->messages.push_back(
      {"BELOW_DECILES", fmt::format("The rate is below the first decile that earns points of "
                                    "its own: the floor of {} points applies.",
                                    score.points.to_string())});
  node->parts.push_back(
      step(new_measure ? "new measure floor" : "floor", score.points,
           fmt::format("no decile of the {} reached, first cut point {}: floor of {} points",
                       benchmark_text(benchmark),
                       in_unit(first_earning_bound(rules, benchmark), percentage),
                       score.points.to_string()),
           cite(rules, new_measure ? names::kNewMeasureFirstYear : names::kFloorPoints)));
}

void add_benchmark_step(const ResolvedRules& rules, const MeasureScore& score,
                        const rulebook::Benchmark& benchmark, ScoreNode* node) {
  const bool inverse = score.measure->inverse;
  const bool percentage = resolved_measure(rules, *score.measure).percentage;
  const Placement placement =
      place(benchmark, inverse, score.performance_rate, rules.points_decimals, percentage);
  node->metadata.push_back({"partialPoints", inverse ? placement.bound - score.performance_rate
                                                     : score.performance_rate - placement.bound});
  if (placement.decile == kBelowDeciles || score.decile == kBelowDeciles) {
    node->metadata.back().value = Decimal();
    node->metadata.push_back({"partialDecileScore", Decimal()});
    add_floor_step(rules, score, benchmark, node);
    return;
  }
  node->metadata.push_back(
      {"partialDecileScore", placement.points - Decimal::from_integer(placement.decile)});
  ScoreNode cut = step("benchmark cut point", placement.bound,
                       fmt::format("decile {} of the {} starts at {}", placement.decile,
                                   benchmark_text(benchmark), in_unit(placement.bound, percentage)),
                       cite(rules, names::kMaximumPoints));
  cut.metadata.push_back({"decile", std::int64_t{placement.decile}});
  cut.metadata.push_back({"nextCutPoint", placement.next_bound});
  node->parts.push_back(std::move(cut));
  node->parts.push_back(
      step("interpolated points", placement.points,
           interpolation_text(placement, inverse, score.performance_rate, percentage),
           cite(rules, names::kPointsDecimals)));
  if (score.points > placement.points) {
    node->messages.push_back(
        {"NEW_MEASURE_FLOOR", fmt::format("The measure is new in MIPS: its own floor of {} points "
                                          "applies.",
                                          score.points.to_string())});
    node->parts.push_back(step("new measure floor", score.points,
                               fmt::format("at least {} points", score.points.to_string()),
                               cite(rules, names::kNewMeasureFirstYear)));
  }
  if (benchmark.seven_point_cap && placement.points > score.points) {
    node->messages.push_back(
        {"SEVEN_POINT_CAP", fmt::format("Applied seven-point cap: topped out for the second year, "
                                        "{} points instead of {}.",
                                        score.points.to_string(), placement.points.to_string())});
    node->parts.push_back(
        step("topped-out cap", score.points,
             fmt::format("min({}, {}) = {}", placement.points.to_string(),
                         rules.topped_out_cap.to_string(), score.points.to_string()),
             cite(rules, names::kToppedOutCap)));
  }
}

std::string incomplete_text(const ResolvedRules& rules, const MeasureScore& score) {
  const PointsByPractice& points = rules.points_incomplete;
  std::string text = fmt::format("Below {} % completeness: {} points",
                                 rules.data_completeness.to_string(), score.points.to_string());
  const bool by_size =
      points.general != points.small_practice && score.collection != CollectionType::kWebInterface;
  if (by_size) {
    text += score.points == points.small_practice
                ? fmt::format(" in a small practice, {} in others", points.general.to_string())
                : fmt::format("; {} in a small practice", points.small_practice.to_string());
  }
  return text + ".";
}

void add_unmeasured_step(const ResolvedRules& rules, const MeasureScore& score,
                         std::string_view parameter, std::string code, std::string text,
                         ScoreNode* node) {
  node->messages.push_back({std::move(code), text});
  node->parts.push_back(step("points", score.points, std::move(text), cite(rules, parameter)));
}

void add_points_steps(const ResolvedRules& rules, const MeasureScore& score, ScoreNode* node) {
  const ResolvedMeasure& resolved = resolved_measure(rules, *score.measure);
  switch (score.basis) {
    case PointsBasis::kNotSubmitted:
      node->messages.push_back({"NOT_SUBMITTED", "No outcome is reported for any case."});
      return;
    case PointsBasis::kSuppressed:
      node->messages.push_back({"SUPPRESSED", "CMS does not score this measure this year."});
      return;
    case PointsBasis::kIncomplete:
      add_unmeasured_step(rules, score, names::kPointsIncomplete, "INCOMPLETE",
                          incomplete_text(rules, score), node);
      return;
    case PointsBasis::kNoBenchmark:
      add_unmeasured_step(rules, score, names::kPointsWithoutBenchmark, "NO_BENCHMARK",
                          fmt::format("There is no benchmark for this measure: {} points. CMS may "
                                      "still make one from the year's own data.",
                                      score.points.to_string()),
                          node);
      return;
    case PointsBasis::kBelowCaseMinimum:
      add_unmeasured_step(rules, score, names::kPointsBelowCaseMinimum, "BELOW_CASE_MINIMUM",
                          fmt::format("Fewer than {} eligible cases: {} points.",
                                      rules.case_minimum, score.points.to_string()),
                          node);
      return;
    case PointsBasis::kNewMeasure:
      add_unmeasured_step(rules, score, names::kNewMeasureFirstYear, "NEW_MEASURE",
                          fmt::format("New in MIPS, and no benchmark or too few cases: {} points.",
                                      score.points.to_string()),
                          node);
      return;
    case PointsBasis::kNoRate:
      node->messages.push_back({"NO_RATE",
                                "Every reported case is an exception: there is no "
                                "rate to compare, counted as 0 points."});
      return;
    case PointsBasis::kBenchmark:
      add_benchmark_step(rules, score, *resolved.benchmark(score.collection), node);
      return;
    case PointsBasis::kClaimsNotScored:
      node->messages.push_back(
          {"CLAIMS_NOT_SCORED",
           fmt::format("Administrative claims are scored from {} cases and, of a group, {} "
                       "clinicians on, with a benchmark: left out.",
                       resolved.claims_case_minimum, resolved.claims_clinicians_minimum)});
      return;
    case PointsBasis::kPathwaysOnly:
      node->messages.push_back({"PATHWAYS_ONLY",
                                "Traditional MIPS does not have this measure in this year, only "
                                "other pathways do: left out."});
      return;
    case PointsBasis::kLeftOut:
      node->messages.push_back(
          {"LEFT_OUT", score.collection == CollectionType::kWebInterface
                           ? "Without a benchmark or with too few cases a measure of the CMS Web "
                             "Interface is no part of the score."
                           : "Without a benchmark a measure is no part of the score in the APM "
                             "performance pathway: 0 of 0 points."});
      if (score.collection != CollectionType::kWebInterface) {
        node->citations = cite(rules, names::kAppWithoutBenchmarkExcluded);
      }
      return;
  }
}

void add_strata_metadata(const MeasureInput& input, const StrataInput& strata, ScoreNode* node) {
  std::vector<Metadata> entries;
  for (const StratumInput& stratum : strata) {
    if (stratum.measure != input.measure) continue;
    std::vector<Metadata> counts = {{"eligiblePopulation", stratum.eligible_population},
                                    {"performanceMet", stratum.performance_met},
                                    {"performanceNotMet", stratum.performance_not_met},
                                    {"eligiblePopulationException", stratum.exception}};
    entries.push_back({input.measure->strata[stratum.stratum], std::move(counts)});
  }
  if (entries.empty()) return;
  node->metadata.push_back({"overallAlgorithm", input.measure->overall_algorithm});
  node->metadata.push_back({"strata", std::move(entries)});
}

// Which cases a measure is scored by where its codes changed within the year.
void add_truncation_note(const ResolvedRules& rules, const MeasureScore& score, ScoreNode* node) {
  const std::vector<std::string>& truncated = score.measure->truncated_for;
  if (std::find(truncated.begin(), truncated.end(), collection_type_name(score.collection)) ==
      truncated.end()) {
    return;
  }
  const rulebook::Parameter* months = rules.year_rules->find_parameter(names::kTruncatedMonths);
  node->messages.push_back(
      {"TRUNCATED",
       months == nullptr
           ? std::string("CMS scores this measure by the cases of the year's first months only.")
           : fmt::format("CMS scores this measure by the cases of the first {} months only.",
                         months->value.to_string())});
  const auto more = cite(rules, names::kTruncatedMonths);
  node->citations.insert(node->citations.end(), more.begin(), more.end());
}

// What the counting of cases does not know is said where its result stands.
void add_specification_note(const ResolvedRules& rules, const rulebook::Measure& measure,
                            ScoreNode* node) {
  for (const rulebook::MeasureSpecification& each : rules.year_rules->specifications()) {
    if (each.measure_id != measure.id || each.unmodelled.empty()) continue;
    node->messages.push_back({"SPECIFICATION_NOT_WHOLE", each.unmodelled});
  }
}

// Of an inverse measure the cases that count for the clinician are those that do not meet it.
const char* next_decile_verb(const rulebook::Measure& measure, std::int64_t cases) {
  if (measure.inverse) return cases == 1 ? "does not meet" : "do not meet";
  return cases == 1 ? "meets" : "meet";
}

}  // namespace

void add_benchmark_metadata(const ResolvedRules& rules, const rulebook::Benchmark& benchmark,
                            ScoreNode* node) {
  std::vector<Decimal> deciles;
  for (int decile = benchmark.first_decile; decile <= kLastDecile; ++decile) {
    deciles.push_back(benchmark.bounds[static_cast<std::size_t>(decile)]);
  }
  node->metadata.push_back({benchmark.percentiles ? "percentiles" : "deciles", std::move(deciles)});
  node->metadata.push_back({"firstDecile", std::int64_t{benchmark.first_decile}});
  node->metadata.push_back({"benchmarkYear", std::int64_t{benchmark.benchmark_year}});
  node->metadata.push_back(
      {"benchmarkVersion", std::string(rules.year_rules->benchmark_version())});
  node->metadata.push_back({"toppedOut", benchmark.topped_out});
  node->metadata.push_back({"sevenPointCap", benchmark.seven_point_cap});
}

std::vector<rulebook::Citation> cite(const ResolvedRules& rules, std::string_view parameter) {
  const rulebook::Parameter* found = rules.year_rules->find_parameter(parameter);
  if (found == nullptr) return {};
  return {found->citation};
}

std::optional<std::int64_t> cases_to_next_decile(const ResolvedRules& rules,
                                                 const MeasureInput& input,
                                                 const MeasureScore& score) {
  const rulebook::Benchmark* benchmark =
      resolved_measure(rules, *input.measure).benchmark(input.collection);
  if (score.basis != PointsBasis::kBenchmark || benchmark == nullptr) return std::nullopt;
  // A rate that is given does not move with the cases.
  if (input.supplied_rate) return std::nullopt;
  const bool capped = is_capped(resolved_measure(rules, *input.measure), input.collection);
  if (capped && score.points >= rules.topped_out_cap) return std::nullopt;
  const bool inverse = input.measure->inverse;
  const Placement now = place(*benchmark, inverse, score.performance_rate, rules.points_decimals);
  // More cases only bring the rate nearer to its best, so the search can halve.
  const auto decile_with = [&](std::int64_t more) {
    MeasureInput changed = input;
    changed.eligible_population += more;
    (inverse ? changed.performance_not_met : changed.performance_met) += more;
    const MeasureScore rescored = score_measure(rules, changed, false);
    return place(*benchmark, inverse, rescored.performance_rate, rules.points_decimals).decile;
  };
  // Farther than doubling the cases is no advice.
  const std::int64_t farthest = input.eligible_population;
  if (decile_with(farthest) <= now.decile) return std::nullopt;
  std::int64_t not_enough = 0;
  std::int64_t enough = farthest;
  while (enough - not_enough > 1) {
    const std::int64_t middle = not_enough + (enough - not_enough) / 2;
    (decile_with(middle) > now.decile ? enough : not_enough) = middle;
  }
  return enough;
}

ScoreNode measure_node(const ResolvedRules& rules, const MeasureInput& input,
                       const StrataInput& strata, const MeasureScore& score) {
  ScoreNode node;
  node.name = score.measure->id;
  node.value = score.points;
  node.metadata.push_back({"title", score.measure->title});
  node.metadata.push_back({"processingStatus", std::string(processing_status(score))});
  if (score.basis != PointsBasis::kNotSubmitted) {
    if (score.has_performance_rate) {
      node.metadata.push_back({"performanceRate", score.performance_rate});
    }
    node.metadata.push_back({"reportingRate", score.reporting_rate});
  }
  node.metadata.push_back(
      {"submissionMethod", std::string(collection_type_name(score.collection))});
  node.metadata.push_back({"caseCount", score.case_count});
  node.metadata.push_back({"eligiblePopulation", input.eligible_population});
  node.metadata.push_back({"decile", std::int64_t{score.decile}});
  node.metadata.push_back({"decileScore", score.points});
  add_strata_metadata(input, strata, &node);
  add_specification_note(rules, *score.measure, &node);
  const rulebook::Benchmark* benchmark =
      resolved_measure(rules, *score.measure).benchmark(score.collection);
  if (benchmark != nullptr) add_benchmark_metadata(rules, *benchmark, &node);
  if (score.basis != PointsBasis::kNotSubmitted) add_rate_steps(rules, input, score, &node);
  add_points_steps(rules, score, &node);
  if (const auto more = cases_to_next_decile(rules, input, score)) {
    node.metadata.push_back({"casesToNextDecile", *more});
    node.messages.push_back(
        {"NEXT_DECILE",
         fmt::format("{} more {} that {} the measure would reach the next decile.", *more,
                     *more == 1 ? "case" : "cases", next_decile_verb(*score.measure, *more))});
  }
  if (score.picked_as_required) {
    node.messages.push_back(
        {"PICKED_AS_REQUIRED", score.measure->outcome
                                   ? "Picked as the required outcome measure."
                                   : "Picked as the required high-priority measure."});
  }
  add_truncation_note(rules, score, &node);
  const auto more = cite(rules, names::kRequiredMeasures);
  node.citations.insert(node.citations.begin(), more.begin(), more.end());
  return node;
}

ScoreNode missing_node(const ResolvedRules& rules, bool required_kind, const PlaceCost& cost) {
  constexpr int kShownDecimals = 2;
  ScoreNode node;
  node.name = "missing";
  node.metadata.push_back({"potentialPoints", cost.points});
  node.metadata.push_back({"costsFinalScore", cost.final_score});
  node.messages.push_back(
      {required_kind ? "MISSING_OUTCOME" : "MISSING_MEASURE",
       fmt::format("{}: 0 of {} points, up to {} points of the final score.",
                   required_kind ? "No outcome or high-priority measure is submitted"
                                 : "A required measure is not submitted",
                   cost.points.to_string(), cost.final_score.rounded(kShownDecimals).to_string())});
  node.citations = cite(rules, names::kRequiredMeasures);
  return node;
}

}  // namespace qcdr::scoring
