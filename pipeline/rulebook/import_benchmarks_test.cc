#include <gtest/gtest.h>

#include "core/crypto.h"
#include "rulebook/benchmark_table.h"
#include "rulebook/import.h"

namespace qcdr::rulebook {
namespace {

constexpr PerformanceYear kYear(2022);

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

std::string comment_of(std::string_view json) {
  return "# Benchmarks of 2022. Written by `qcdr rulebook import`; do not edit.\n"
         "# Source: repository CMSgov/qpp-measures-data, benchmarks/2022.json\n"
         "# SHA-256 of the imported file: " +
         hex(view(sha256(json))) + "\n";
}

TEST(ImportBenchmarks, WritesTheTableOfBenchmarksThatTheLoaderReads) {
  const Result<std::string> table = import_benchmarks(kBenchmarks, "", kYear);
  ASSERT_TRUE(table.is_ok()) << table.status().to_string();
  EXPECT_EQ(table.value(), comment_of(kBenchmarks) + std::string(kBenchmarkRows));
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

TEST(ImportBenchmarks, RefusesWhatItDoesNotUnderstand) {
  const auto benchmarks = [](std::string_view from, std::string_view to) {
    return import_benchmarks(replaced(kBenchmarks, from, to), "", kYear).status().message();
  };
  EXPECT_EQ(benchmarks("\"performanceYear\": 2022", "\"performanceYear\": 2021"),
            "measure 430: the row is of another year");
  EXPECT_EQ(benchmarks("[0, 98.38,", "[98.38,"),
            "measure 430: 8 deciles in 2022 are not understood");
  EXPECT_EQ(benchmarks("99.34", "\"99.34\""), "measure 430: a bound is not a decimal number");
  EXPECT_EQ(benchmarks("\"isToppedOut\": true, ", ""),
            "measure 430: \"isToppedOut\" is not true or false");
  EXPECT_EQ(benchmarks("\"deciles\": [0", "\"bounds\": [0"),
            "measure 430: either \"deciles\" or \"percentiles\" is expected");
}

// One row of a year; `more` are its further fields.
std::string one_row(int year, std::string_view more) {
  const std::string number = std::to_string(year);
  return R"([{"measureId": "X1", "submissionMethod": "registry", "benchmarkYear": )" + number +
         R"(, "performanceYear": )" + number + ", " + std::string(more) + "}]";
}

constexpr std::string_view kFlags = R"("isToppedOut": false, "isToppedOutByProgram": false, )";

Result<std::string> import_row(int year, std::string_view more, std::string_view measures = "") {
  return import_benchmarks(one_row(year, std::string(kFlags) + std::string(more)), measures,
                           PerformanceYear(year));
}

std::string row_of(const Result<std::string>& table) {
  if (!table.is_ok()) return table.status().message();
  const std::string& text = table.value();
  const std::string row = text.substr(text.find('\n', text.find("measure,")) + 1);
  return row.substr(0, row.find('\n'));
}

TEST(ImportBenchmarks, TenDecilesBefore2022EndAtTheBestValueOrBeginAtTheWorst) {
  const auto deciles = [](int year, std::string_view list) {
    return row_of(import_row(year, "\"deciles\": " + std::string(list)));
  };
  // As CMS published 480 and MCC1 for 2021, and TPCC for 2018.
  EXPECT_EQ(deciles(2021,
                    "[0.0298, 0.0269, 0.0251, 0.0239, 0.0229, 0.0218, 0.0209, 0.02, 0.0186, "
                    "0.0105]"),
            "X1,registry,2021,,2,0.0298 0.0269 0.0251 0.0239 0.0229 0.0218 0.0209 0.02 0.0186");
  EXPECT_EQ(deciles(2021, "[100, 41.48, 38.22, 36.1, 34.48, 33.14, 31.87, 30.64, 29.28, 27.47]"),
            "X1,registry,2021,,1,100 41.48 38.22 36.1 34.48 33.14 31.87 30.64 29.28 27.47");
  EXPECT_EQ(deciles(2018,
                    "[79929.9, 18838.8, 15754.4, 14355, 13447.8, 12712.2, 11998.9, 11197, "
                    "10082.4, 8065.99]"),
            "X1,registry,2018,,1,79929.9 18838.8 15754.4 14355 13447.8 12712.2 11998.9 11197 "
            "10082.4 8065.99");
  EXPECT_EQ(deciles(2021, "[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]"),
            "measure X1: neither end of the ten deciles is the extreme one");
  // From 2022 on the first is always that of decile 1.
  EXPECT_EQ(deciles(2022, "[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]"),
            "X1,registry,2022,,1,10 9 8 7 6 5 4 3 2 1");
}

constexpr std::string_view kPercentiles =
    R"("percentiles": {"1": 1, "10": 10, "20": 20, "30": 30, "40": 40, "50": 50, "60": 60,
       "70": 70, "80": 80, "90": 90, "99": 99})";

TEST(ImportBenchmarks, PercentilesRunFromTheWorstDecileToTheBest) {
  EXPECT_EQ(row_of(import_row(2023, "\"isInverse\": false, " + std::string(kPercentiles))),
            "X1,registry,2023,percentiles,1,1 10 20 30 40 50 60 70 80 90");
  EXPECT_EQ(row_of(import_row(2023, "\"isInverse\": true, " + std::string(kPercentiles))),
            "X1,registry,2023,percentiles,1,99 90 80 70 60 50 40 30 20 10");
  EXPECT_EQ(row_of(import_row(2023, kPercentiles)),
            "measure X1: \"isInverse\" is not true or false");
  const std::string other = replaced(kPercentiles, "\"99\"", "\"95\"");
  EXPECT_EQ(row_of(import_row(2023, "\"isInverse\": true, " + other)),
            "measure X1: a bound is not a decimal number");
  const std::string fewer = replaced(kPercentiles, ", \"99\": 99", "");
  EXPECT_EQ(row_of(import_row(2023, "\"isInverse\": true, " + fewer)),
            "measure X1: \"percentiles\" does not hold the eleven percentiles");
}

std::string measures_with(std::string_view id, bool inverse, std::string_view more = "") {
  return R"([{"category": "ia", "measureId": "IA_1"}, {"category": "quality", "measureId": ")" +
         std::string(id) + R"(", "isInverse": )" + (inverse ? "true" : "false") +
         std::string(more) + "}]";
}

