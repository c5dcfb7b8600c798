#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "rulebook/benchmark_table.h"
#include "rulebook/import.h"
#include "rulebook/import_row.h"

namespace qcdr::rulebook {
namespace {

using Json = nlohmann::json;

// From this year on a list of ten begins with decile 1. Before it one of its ends is the extreme
// value that was observed, see begins_with_extreme().
constexpr int kTenMeansDecileOne = 2022;
// Up to this year rows lack flags that say no.
constexpr int kLastYearOfMissingFlags = 2019;

// What the year's measures say about a benchmark.
struct KnownMeasure {
  bool inverse = false;
  bool seven_point_cap = false;
};
using KnownMeasures = std::map<std::string, KnownMeasure, std::less<>>;

Result<KnownMeasures> read_known(std::string_view json) {
  KnownMeasures known;
  Json list;
  QCDR_RETURN_IF_ERROR(parse_json_array(json, &list));
  for (const Json& item : list) {
    ImportRow row(item);
    const std::string category = row.text("category");
    if (row.is_ok() && category != "quality" && category != "cost") continue;
    KnownMeasure measure;
    measure.inverse = row.flag("isInverse");
    measure.seven_point_cap = row.optional_flag("isToppedOutByProgram");
    if (!row.is_ok()) return row.status();
    known.emplace(row.id(), measure);
  }
  return known;
}

// dump() gives the shortest text that reads back as the same number: the digits of the file.
Decimal read_bound(ImportRow* row, const Json* bound) {
  const Result<Decimal> parsed =
      Decimal::parse(bound != nullptr && bound->is_number() ? bound->dump() : "");
  if (parsed.is_ok()) return parsed.value();
  row->note("a bound is not a decimal number");
  return {};
}

// Beside the nine bounds between deciles a list of ten holds an end of what was observed: the worst
// value, where decile 1 begins, or the best one, which bounds nothing. An end lies farther from the
// deciles than they lie from each other.
bool begins_with_extreme(ImportRow* row, const std::vector<Decimal>& bounds) {
  const auto distance = [&](std::size_t place) {
    const Decimal one = bounds[place];
    const Decimal other = bounds[place + 1];
    return std::max(one, other) - std::min(one, other);
  };
  const Decimal at_begin = distance(0);
  const Decimal at_end = distance(bounds.size() - 2);
  if (at_begin == at_end) row->note("neither end of the ten deciles is the extreme one");
  return at_begin > at_end;
}

void read_deciles(ImportRow* row, PerformanceYear year, const Json& deciles, Benchmark* benchmark) {
  if (!deciles.is_array()) return row->note("\"deciles\" is not a list");
  std::vector<Decimal> bounds;
  for (const Json& bound : deciles) bounds.push_back(read_bound(row, &bound));
  constexpr std::size_t kFromSecond = 9;
  constexpr std::size_t kFromFirst = 10;
  if (bounds.size() != kFromSecond && bounds.size() != kFromFirst) {
    return row->note(
        fmt::format("{} deciles in {} are not understood", bounds.size(), year.value()));
  }
  if (bounds.size() == kFromFirst && year.value() < kTenMeansDecileOne &&
      !begins_with_extreme(row, bounds)) {
    bounds.pop_back();
  }
  benchmark->first_decile = kLastDecile + 1 - static_cast<int>(bounds.size());
  std::copy(bounds.begin(), bounds.end(), benchmark->bounds.begin() + benchmark->first_decile);
}

// Keys are percentiles of the value, ascending. Of an inverse measure the low ones are the best:
// decile 10 reaches to the 10th percentile, decile 1 to the 99th.
void read_percentiles(ImportRow* row, const Json& percentiles, Benchmark* benchmark) {
  constexpr std::array<const char*, 11> kKeys = {"1",  "10", "20", "30", "40", "50",
                                                 "60", "70", "80", "90", "99"};
  if (!percentiles.is_object() || percentiles.size() != kKeys.size()) {
    return row->note("\"percentiles\" does not hold the eleven percentiles");
  }
  const bool inverse = row->flag("isInverse");
  benchmark->percentiles = true;
  benchmark->first_decile = 1;
  for (int decile = 1; decile <= kLastDecile; ++decile) {
    const int place = inverse ? kLastDecile + 1 - decile : decile - 1;
    const auto found = percentiles.find(kKeys[static_cast<std::size_t>(place)]);
    benchmark->bounds[static_cast<std::size_t>(decile)] =
        read_bound(row, found == percentiles.end() ? nullptr : &*found);
  }
}

bool turns_round(const Benchmark& benchmark, bool inverse) {
  const auto* first = benchmark.bounds.begin() + benchmark.first_decile;
  const auto* end = benchmark.bounds.end();
  return inverse ? !std::is_sorted(first, end, std::greater<>()) : !std::is_sorted(first, end);
}

Benchmark read_benchmark(ImportRow* row, PerformanceYear year) {
  Benchmark benchmark;
  benchmark.measure_id = row->id();
  benchmark.collection_type = row->text("submissionMethod");
  benchmark.benchmark_year = row->year("benchmarkYear");
  if (row->year("performanceYear") != year.value()) row->note("the row is of another year");
  const bool missing = year.value() <= kLastYearOfMissingFlags;
  benchmark.topped_out = missing ? row->optional_flag("isToppedOut") : row->flag("isToppedOut");
  benchmark.seven_point_cap =
      missing ? row->optional_flag("isToppedOutByProgram") : row->flag("isToppedOutByProgram");
  const Json* percentiles = row->find("percentiles");
  const Json* deciles = row->find("deciles");
  if ((percentiles == nullptr) == (deciles == nullptr)) {
    row->note("either \"deciles\" or \"percentiles\" is expected");
  } else if (percentiles != nullptr) {
    read_percentiles(row, *percentiles, &benchmark);
  } else {
    read_deciles(row, year, *deciles, &benchmark);
  }
  return benchmark;
}

// Adds what only the list of measures says; notes where the two files contradict each other.
void add_known(const KnownMeasure& measure, ImportRow* row, Benchmark* benchmark) {
  if (benchmark->percentiles && row->flag("isInverse") != measure.inverse) {
    row->note("inverse in one of the two files only");
  }
  if (row->find("isToppedOutByProgram") == nullptr) {
    benchmark->seven_point_cap = measure.seven_point_cap;
  }
  benchmark->irregular = turns_round(*benchmark, measure.inverse);
}

std::string comment_of(std::string_view json, PerformanceYear year,
                       const std::vector<std::string>& left_out) {
  std::string comment = source_comment(json, fmt::format("Benchmarks of {}", year.value()),
                                       fmt::format("benchmarks/{}.json", year.value()));
  if (left_out.empty()) return comment;
  comment += "# Left out, because the year has no such measure:";
  for (const std::string& name : left_out) comment += " " + name;
  return comment + "\n";
}

}  // namespace

Result<std::string> import_benchmarks(std::string_view json, std::string_view measures_json,
                                      PerformanceYear year) {
  KnownMeasures known;
  if (!measures_json.empty()) {
    QCDR_ASSIGN_OR_RETURN(known, read_known(measures_json));
  }
  Json list;
  QCDR_RETURN_IF_ERROR(parse_json_array(json, &list));
  std::vector<Benchmark> benchmarks;
  std::vector<std::string> left_out;
  for (const Json& item : list) {
    ImportRow row(item);
    Benchmark benchmark = read_benchmark(&row, year);
    const auto measure = known.find(row.id());
    if (measure != known.end()) add_known(measure->second, &row, &benchmark);
    if (!row.is_ok()) return row.status();
    if (measures_json.empty() || measure != known.end()) {
      benchmarks.push_back(std::move(benchmark));
    } else {
      left_out.push_back(row.id() + "/" + benchmark.collection_type);
    }
  }
  std::sort(benchmarks.begin(), benchmarks.end(), [](const Benchmark& a, const Benchmark& b) {
    return std::tie(a.measure_id, a.collection_type) < std::tie(b.measure_id, b.collection_type);
  });
  std::sort(left_out.begin(), left_out.end());
  const std::string table = comment_of(json, year, left_out) + write_benchmark_table(benchmarks);
  QCDR_RETURN_IF_ERROR(parse_benchmark_table("imported", table).status());
  return table;
}

}  // namespace qcdr::rulebook
