// Peak memory of the scoring fold over a log that does not fit into memory.
//
// A process of its own fills an embedded log a round of files at a time; this one then folds it and
// tells the most memory it ever held. With caches fixed the figure must not grow with the number of
// cases. docs/performance.md has the figures.
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>

#include "bench_keys.h"
#include "common/process_memory.h"
#include "core/assert.h"
#include "fold_run.h"
#include "resource_use.h"
#include "stream/embedded/embedded_log.h"

namespace qcdr::bench {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

Result<std::unique_ptr<stream::EmbeddedLog>> open_log(const std::string& directory,
                                                      stream::Clock& clock) {
  stream::EmbeddedLogOptions options;
  options.directory = directory + "/log";
  options.clock = &clock;
  return stream::EmbeddedLog::open(options);
}

Status fill(const InputOptions& options, const std::string& directory) {
  BenchKeys keys;
  stream::SystemClock clock;
  QCDR_ASSIGN_OR_RETURN(const auto log, open_log(directory, clock));
  QCDR_RETURN_IF_ERROR(make_topics(options.partitions, *log));
  QCDR_ASSIGN_OR_RETURN(const std::unique_ptr<stream::Appender> appender, log->appender());
  return make_input_by_round(
      options, keys, [&appender](const Input& round) { return append_input(round, *appender); });
}

// In a child, so that what making the input takes is not in the figure.
Status fill_apart(const InputOptions& options, const std::string& directory) {
  const pid_t child = ::fork();
  QCDR_ASSERT(child >= 0);
  if (child == 0) {
    const Status filled = fill(options, directory);
    if (!filled.is_ok()) fmt::print(stderr, "memory_bench: {}\n", filled.to_string());
    std::_Exit(filled.is_ok() ? 0 : 1);
  }
  int ended = 0;
  ::waitpid(child, &ended, 0);
  return ended == 0 ? Status::ok() : Status(ErrorCode::kInternal, "the log was not filled");
}

Status run(const InputOptions& options, const FoldCaches& caches, const std::string& directory) {
  QCDR_RETURN_IF_ERROR(fill_apart(options, directory));
  BenchKeys keys;
  stream::SystemClock clock;
  const Stopwatch watch;
  QCDR_ASSIGN_OR_RETURN(const auto log, open_log(directory, clock));
  stream::LoopObserver nobody;
  FoldRun fold(*log, directory + "/state", keys, nobody, caches);
  QCDR_RETURN_IF_ERROR(fold.fold_everything());
  QCDR_RETURN_IF_ERROR(fold.close());
  const std::uint64_t peak_bytes = resident_bytes("VmHWM");
  const double cpu_seconds = watch.cpu_seconds();
  QCDR_ASSIGN_OR_RETURN(const StateDigest digest, fold.digest());
  fmt::print(
      "{} cases of {} practices: peak memory {} MiB, {:.0f} cases per CPU-second, RocksDB's cache "
      "at most {:.1f} of {} MiB\n",
      options.cases, options.practices, peak_bytes / kMiB,
      static_cast<double>(options.cases) / cpu_seconds,
      static_cast<double>(fold.cache_bytes_most()) / kMiB, caches.store_bytes / kMiB);
  fmt::print("state digest {}\n", digest.to_hex());
  return Status::ok();
}

int main_of(int argc, char** argv) {
  InputOptions options;
  std::size_t decoded_mebibytes = 64;
  std::size_t store_mebibytes = 64;
  std::string directory = std::filesystem::temp_directory_path().string();
  CLI::App app("Peak memory of the scoring fold; see docs/performance.md");
  app.add_option("--cases", options.cases, "Cases of all practices together");
  app.add_option("--practices", options.practices);
  app.add_option("--clinicians", options.clinicians_per_practice, "Per practice");
  app.add_option("--files", options.files_per_practice, "Files of cases per practice");
  app.add_option("--decoded-mebibytes", decoded_mebibytes, "Cache of decoded objects");
  app.add_option("--store-mebibytes", store_mebibytes, "RocksDB's caches and buffers");
  app.add_option("--directory", directory, "Where state and log are put");
  CLI11_PARSE(app, argc, argv);
  directory += "/memory-bench-XXXXXX";
  QCDR_ASSERT(::mkdtemp(directory.data()) != nullptr);
  const Status status = run(options, {decoded_mebibytes * kMiB, store_mebibytes * kMiB}, directory);
  std::filesystem::remove_all(directory);
  if (status.is_ok()) return 0;
  fmt::print(stderr, "memory_bench: {}\n", status.to_string());
  return 1;
}

}  // namespace
}  // namespace qcdr::bench

int main(int argc, char** argv) {
  qcdr::set_up_process_memory();  // as the product's main
  return qcdr::bench::main_of(argc, argv);
}