TEST(ImportBenchmarks, WhatTurnsRoundInItsMeasuresDirectionIsMarked) {
  constexpr std::string_view kDeciles = R"("deciles": [0, 11, 22, 33, 44, 55, 66, 77, 88])";
  EXPECT_EQ(row_of(import_row(2019, kDeciles, measures_with("X1", false))),
            "X1,registry,2019,,2,0 11 22 33 44 55 66 77 88");
  EXPECT_EQ(row_of(import_row(2019, kDeciles, measures_with("X1", true))),
            "X1,registry,2019,irregular,2,0 11 22 33 44 55 66 77 88");
  EXPECT_EQ(row_of(import_row(2023, "\"isInverse\": true, " + std::string(kPercentiles),
                              measures_with("X1", false))),
            "measure X1: inverse in one of the two files only");
}

TEST(ImportBenchmarks, WithoutItsMeasureARowIsLeftOutAndNamed) {
  const auto table =
      import_row(2017, R"("deciles": [0, 1, 2, 3, 4, 5, 6, 7, 8])", measures_with("X2", false));
  ASSERT_TRUE(table.is_ok()) << table.status().to_string();
  EXPECT_NE(
      table.value().find("# Left out, because the year has no such measure: X1/registry\nmeasure,"),
      std::string::npos)
      << table.value();
  EXPECT_TRUE(parse_benchmark_table("b.csv", table.value()).value().empty());
}

// Before 2020 a missing flag says no, unless the list of measures says yes.
TEST(ImportBenchmarks, EarlyYearsLackFlags) {
  constexpr std::string_view kDeciles = R"("deciles": [0, 1, 2, 3, 4, 5, 6, 7, 8])";
  const auto row = [&](int year, const std::string& measures) {
    return row_of(import_benchmarks(one_row(year, kDeciles), measures, PerformanceYear(year)));
  };
  EXPECT_EQ(row(2018, measures_with("X1", false)), "X1,registry,2018,,2,0 1 2 3 4 5 6 7 8");
  EXPECT_EQ(row(2018, measures_with("X1", false, R"(, "isToppedOutByProgram": true)")),
            "X1,registry,2018,seven-point-cap,2,0 1 2 3 4 5 6 7 8");
  EXPECT_EQ(row(2020, measures_with("X1", false)),
            "measure X1: \"isToppedOut\" is not true or false");
}

TEST(ImportBenchmarks, RefusesWhatIsNoList) {
  for (const std::string_view text : {"", "{}", "[", "[1]", "[{}]", "[null]", "12"}) {
    EXPECT_FALSE(import_benchmarks(text, "", kYear).is_ok()) << text;
    EXPECT_EQ(import_benchmarks(kBenchmarks, text, kYear).is_ok(), text.empty()) << text;
  }
}

}  // namespace
}  // namespace qcdr::rulebook
