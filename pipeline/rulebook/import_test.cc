#include "rulebook/import.h"

#include <gtest/gtest.h>

#include "core/crypto.h"
#include "rulebook/benchmark_table.h"
#include "rulebook/measure_table.h"

namespace qcdr::rulebook {
namespace {

constexpr PerformanceYear kYear(2022);

constexpr std::string_view kMeasures = R"([
  {"category": "quality", "measureId": "X48", "title": "Survey, \"b\" part", "measureType":
   "patientReportedOutcome", "isHighPriority": true, "isInverse": false, "isRegistryMeasure": true,
   "metricType": "registryMultiPerformanceRate", "overallAlgorithm": "overallStratumOnly",
   "firstPerformanceYear": 2017, "submissionMethods": ["registry"], "eMeasureId": null,
   "strata": [{"name": "surveyed", "description": "a"}, {"name": "overall", "description": "b"}]},
  {"category": "ia", "measureId": "IA_1"},
  {"category": "quality", "measureId": "018", "title": "Plain", "measureType": "process",
   "isHighPriority": false, "isInverse": true, "isRegistryMeasure": false,
   "metricType": "singlePerformanceRate", "firstPerformanceYear": 2022,
   "submissionMethods": ["registry", "claims"], "clinicalGuidelineChanged": ["claims"],
   "icdImpacted": ["registry"], "strata": [{"description": "unnamed"}]}
])";

constexpr std::string_view kMeasureRows =
    "measure,type,flags,metric,first_year,collection_types,strata,algorithm,suppressed,truncated,"
    "title\n"
    "018,process,inverse,singlePerformanceRate,2022,claims; registry,,,claims,registry,Plain\n"
    "X48,patient-reported-outcome,high-priority; qcdr,registryMultiPerformanceRate,2017,registry,"
    "surveyed; overall,overallStratumOnly,,,\"Survey, \"\"b\"\" part\"\n";

constexpr std::string_view kBenchmarks = R"([
  {"measureId": "430", "benchmarkYear": 2020, "performanceYear": 2022,
   "submissionMethod": "registry", "isToppedOut": true, "isHighPriority": true,
   "isToppedOutByProgram": true,
   "deciles": [0, 98.38, 99.34, 99.68, 99.88, 99.99, 100, 100, 100]},
  {"measureId": "COST_1", "benchmarkYear": 2022, "performanceYear": 2022,
   "submissionMethod": "administrativeClaims", "isToppedOut": false,
   "isToppedOutByProgram": false,
   "deciles": [82993.5, 57779, 51895.1, 48761.7, 46419.6, 44179.4, 42147.8, 40290.3, 38313.4,
   35464.1]}
])";

constexpr std::string_view kBenchmarkRows =
    "measure,collection_type,benchmark_year,flags,first_decile,bounds\n"
    "430,registry,2020,topped-out; seven-point-cap,2,"
    "0 98.38 99.34 99.68 99.88 99.99 100 100 100\n"
    "COST_1,administrativeClaims,2022,,1,"
    "82993.5 57779 51895.1 48761.7 46419.6 44179.4 42147.8 40290.3 38313.4 35464.1\n";

std::string comment_of(std::string_view json, std::string_view first, std::string_view file) {
  return std::string("# ") + std::string(first) +
         " of 2022. Written by `qcdr rulebook import`; do not edit.\n"
         "# Source: repository CMSgov/qpp-measures-data, " +
         std::string(file) + "\n# SHA-256 of the imported file: " + hex(view(sha256(json))) + "\n";
}

TEST(Import, WritesTheTableOfQualityMeasures) {
  const Result<std::string> table = import_measures(kMeasures, kYear);
  ASSERT_TRUE(table.is_ok()) << table.status().to_string();
  EXPECT_EQ(table.value(),
            comment_of(kMeasures, "Quality measures", "measures/2022/measures-data.json") +
                std::string(kMeasureRows));
}

