#include "rulebook/benchmark_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "rulebook/field_reader.h"
#include "rulebook/table.h"

namespace qcdr::rulebook {
namespace {

constexpr std::array<std::string_view, 6> kColumns = {
    "measure", "collection_type", "benchmark_year", "flags", "first_decile", "bounds"};

constexpr std::string_view kToppedOut = "topped-out";
constexpr std::string_view kCapped = "seven-point-cap";
constexpr std::string_view kPercentiles = "percentiles";
constexpr std::string_view kIrregular = "irregular";

void read_bounds(std::string_view cell, int line, Benchmark* benchmark, FileErrors& errors) {
  int decile = benchmark->first_decile;
  while (!cell.empty()) {
    const std::size_t end = std::min(cell.find(' '), cell.size());
    const Result<Decimal> bound = Decimal::parse(cell.substr(0, end));
    if (!bound.is_ok() || decile > kLastDecile) {
      errors.add(line, "bounds are numbers, one for each decile up to the tenth");
      return;
    }
    benchmark->bounds[static_cast<std::size_t>(decile++)] = bound.value();
    cell.remove_prefix(std::min(end + 1, cell.size()));
  }
  if (decile != kLastDecile + 1) errors.add(line, "bounds of some deciles are missing");
}

Benchmark read_row(TableRow& row, FileErrors& errors) {
  Benchmark benchmark;
  benchmark.measure_id = std::move(row.cells[0]);
  benchmark.collection_type = std::move(row.cells[1]);
  benchmark.benchmark_year = parse_integer(row.cells[2], 2000, 2099, row.line, errors);
  for (const std::string& flag : split_list(row.cells[3])) {
    if (flag == kToppedOut) {
      benchmark.topped_out = true;
    } else if (flag == kCapped) {
      benchmark.seven_point_cap = true;
    } else if (flag == kPercentiles) {
      benchmark.percentiles = true;
    } else if (flag == kIrregular) {
      benchmark.irregular = true;
    } else {
      errors.add(row.line, fmt::format("\"{}\" is not a flag of a benchmark", flag));
    }
  }
  benchmark.first_decile = parse_integer(row.cells[4], 1, kLastDecile, row.line, errors);
  if (errors.is_ok()) read_bounds(row.cells[5], row.line, &benchmark, errors);
  if (benchmark.measure_id.empty() || benchmark.collection_type.empty()) {
    errors.add(row.line, "a benchmark without measure or collection type");
  }
  return benchmark;
}

}  // namespace

Result<std::vector<Benchmark>> parse_benchmark_table(std::string_view path,
                                                     std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(std::vector<TableRow> rows, parse_table(path, bytes, kColumns));
  FileErrors errors(path);
  std::vector<Benchmark> benchmarks;
  benchmarks.reserve(rows.size());
  for (TableRow& row : rows) {
    Benchmark benchmark = read_row(row, errors);
    if (!benchmarks.empty() &&
        std::tie(benchmarks.back().measure_id, benchmarks.back().collection_type) >=
            std::tie(benchmark.measure_id, benchmark.collection_type)) {
      errors.add(row.line, fmt::format("the benchmark of {} for {} is out of order or repeated",
                                       benchmark.measure_id, benchmark.collection_type));
    }
    benchmarks.push_back(std::move(benchmark));
  }
  if (!errors.is_ok()) return errors.first();
  return benchmarks;
}

std::string write_benchmark_table(std::span<const Benchmark> benchmarks) {
  std::string table = table_line(std::span<const std::string_view>(kColumns));
  for (const Benchmark& benchmark : benchmarks) {
    std::vector<std::string> flags;
    if (benchmark.topped_out) flags.emplace_back(kToppedOut);
    if (benchmark.seven_point_cap) flags.emplace_back(kCapped);
    if (benchmark.percentiles) flags.emplace_back(kPercentiles);
    if (benchmark.irregular) flags.emplace_back(kIrregular);
    std::string bounds;
    for (int decile = benchmark.first_decile; decile <= kLastDecile; ++decile) {
      if (!bounds.empty()) bounds.push_back(' ');
      bounds += benchmark.bounds[static_cast<std::size_t>(decile)].to_string();
    }
    const std::array<std::string, kColumns.size()> cells = {
        benchmark.measure_id,
        benchmark.collection_type,
        std::to_string(benchmark.benchmark_year),
        join_list(flags),
        std::to_string(benchmark.first_decile),
        bounds};
    table += table_line(std::span<const std::string>(cells));
  }
  return table;
}

}  // namespace qcdr::rulebook
