// From append to projection: how long until what a record changes can be read.
//
// Open loop: every chunk has an intended instant of its own, at a fixed rate, whatever the pipeline
// does meanwhile; its time ends when the transaction with its outputs is committed and durable. So
// a stall counts for every chunk that came during it. One thread appends and steps the loop in
// turn, as `qcdr dev` does; the embedded log makes both appends and commits durable. One partition.
// docs/performance.md has the figures.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "bench_keys.h"
#include "common/topic_names.h"
#include "core/assert.h"
#include "fold_run.h"
#include "stream/embedded/embedded_log.h"

namespace qcdr::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  InputOptions input;
  double cases_per_second = 200'000;
  double warm_up_seconds = 5;
  std::string directory;
};

// Rows of each record, and when it is due.
struct Due {
  std::vector<double> seconds;
  std::uint64_t cases = 0;
};

class Committed final : public stream::LoopObserver {
 public:
  void on_commit(const stream::CommitReport& report) override { records += report.records; }
  std::size_t records = 0;
};

Due schedule(const Input& input, double cases_per_second) {
  Due due;
  const double cases_per_record =
      static_cast<double>(input.cases) / static_cast<double>(input.records);
  due.cases = input.cases;
  for (std::size_t i = 0; i < input.records; ++i) {
    due.seconds.push_back(static_cast<double>(i) * cases_per_record / cases_per_second);
  }
  return due;
}

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Appends what is due; returns how many records stand on the log.
Result<std::size_t> append_due(const Input& input, const Due& due, std::size_t appended, double now,
                               stream::Appender& appender) {
  constexpr std::size_t kRecordsPerAppendMax = 512;
  std::vector<stream::OutputRecord> batch;
  const std::vector<InputRecord>& records = input.partitions.front();
  while (appended < records.size() && due.seconds[appended] <= now &&
         batch.size() < kRecordsPerAppendMax) {
    const InputRecord& record = records[appended++];
    batch.push_back(
        {kRegistryRecordsTopic, Partition(0), record.key, record.value, {}, record.timestamp});
  }
  if (!batch.empty()) QCDR_RETURN_IF_ERROR(appender.append_all(std::move(batch)));
  return appended;
}

void print(const Options& options, const Due& due, std::vector<double> latencies) {
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&latencies](double share) {
    const auto place = static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1));
    return latencies[place] * 1000;
  };
  fmt::print("{} cases at {:.0f} a second, {} records after the warm-up\n", due.cases,
             options.cases_per_second, latencies.size());
  fmt::print(
      "append to projection: p50 {:.1f} ms  p90 {:.1f} ms  p99 {:.1f} ms  p99.9 {:.1f} ms  "
      "most {:.1f} ms\n",
      at(0.5), at(0.9), at(0.99), at(0.999), at(1));
}

Status run(const Options& options) {
  BenchKeys keys;
  const Input input = make_input(options.input, keys);
  const Due due = schedule(input, options.cases_per_second);
  stream::SystemClock clock;
  stream::EmbeddedLogOptions log_options;
  log_options.directory = options.directory + "/log";
  log_options.clock = &clock;
  QCDR_ASSIGN_OR_RETURN(const std::unique_ptr<stream::EmbeddedLog> log,
                        stream::EmbeddedLog::open(log_options));
  QCDR_RETURN_IF_ERROR(make_topics(1, *log));
  QCDR_ASSIGN_OR_RETURN(const std::unique_ptr<stream::Appender> appender, log->appender());
  Committed committed;
  FoldRun fold(*log, options.directory + "/state", keys, committed);
  std::vector<double> latencies;
  std::size_t appended = 0;
  std::size_t seen = 0;
  const Clock::time_point start = Clock::now();
  while (seen < input.records) {
    QCDR_ASSIGN_OR_RETURN(appended, append_due(input, due, appended, since(start), *appender));
    if (appended > seen) {
      QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, fold.step());
      if (!outcome.stopped.empty()) return outcome.stopped.front().reason;
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    const double now = since(start);
    for (; seen < committed.records; ++seen) {
      if (due.seconds[seen] >= options.warm_up_seconds) {
        latencies.push_back(now - due.seconds[seen]);
      }
    }
  }
  QCDR_RETURN_IF_ERROR(fold.close());
  if (latencies.empty()) return Status(ErrorCode::kInvalidArgument, "shorter than the warm-up");
  print(options, due, std::move(latencies));
  return Status::ok();
}

int main_of(int argc, char** argv) {
  Options options;
  bool scattered = false;
  std::string parent = std::filesystem::temp_directory_path().string();
  CLI::App app("Append to projection in an open loop; see docs/performance.md");
  app.add_option("--rate", options.cases_per_second, "Cases a second: half of what is reached");
  app.add_option("--cases", options.input.cases, "Cases of all practices together");
  app.add_option("--practices", options.input.practices);
  app.add_option("--warm-up", options.warm_up_seconds, "Seconds that do not count");
  app.add_flag("--scattered", scattered, "Chunks of one row, each of another practice");
  app.add_option("--directory", parent, "Where state and log are put");
  CLI11_PARSE(app, argc, argv);
  options.input.partitions = 1;
  if (scattered) options.input.arrangement = Arrangement::kScattered;
  options.directory = parent + "/latency-bench-XXXXXX";
  QCDR_ASSERT(::mkdtemp(options.directory.data()) != nullptr);
  const Status status = run(options);
  std::filesystem::remove_all(options.directory);
  if (status.is_ok()) return 0;
  fmt::print(stderr, "latency_bench: {}\n", status.to_string());
  return 1;
}

}  // namespace
}  // namespace qcdr::bench

int main(int argc, char** argv) {
  return qcdr::bench::main_of(argc, argv);
}
