#include "plan.h"

#include <initializer_list>

namespace qcdr::simulation {
namespace {

// Off in half of the seeds.
std::uint64_t maybe(Random& random, std::int64_t least, std::int64_t most) {
  return random.once_in(2) ? static_cast<std::uint64_t>(random.between(least, most)) : 0;
}

stream::LoopOptions make_limits(Random& random) {
  stream::LoopOptions limits;
  limits.batch_records_max = static_cast<std::size_t>(random.between(1, 20));
  limits.batch_input_bytes_max = static_cast<std::size_t>(random.between(1, 400));
  // One record makes at most 8 outputs, of about 170 bytes each.
  limits.batch_outputs_max = static_cast<std::size_t>(random.between(8, 60));
  limits.batch_output_bytes_max =
      random.one_of(std::initializer_list<std::size_t>{200, 1'000, 4'000, 100'000});
  limits.record_output_bytes_max = 100'000;
  limits.poll_records_max = 1 + random.below(limits.batch_records_max);
  limits.freeze_milliseconds = random.one_of(std::initializer_list<std::int64_t>{20, 100, 1000});
  limits.batch_milliseconds_backlog_max = random.between(10, 20);
  limits.idle_wait_milliseconds_max = random.between(0, 20);
  limits.dirty_bytes_max = 64 * static_cast<std::size_t>(random.between(1, 12));
  limits.cache_bytes_max = limits.dirty_bytes_max;
  limits.replay_records_per_step_max = static_cast<std::size_t>(random.between(1, 40));
  limits.store_grace_milliseconds = random.between(0, 500);
  limits.pause_milliseconds_max = 100;
  return limits;
}

}  // namespace

Plan make_plan(Random& random) {
  Plan plan;
  plan.partitions = static_cast<std::int32_t>(random.between(1, 4));
  plan.slots = static_cast<std::size_t>(random.between(1, 3));
  plan.input =
      make_input_script(random, plan.partitions, static_cast<std::size_t>(random.between(20, 90)));
  const std::uint64_t generations = random.below(4);
  if (generations == 0) plan.generations = GenerationPlan::kSameGroup;
  if (generations == 1) plan.generations = GenerationPlan::kBeside;
  plan.loop = make_limits(random);
  for (std::uint64_t& fault : plan.fault_once_in) fault = maybe(random, 5, 200);
  const auto write_fails = static_cast<std::size_t>(stream::SimFault::kStoreWriteFails);
  if (plan.fault_once_in[write_fails] != 0) plan.fault_once_in[write_fails] += 50;
  // Often, because it is nearly always so.
  plan.fault_once_in[static_cast<std::size_t>(stream::SimFault::kCommitTakesTime)] =
      maybe(random, 1, 3);
  plan.crash_once_in_calls =
      random.once_in(8) ? 0 : static_cast<std::uint64_t>(random.between(30, 600));
  plan.power_loss_once_in_crashes = maybe(random, 1, 3);
  plan.interleave_once_in_calls = maybe(random, 2, 20);
  plan.rebalance_once_in_actions = maybe(random, 20, 200);
  plan.pause_once_in_actions = maybe(random, 20, 200);
  plan.clean_stop_once_in_actions = maybe(random, 50, 300);
  plan.time_jump_once_in_actions = maybe(random, 20, 300);
  plan.civil_step_once_in_actions = maybe(random, 20, 200);
  plan.replace_once_in_actions = maybe(random, 100, 1'000);
  plan.disk_full_once_in_actions = maybe(random, 50, 500);
  plan.log_full_once_in_actions = maybe(random, 50, 500);
  plan.blobs_full_once_in_actions = maybe(random, 20, 200);
  plan.log_stops_when_full = random.once_in(2);
  plan.validators = static_cast<std::size_t>(random.between(1, 2));
  plan.rows_per_chunk = static_cast<std::size_t>(random.between(1, 3));
  plan.sync_once_in_actions = static_cast<std::uint64_t>(random.between(5, 100));
  plan.call_milliseconds_max = random.between(0, 5);
  return plan;
}

Plan make_quiet_plan() {
  Plan plan;
  plan.input = small_input_script();
  plan.loop.batch_records_max = 2;
  plan.loop.poll_records_max = 2;
  plan.loop.freeze_milliseconds = 20;
  plan.loop.batch_milliseconds_backlog_max = 20;
  plan.loop.idle_wait_milliseconds_max = 10;
  plan.loop.dirty_bytes_max = 64 * 2;
  plan.loop.cache_bytes_max = 64 * 2;
  plan.loop.replay_records_per_step_max = 2;
  plan.call_milliseconds_max = 1;
  return plan;
}

}  // namespace qcdr::simulation
