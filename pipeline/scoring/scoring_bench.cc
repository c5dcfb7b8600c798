// How long one score takes: what the pipeline does after every accepted case.
#include <benchmark/benchmark.h>

#include "scoring/score_tree.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

ScoreInput three_measures(const ResolvedRules& rules, const Profile& profile) {
  const rulebook::YearRules& year = *rules.year_rules;
  return score_input(
      rules, profile,
      {counts(year, "404", 80, 20), counts(year, "424", 500, 3), counts(year, "430", 450, 2)});
}

// Everything unknown that can be: the usual case during a year.
void unknown_statuses(benchmark::State& state) {
  const ResolvedRules rules = resolve(built_in_2022());
  Profile profile;
  profile.kind = ClinicianKind::kPhysician;
  const ScoreInput input = three_measures(rules, profile);
  for (auto _ : state) benchmark::DoNotOptimize(compute(input));
}
BENCHMARK(unknown_statuses);

void known_statuses(benchmark::State& state) {
  const ResolvedRules rules = resolve(built_in_2022());
  const ScoreInput input = three_measures(rules, profile_without_status());
  for (auto _ : state) benchmark::DoNotOptimize(compute(input));
}
BENCHMARK(known_statuses);

// A score above the threshold: factors are looked for, three times.
void above_threshold(benchmark::State& state) {
  const ResolvedRules rules = resolve(built_in_2022());
  Profile profile = profile_without_status(ClinicianKind::kCrna);
  profile.quality_percent = Decimal::from_integer(95);
  profile.activities_percent = Decimal::from_integer(100);
  const ScoreInput input = three_measures(rules, profile);
  for (auto _ : state) benchmark::DoNotOptimize(compute(input));
}
BENCHMARK(above_threshold);

void explain_tree(benchmark::State& state) {
  const ResolvedRules rules = resolve(built_in_2022());
  const ScoreInput input = three_measures(rules, profile_without_status());
  const ScoreSummary summary = compute(input);
  for (auto _ : state) benchmark::DoNotOptimize(to_json(explain(input, summary)));
}
BENCHMARK(explain_tree);

}  // namespace
}  // namespace qcdr::scoring

BENCHMARK_MAIN();
