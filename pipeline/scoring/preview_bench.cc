// Previews a CPU-second: of a whole submission, of four categories, in an old and in a new year.
// From decoded structs the score alone, with its tree, with the tree as JSON; and from the line of
// a batch to the line of its answer. Run by hand; docs/performance.md has the figures.
#include <benchmark/benchmark.h>

#include <string>

#include "rulebook/rulebook.h"
#include "scoring/json_document.h"
#include "scoring/qpp_submission.h"
#include "scoring/score_preview.h"

namespace qcdr::scoring {
namespace {

constexpr std::string_view kCounts =
    R"({"performanceMet":80,"performanceNotMet":15,"eligiblePopulationException":2,)"
    R"("eligiblePopulation":100})";

std::string quality_set() {
  std::string rows;
  for (const char* id : {"404", "424", "430", "463", "047", "130"}) {
    if (!rows.empty()) rows += ",";
    rows += R"({"measureId":")" + std::string(id) + R"(","value":)" + std::string(kCounts) + "}";
  }
  return R"({"category":"quality","submissionMethod":"registry","measurements":[)" + rows + "]}";
}

// What every year from 2023 on takes, and 2022 without the levels of engagement.
std::string interoperability_set(int year) {
  std::string rows = R"({"measureId":"PI_EP_1","value":{"numerator":90,"denominator":100}},)"
                     R"({"measureId":"PI_HIE_1","value":{"numerator":40,"denominator":80}},)"
                     R"({"measureId":"PI_HIE_4","value":{"numerator":30,"denominator":70}},)"
                     R"({"measureId":"PI_PEA_1","value":{"numerator":99,"denominator":120}})";
  for (const char* id : {"PI_PPHI_1", "PI_PPHI_2", "PI_ONCDIR_1", "PI_INFBLO_1", "PI_EP_2",
                         "PI_PHCDRR_1", "PI_PHCDRR_3"}) {
    rows += R"(,{"measureId":")" + std::string(id) + R"(","value":true})";
  }
  if (year >= 2023) {
    rows += R"(,{"measureId":"PI_PHCDRR_1_PROD","value":true})"
            R"(,{"measureId":"PI_PHCDRR_3_PROD","value":true})";
  }
  return R"({"category":"pi","submissionMethod":"registry","cehrtId":"0015E000000000X",)"
         R"("measurements":[)" +
         rows + "]}";
}

std::string submission(int year) {
  return R"({"entityType":"group","performanceYear":)" + std::to_string(year) +
         R"(,"measurementSets":[)" + quality_set() + "," + interoperability_set(year) +
         R"(,{"category":"ia","submissionMethod":"registry","measurements":[)"
         R"({"measureId":"IA_EPA_1","value":true},{"measureId":"IA_PSPA_7","value":true}]}]})";
}

constexpr std::string_view kProfile =
    R"({"groupSize":40,"complexPatientBonus":3.1,"priorYear":{"qualityAchievementPercent":60},)"
    R"("costMeasures":[{"measureId":"TPCC_1","value":1500,"caseCount":300}]})";

const PreviewRules& rules() {
  static const PreviewRules built_in(rulebook::Rulebook::built_in());
  return built_in;
}

PreviewInput decoded(int year) {
  PreviewFindings findings;
  const JsonValue document = parse_json(submission(year)).value();
  const JsonValue profile = parse_json(kProfile).value();
  const auto parts = find_parts(JsonCursor(document, ""), &findings);
  QCDR_ASSERT(parts);
  PreviewInput input;
  read_submission(*parts, *rules().find(PerformanceYear(year)), &input);
  read_profile(JsonCursor(profile, ""), &input);
  // A bench of what is refused would measure nothing.
  QCDR_ASSERT(!input.findings.has_errors());
  return input;
}

void score_alone(benchmark::State& state) {
  const PreviewInput input = decoded(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(compute(input.score));
  state.SetItemsProcessed(state.iterations());
}

void score_and_tree(benchmark::State& state) {
  const PreviewInput input = decoded(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(explain(input.score, compute(input.score)));
  state.SetItemsProcessed(state.iterations());
}

void score_and_tree_as_json(benchmark::State& state) {
  const PreviewInput input = decoded(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(to_json(explain(input.score, compute(input.score))));
  }
  state.SetItemsProcessed(state.iterations());
}

void line_to_line(benchmark::State& state) {
  const std::string line = R"({"submission":)" + submission(static_cast<int>(state.range(0))) +
                           R"(,"profile":)" + std::string(kProfile) + "}";
  for (auto _ : state) {
    benchmark::DoNotOptimize(preview_line(rules(), line, PreviewOptions(), PreviewPlace()));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(score_alone)->Arg(2022)->Arg(2024);
BENCHMARK(score_and_tree)->Arg(2022)->Arg(2024);
BENCHMARK(score_and_tree_as_json)->Arg(2022)->Arg(2024);
BENCHMARK(line_to_line)->Arg(2022)->Arg(2024);

}  // namespace
}  // namespace qcdr::scoring

BENCHMARK_MAIN();
