#include "runs.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <numeric>

#include "simulation.h"

namespace qcdr::simulation {
namespace {

constexpr std::uint64_t kRunsForEverything = 1'000;

struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t calls = 0;
  std::uint64_t crashes = 0;
  std::uint64_t commits = 0;
  std::uint64_t replayed = 0;
  std::uint64_t crashes_behind = 0;
  std::uint64_t shorter_batches = 0;
  std::uint64_t full_disks = 0;
  Scheduler::FaultCounts faults{};

  void add(const RunReport& report) {
    ++runs;
    calls += report.calls;
    crashes += report.crashes;
    commits += report.commits;
    replayed += report.replayed;
    crashes_behind += report.crashes_behind;
    shorter_batches += report.shorter_batches;
    full_disks += report.full_disks;
    for (std::size_t kind = 0; kind < faults.size(); ++kind) faults[kind] += report.faults[kind];
  }
  // Of many seeds; what never came up was not tested.
  bool everything_came_up() const {
    return crashes > 0 && replayed > 0 && crashes_behind > 0 && shorter_batches > 0 &&
           full_disks > 0 && std::find(faults.begin(), faults.end(), 0U) == faults.end();
  }
};

void print(const Totals& totals, std::chrono::steady_clock::time_point began) {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  std::cout << totals.runs << " runs in " << seconds.count() << " s: " << totals.calls << " calls, "
            << totals.commits << " commits, " << totals.crashes << " crashes ("
            << totals.crashes_behind << " deaths between commit and write), " << totals.replayed
            << " records replayed, " << totals.shorter_batches << " batches folded again shorter, "
            << totals.full_disks << " times no space, "
            << std::accumulate(totals.faults.begin(), totals.faults.end(), std::uint64_t{0})
            << " faults\n";
}

bool run(const RunOptions& options, const std::string& name, Totals* totals, RunReport* report) {
  Simulation simulation(options);
  *report = simulation.run();
  totals->add(*report);
  if (report->failure.empty()) return true;
  std::cout << name << " failed: " << report->failure << "\nlast events:\n";
  simulation.trace().print_last(std::cout);
  return false;
}

RunOptions seed_options(const Arguments& arguments, std::uint64_t seed) {
  RunOptions options;
  options.seed = seed;
  options.trace = arguments.trace;
  options.planted_bug = arguments.planted_bug;
  return options;
}

}  // namespace

bool run_seeds(const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  Totals totals;
  bool passed = true;
  for (std::uint64_t seed = arguments.first_seed; passed && seed <= arguments.last_seed; ++seed) {
    RunReport report;
    passed = run(seed_options(arguments, seed), "seed " + std::to_string(seed), &totals, &report);
    if (passed) continue;
    std::cout << "again: simulate --seed " << seed;
    if (!arguments.planted_bug.empty()) std::cout << " --planted " << arguments.planted_bug;
    std::cout << "\nfailed after " << totals.runs << " seeds\n";
  }
  print(totals, began);
  if (passed && totals.runs >= kRunsForEverything && !totals.everything_came_up()) {
    std::cout << "a fault never came up\n";
    return false;
  }
  return passed;
}

bool run_one_seed(const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  Totals totals;
  RunReport report;
  const bool passed = run(seed_options(arguments, arguments.first_seed),
                          "seed " + std::to_string(arguments.first_seed), &totals, &report);
  std::cout << "trace hash " << std::hex << report.trace_hash << std::dec << '\n';
  print(totals, began);
  return passed;
}

bool run_determinism(const Arguments& arguments) {
  Totals totals;
  for (std::uint64_t seed = arguments.first_seed; seed <= arguments.last_seed; ++seed) {
    RunReport first;
    RunReport second;
    const RunOptions options = seed_options(arguments, seed);
    const std::string name = "seed " + std::to_string(seed);
    if (!run(options, name, &totals, &first) || !run(options, name, &totals, &second)) return false;
    if (first.trace_hash != second.trace_hash || first.calls != second.calls) {
      std::cout << name << ": two runs differ\n";
      return false;
    }
  }
  std::cout << totals.runs / 2 << " seeds ran twice alike\n";
  return true;
}

bool run_exhaustive(const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  Totals totals;
  RunOptions options = seed_options(arguments, 1);
  options.quiet = true;
  RunReport quiet;
  if (!run(options, "without a crash", &totals, &quiet)) return false;
  for (const bool power_loss : {false, true}) {
    options.power_loss = power_loss;
    for (std::uint64_t first = 1; first <= quiet.calls; ++first) {
      // Single crashes, or each together with a second one at each call after it.
      const std::uint64_t seconds = arguments.pairs ? quiet.calls : 1;
      for (std::uint64_t second = 0; second < seconds; ++second) {
        options.crash_at_calls = {first, first + second};
        RunReport report;
        const std::string name = "crash at call " + std::to_string(first) + " and " +
                                 std::to_string(first + second) +
                                 (power_loss ? ", with loss of power" : "");
        if (!run(options, name, &totals, &report)) return false;
      }
    }
  }
  std::cout << "a crash at each of " << quiet.calls << " calls"
            << (arguments.pairs ? ", in pairs: " : ": ");
  print(totals, began);
  return true;
}

}  // namespace qcdr::simulation
