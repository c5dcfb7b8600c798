// How long a killed scoring service takes to come back with a large state.
//
// Fills an embedded log, lets a child process fold it, kills the child with SIGKILL in the middle
// of it, starts another child on the same files and takes its times; kills that one too when it has
// caught up, before its last second is written, and starts a third. docs/performance.md has the
// figures. Children speak in lines of "word number" on standard output.
#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "bench_keys.h"
#include "fold_run.h"
#include "resource_use.h"
#include "stream/embedded/embedded_log.h"

namespace qcdr::bench {
namespace {

// Cases that come after the ones that are state at the kill.
constexpr std::uint32_t kMorePercent = 10;

void say(const char* word, std::int64_t number) {
  fmt::print("{} {}\n", word, number);
  std::fflush(stdout);
}

Result<std::unique_ptr<stream::EmbeddedLog>> open_log(const std::string& directory,
                                                      stream::Clock& clock) {
  stream::EmbeddedLogOptions options;
  options.directory = directory + "/log";
  options.clock = &clock;
  return stream::EmbeddedLog::open(options);
}

// Tells the parent what the loop does.
class Telling final : public stream::LoopObserver {
 public:
  explicit Telling(const Stopwatch& watch) : watch_(watch) {}
  void on_commit(const stream::CommitReport& report) override {
    committed += report.records;
    say("committed", static_cast<std::int64_t>(committed));
  }
  void on_replay(const stream::ReplayReport& report) override {
    replayed += report.records;
    compared += report.compared;
  }
  void on_live(Partition, Offset) override {
    live_milliseconds = static_cast<std::int64_t>(watch_.wall_seconds() * 1000);
  }
  std::size_t committed = 0;
  std::size_t replayed = 0;
  std::size_t compared = 0;
  std::int64_t live_milliseconds = 0;

 private:
  const Stopwatch& watch_;
};

Status run_child(const std::string& directory) {
  const Stopwatch watch;
  const auto milliseconds = [&] { return static_cast<std::int64_t>(watch.wall_seconds() * 1000); };
  stream::SystemClock clock;
  QCDR_ASSIGN_OR_RETURN(const auto log, open_log(directory, clock));
  say("log-open-ms", milliseconds());
  BenchKeys keys;
  Telling telling(watch);
  FoldRun fold(*log, directory + "/state", keys, telling);
  QCDR_RETURN_IF_ERROR(fold.fold_everything());
  const std::int64_t caught_up = milliseconds();
  say("live-ms", telling.live_milliseconds);
  say("replayed", static_cast<std::int64_t>(telling.replayed));
  say("batches-compared", static_cast<std::int64_t>(telling.compared));
  say("folded", static_cast<std::int64_t>(telling.committed));
  say("caught-up-ms", caught_up);
  for (;;) ::pause();  // the parent kills
}

class Child {
 public:
  Child(const char* program, const std::string& directory) {
    std::array<int, 2> ends{};
    QCDR_ASSERT(::pipe2(ends.data(), O_CLOEXEC) == 0);
    pid_ = ::fork();
    QCDR_ASSERT(pid_ >= 0);
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl("/proc/self/exe", program, "--child", directory.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    lines_ = ::fdopen(ends[0], "r");
    QCDR_ASSERT(lines_ != nullptr);
  }
  ~Child() {
    kill();
    std::fclose(lines_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  // Reads lines until one satisfies `enough`; false when the child ended before.
  bool listen(const std::function<bool(const std::string&, std::int64_t)>& enough) {
    std::array<char, 64> word{};
    long long number = 0;
    while (std::fscanf(lines_, "%63s %lld", word.data(), &number) == 2) {
      said[word.data()] = number;
      if (enough(word.data(), number)) return true;
    }
    return false;
  }
  std::map<std::string, std::int64_t> said;

 private:
  pid_t pid_ = -1;
  std::FILE* lines_ = nullptr;
};

Status show_restart(const char* program, const std::string& directory, const char* what) {
  Child child(program, directory);
  if (!child.listen([](const std::string& word, std::int64_t) { return word == "caught-up-ms"; })) {
    return Status(ErrorCode::kInternal, "the restarted process ended before it had caught up");
  }
  fmt::print(
      "{}: log open after {} ms, live after {} ms, {} records replayed and {} batches compared; "
      "lag 0 after {} ms and {} records more\n",
      what, child.said["log-open-ms"], child.said["live-ms"], child.said["replayed"],
      child.said["batches-compared"], child.said["caught-up-ms"], child.said["folded"]);
  return Status::ok();
}

Status run_parent(const char* program, InputOptions options, const std::string& directory) {
  const std::uint32_t cases_at_kill = options.cases;
  options.cases += options.cases / 100 * kMorePercent;
  std::uint64_t records = 0;
  {
    BenchKeys keys;
    const Input input = make_input(options, keys);
    stream::SystemClock clock;
    QCDR_ASSIGN_OR_RETURN(const auto log, open_log(directory, clock));
    QCDR_RETURN_IF_ERROR(fill_log(input, *log));
    records = input.records;
    fmt::print("log: {} cases in {} records\n", input.cases, records);
  }
  const auto records_at_kill = static_cast<std::int64_t>(records * cases_at_kill / options.cases);
  {
    Child child(program, directory);
    const bool reached = child.listen([&](const std::string& word, std::int64_t number) {
      return word == "committed" && number >= records_at_kill;
    });
    if (!reached) return Status(ErrorCode::kInternal, "the folding process ended by itself");
    child.kill();
    fmt::print("killed while folding, after {} of {} records: about {} cases of state\n",
               child.said["committed"], records, cases_at_kill);
  }
  QCDR_RETURN_IF_ERROR(show_restart(program, directory, "killed while folding"));
  return show_restart(program, directory, "killed when caught up");
}

int main_of(int argc, char** argv) {
  InputOptions options;
  bool scattered = false;
  std::string parent = std::filesystem::temp_directory_path().string();
  std::string child_directory;
  CLI::App app("Restart of the scoring fold after SIGKILL; see docs/performance.md");
  app.add_option("--cases", options.cases, "Cases of state at the kill");
  app.add_option("--practices", options.practices);
  app.add_option("--clinicians", options.clinicians_per_practice, "Per practice");
  app.add_flag("--scattered", scattered, "Chunks of one row");
  app.add_option("--directory", parent, "Where state and log are put");
  app.add_option("--child", child_directory, "For this program itself");
  CLI11_PARSE(app, argc, argv);
  if (scattered) options.arrangement = Arrangement::kScattered;
  Status status;
  if (!child_directory.empty()) {
    status = run_child(child_directory);
  } else {
    std::string directory = parent + "/restart-bench-XXXXXX";
    QCDR_ASSERT(::mkdtemp(directory.data()) != nullptr);
    status = run_parent(argv[0], options, directory);
    std::filesystem::remove_all(directory);
  }
  if (status.is_ok()) return 0;
  fmt::print(stderr, "restart_bench: {}\n", status.to_string());
  return 1;
}

}  // namespace
}  // namespace qcdr::bench

int main(int argc, char** argv) {
  return qcdr::bench::main_of(argc, argv);
}