TEST(Import, TheLoaderReadsTheTableOfMeasures) {
  const auto measures = parse_measure_table("m.csv", import_measures(kMeasures, kYear).value());
  ASSERT_TRUE(measures.is_ok()) << measures.status().to_string();
  ASSERT_EQ(measures.value().size(), 2u);
  const Measure& survey = measures.value()[1];
  EXPECT_EQ(survey.id, "X48");
  EXPECT_EQ(survey.title, "Survey, \"b\" part");
  EXPECT_EQ(survey.type, MeasureType::kPatientReportedOutcome);
  EXPECT_TRUE(survey.outcome);
  EXPECT_TRUE(survey.high_priority);
  EXPECT_TRUE(survey.registry_measure);
  EXPECT_EQ(survey.strata, (std::vector<std::string>{"surveyed", "overall"}));
  EXPECT_EQ(survey.overall_algorithm, "overallStratumOnly");
  const Measure& plain = measures.value()[0];
  EXPECT_FALSE(plain.outcome);
  EXPECT_TRUE(plain.inverse);
  EXPECT_EQ(plain.first_performance_year, 2022);
  EXPECT_EQ(plain.suppressed_for, std::vector<std::string>{"claims"});
  EXPECT_EQ(plain.truncated_for, std::vector<std::string>{"registry"});
}

TEST(Import, WritesTheTableOfBenchmarksThatTheLoaderReads) {
  const Result<std::string> table = import_benchmarks(kBenchmarks, kYear);
  ASSERT_TRUE(table.is_ok()) << table.status().to_string();
  EXPECT_EQ(table.value(), comment_of(kBenchmarks, "Benchmarks", "benchmarks/2022.json") +
                               std::string(kBenchmarkRows));
  const auto benchmarks = parse_benchmark_table("b.csv", table.value());
  ASSERT_TRUE(benchmarks.is_ok()) << benchmarks.status().to_string();
  const Benchmark& topped_out = benchmarks.value()[0];
  EXPECT_EQ(topped_out.first_decile, 2);
  EXPECT_TRUE(topped_out.topped_out);
  EXPECT_TRUE(topped_out.seven_point_cap);
  EXPECT_EQ(topped_out.bounds[3].to_string(), "98.38");
  EXPECT_EQ(topped_out.bounds[10].to_string(), "100");
  EXPECT_EQ(benchmarks.value()[1].first_decile, 1);
  EXPECT_EQ(benchmarks.value()[1].bounds[1].to_string(), "82993.5");
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  const std::size_t place = changed.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return changed.replace(place, from.size(), to);
}

TEST(Import, RefusesWhatItDoesNotUnderstand) {
  const auto measures = [](std::string_view from, std::string_view to) {
    return import_measures(replaced(kMeasures, from, to), kYear).status().message();
  };
  EXPECT_EQ(measures("\"process\"", "\"balance\""),
            "measure 018: \"balance\" is not a known measureType");
  EXPECT_EQ(measures("\"isInverse\": true", "\"isInverse\": null"),
            "measure 018: \"isInverse\" is not true or false");
  EXPECT_NE(measures("\"018\"", "\"X48\"").find("out of order or repeated"), std::string::npos);
  const auto benchmarks = [](std::string_view from, std::string_view to) {
    return import_benchmarks(replaced(kBenchmarks, from, to), kYear).status().message();
  };
  EXPECT_EQ(benchmarks("\"performanceYear\": 2022", "\"performanceYear\": 2021"),
            "measure 430: the row is of another year");
  EXPECT_EQ(benchmarks("[0, 98.38,", "[98.38,"),
            "measure 430: 8 deciles in 2022 are not understood");
  EXPECT_EQ(benchmarks("99.34", "\"99.34\""), "measure 430: a bound is not a decimal number");
  // Before 2022 ten numbers meant something else.
  std::string earlier =
      replaced(kBenchmarks, "\"performanceYear\": 2022", "\"performanceYear\": 2021");
  earlier = replaced(earlier, "\"performanceYear\": 2022", "\"performanceYear\": 2021");
  EXPECT_EQ(import_benchmarks(earlier, PerformanceYear(2021)).status().message(),
            "measure COST_1: 10 deciles in 2021 are not understood");
}

TEST(Import, RefusesWhatIsNoList) {
  for (const std::string_view text : {"", "{}", "[", "[1]", "[{}]", "[null]", "12"}) {
    EXPECT_FALSE(import_measures(text, kYear).is_ok()) << text;
    EXPECT_FALSE(import_benchmarks(text, kYear).is_ok()) << text;
  }
}

}  // namespace
}  // namespace qcdr::rulebook
