// The world of a simulation: at every call of every simulated interface it decides, from the seed,
// whether time passes, something else runs in between, the call fails, or the process dies.
#pragma once

#include <array>
#include <functional>
#include <set>

#include "plan.h"
#include "random.h"
#include "stream/sim/sim_clock.h"
#include "trace.h"

namespace qcdr::simulation {

class Scheduler : public stream::SimWorld {
 public:
  // Crashes at exactly these calls, counted from 1, beside what the plan's chance brings.
  Scheduler(const Plan& plan, Random& random, stream::SimClock& clock, Trace& trace,
            std::set<std::uint64_t> crash_at_calls);

  // Set once, before the first call. `interleave` runs one action of another process; `doomed` says
  // whether the process was killed while it was suspended; `written` follows each store write.
  std::function<void()> interleave;
  std::function<bool(int process)> doomed;
  std::function<void(int process)> written;

  void at_call(stream::SimProcess& process, stream::SimCall call, std::int64_t detail) override;
  bool happens(stream::SimFault fault) override;
  std::uint64_t random(std::uint64_t bound) override { return random_.below(bound); }

  // No more faults; chance goes on deciding the order.
  void heal() { healed_ = true; }
  bool healed() const { return healed_; }
  std::uint64_t calls() const { return calls_; }
  std::uint64_t crashes() const { return crashes_; }
  // How often each fault came up.
  using FaultCounts = std::array<std::uint64_t, stream::kSimFaultCount>;
  const FaultCounts& faults() const { return faults_; }

  // Inside, nothing else runs in between: a store's thread cannot be suspended for the sake of it.
  bool in_store_thread = false;

 private:
  [[noreturn]] void crash(stream::SimProcess& process);

  static constexpr int kDepthMax = 3;
  const Plan& plan_;
  Random& random_;
  stream::SimClock& clock_;
  Trace& trace_;
  const std::set<std::uint64_t> crash_at_calls_;
  bool healed_ = false;
  int depth_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t crashes_ = 0;
  FaultCounts faults_{};
};

}  // namespace qcdr::simulation
