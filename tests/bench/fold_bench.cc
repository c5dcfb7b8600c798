// Cases per CPU-second through decode, open, fold, score, emit and RocksDB, with a yardstick.
// How figures are taken and what they were: docs/performance.md.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "bench_keys.h"
#include "common/topic_names.h"
#include "fold_run.h"
#include "memory_log.h"
#include "npi_snapshot.h"
#include "plain_fold.h"
#include "reference/npi_registries.h"
#include "resource_use.h"
#include "state_size.h"
#include "stream/embedded/embedded_log.h"

namespace qcdr::bench {
namespace {

constexpr std::size_t kYardstickBatchCases = 2000;  // as engineering's own yardstick
constexpr double kMiB = 1024.0 * 1024.0;

struct Options {
  InputOptions input;
  bool scattered = false;
  bool practice_by_practice = false;
  std::string log = "memory";
  std::string directory;
  std::string perf_control;
  bool yardstick = true;
  bool npi_register = false;
};

class Counting final : public stream::LoopObserver {
 public:
  void on_commit(const stream::CommitReport& report) override {
    ++commits;
    records += report.records;
    outputs += report.outputs;
  }
  void on_freeze(const stream::FreezeReport& report) override {
    ++freezes;
    frozen_bytes += report.bytes;
  }
  std::uint64_t commits = 0;
  std::uint64_t records = 0;
  std::uint64_t outputs = 0;
  std::uint64_t freezes = 0;
  std::uint64_t frozen_bytes = 0;
};

// A directory of our own, gone at the end.
class Scratch {
 public:
  explicit Scratch(const std::string& parent) {
    std::string pattern = parent + "/fold-bench-XXXXXX";
    QCDR_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void print_state(const StateSize& size, std::uint64_t cases) {
  FamilySize all;
  fmt::print("state after compaction   rows      logical bytes   file bytes   of them per case\n");
  const auto line = [cases](std::string_view name, const FamilySize& family) {
    fmt::print("  {:<16} {:>12} {:>18} {:>12} {:>13.1f}\n", name, family.rows, family.logical_bytes,
               family.file_bytes,
               static_cast<double>(family.file_bytes) / static_cast<double>(cases));
  };
  constexpr std::array<std::string_view, kFamilyCount> kNames = {"meta", "facts", "counts",
                                                                 "case_blocks", "case_directory"};
  for (std::size_t i = 0; i < size.size(); ++i) {
    line(kNames[i], size[i]);
    all.rows += size[i].rows;
    all.logical_bytes += size[i].logical_bytes;
    all.file_bytes += size[i].file_bytes;
  }
  line("all", all);
  fmt::print("  logical bytes per case {:.1f}\n",
             static_cast<double>(all.logical_bytes) / static_cast<double>(cases));
}

// Lets `perf record -D -1 --control fifo:PATH` see the timed part alone.
void tell_perf(const Options& options, std::string_view word) {
  if (options.perf_control.empty()) return;
  std::ofstream(options.perf_control) << word << std::endl;
}

double run_yardstick(const Input& input) {
  const ledger::LedgerRules rules(rulebook::Rulebook::built_in());
  const Stopwatch watch;
  const PlainTotals totals =
      plain_fold(input, *rules.find(PerformanceYear(2022)), kYardstickBatchCases);
  const double cpu = watch.cpu_seconds();
  const double rate = static_cast<double>(totals.cases) / cpu;
  fmt::print(
      "yardstick: plain maps, one thread: {} cases, {} entities, {} scores (sum {}), {:.2f} CPU s, "
      "{:.0f} cases per CPU-second\n",
      totals.cases, totals.entities, totals.scores, totals.sum_of_scores, cpu, rate);
  return rate;
}

void print_run(const Input& input, const Counting& counted, const Stopwatch& watch,
               double folded_cpu, double closed_cpu, double yardstick) {
  const double cpu = watch.cpu_seconds();
  const double rate = static_cast<double>(input.cases) / cpu;
  fmt::print("cases {}  records {}  outputs {}  commits {}  freezes {}  frozen {:.1f} MiB\n",
             input.cases, counted.records, counted.outputs, counted.commits, counted.freezes,
             static_cast<double>(counted.frozen_bytes) / kMiB);
  fmt::print(
      "wall {:.2f} s  CPU {:.2f} s (fold {:.2f}, drain and close {:.2f}, compaction {:.2f})\n",
      watch.wall_seconds(), cpu, folded_cpu, closed_cpu - folded_cpu, cpu - closed_cpu);
  fmt::print("cases per CPU-second {:.0f}", rate);
  if (yardstick > 0) fmt::print("  ({:.2f} of the yardstick)", rate / yardstick);
  fmt::print("\n");
}

Status run(const Options& options) {
  BenchKeys keys;
  const Stopwatch making;
  Input input = make_input(options.input, keys);
  fmt::print("input: {} cases in {} records, {:.1f} MiB sealed, made in {:.1f} s\n", input.cases,
             input.records, static_cast<double>(input.bytes) / kMiB, making.wall_seconds());
  const double yardstick = options.yardstick ? run_yardstick(input) : 0;
  const Scratch scratch(options.directory);
  const std::string state = scratch.path() + "/state";
  reference::NpiRegistries npi_registries(scratch.path() + "/reference");
  if (options.npi_register) {
    QCDR_RETURN_IF_ERROR(add_npi_snapshot(scratch.path() + "/reference", &input));
  }
  stream::SystemClock clock;
  std::unique_ptr<stream::Log> log;
  if (options.log == "embedded") {
    stream::EmbeddedLogOptions log_options;
    log_options.directory = scratch.path() + "/log";
    log_options.clock = &clock;
    QCDR_ASSIGN_OR_RETURN(log, stream::EmbeddedLog::open(log_options));
    QCDR_RETURN_IF_ERROR(fill_log(input, *log));
  } else {
    log = std::make_unique<MemoryLog>(input, kRegistryRecordsTopic, kProgressTopic);
  }
  Counting counted;
  const std::uint64_t resident_before = resident_bytes("VmRSS");
  tell_perf(options, "enable");
  const Stopwatch watch;
  auto fold = std::make_unique<FoldRun>(*log, state, keys, counted, FoldCaches(), &npi_registries);
  QCDR_RETURN_IF_ERROR(fold->fold_everything());
  const double folded_cpu = watch.cpu_seconds();
  const std::uint64_t resident_after = resident_bytes("VmRSS");
  QCDR_RETURN_IF_ERROR(fold->close());
  fold.reset();
  const double closed_cpu = watch.cpu_seconds();
  QCDR_RETURN_IF_ERROR(compact_state(state));
  tell_perf(options, "disable");
  print_run(input, counted, watch, folded_cpu, closed_cpu, yardstick);
  fmt::print("resident: input and yardstick {:.0f} MiB, fold above that {:.0f} MiB\n",
             static_cast<double>(resident_before) / kMiB,
             (static_cast<double>(resident_after) - static_cast<double>(resident_before)) / kMiB);
  QCDR_ASSIGN_OR_RETURN(const StateSize size, measure_state(state));
  print_state(size, input.distinct_cases);
  return Status::ok();
}

int main_of(int argc, char** argv) {
  Options options;
  CLI::App app("Cases per CPU-second through the scoring fold; see docs/performance.md");
  auto* whole = app.add_flag("--practice-by-practice", options.practice_by_practice,
                             "Chunks of up to 256 rows of one practice (the default)");
  app.add_flag("--scattered", options.scattered, "Chunks of one row, each of another practice")
      ->excludes(whole);
  app.add_flag("--npi-register", options.npi_register,
               "With a snapshot of the NPI register in force from the first record on");
  app.add_option("--cases", options.input.cases, "Cases of all practices together");
  app.add_option("--practices", options.input.practices);
  app.add_option("--clinicians", options.input.clinicians_per_practice, "Per practice");
  app.add_option("--files", options.input.files_per_practice, "Files of cases per practice");
  app.add_option("--correction-percent", options.input.corrections_percent,
                 "Cases that a later file changes");
  app.add_option("--partitions", options.input.partitions);
  app.add_option("--seed", options.input.seed);
  app.add_option("--log", options.log, "memory or embedded")
      ->check(CLI::IsMember({"memory", "embedded"}));
  app.add_option("--directory", options.directory, "Where state and log are put")
      ->default_val(std::filesystem::temp_directory_path().string());
  app.add_option("--perf-control", options.perf_control, "FIFO of perf record --control");
  app.add_flag("!--no-yardstick", options.yardstick, "Leave the yardstick out");
  CLI11_PARSE(app, argc, argv);
  if (options.scattered) options.input.arrangement = Arrangement::kScattered;
  const Status status = run(options);
  if (status.is_ok()) return 0;
  fmt::print(stderr, "fold_bench: {}\n", status.to_string());
  return 1;
}

}  // namespace
}  // namespace qcdr::bench

int main(int argc, char** argv) {
  return qcdr::bench::main_of(argc, argv);
}
