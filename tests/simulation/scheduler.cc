#include "scheduler.h"

namespace qcdr::simulation {

using stream::SimCall;
using stream::SimFault;
using stream::SimProcess;

Scheduler::Scheduler(const Plan& plan, Random& random, stream::SimClock& clock, Trace& trace,
                     std::set<std::uint64_t> crash_at_calls)
    : plan_(plan),
      random_(random),
      clock_(clock),
      trace_(trace),
      crash_at_calls_(std::move(crash_at_calls)) {}

void Scheduler::at_call(SimProcess& process, SimCall call, std::int64_t detail) {
  QCDR_ASSERT(process.alive);
  ++calls_;
  trace_.call(process.number, call, detail, clock_.monotonic_milliseconds());
  clock_.advance(random_.between(0, plan_.call_milliseconds_max));
  if (call == SimCall::kStoreAfterWrite) written(process.number);
  if (crash_at_calls_.count(calls_) != 0) crash(process);
  if (!in_store_thread && depth_ < kDepthMax && random_.once_in(plan_.interleave_once_in_calls)) {
    ++depth_;
    interleave();
    --depth_;
  }
  if (doomed(process.number)) crash(process);
  if (!healed_ && random_.once_in(plan_.crash_once_in_calls)) crash(process);
}

bool Scheduler::happens(SimFault fault) {
  const auto kind = static_cast<std::size_t>(fault);
  const bool happens = !healed_ && random_.once_in(plan_.fault_once_in[kind]);
  if (happens) ++faults_[kind];
  return happens;
}

void Scheduler::crash(SimProcess& process) {
  ++crashes_;
  process.alive = false;
  trace_.event("crash", process.number);
  throw stream::SimCrash{process.number};
}

}  // namespace qcdr::simulation
