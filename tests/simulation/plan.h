// What a seed decides before the run begins: sizes, limits of the loop, which faults can happen
// and how often. Each seed switches some faults off, so that rare combinations get their turn.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "input_script.h"
#include "stream/loop/loop_options.h"
#include "stream/sim/sim_world.h"

namespace qcdr::simulation {

// How the fold's logic changes during the run.
enum class GenerationPlan : std::uint8_t {
  kNone,
  kSameGroup,  // all instances stop; the new generation goes on in the same group
  kBeside,     // the new generation starts from the beginning in a group of its own; then swap
};

struct Plan {
  std::int32_t partitions = 1;
  std::size_t slots = 1;
  InputScript input;
  GenerationPlan generations = GenerationPlan::kNone;
  std::size_t validators = 1;
  std::size_t rows_per_chunk = 1;
  stream::LoopOptions loop;  // names and generation are filled in per instance

  // Once in so many calls or actions; 0: never.
  std::array<std::uint64_t, stream::kSimFaultCount> fault_once_in{};
  std::uint64_t crash_once_in_calls = 0;
  std::uint64_t power_loss_once_in_crashes = 0;
  std::uint64_t interleave_once_in_calls = 0;
  std::uint64_t rebalance_once_in_actions = 0;
  std::uint64_t pause_once_in_actions = 0;
  std::uint64_t clean_stop_once_in_actions = 0;
  std::uint64_t time_jump_once_in_actions = 0;
  std::uint64_t civil_step_once_in_actions = 0;
  std::uint64_t replace_once_in_actions = 0;
  // No space: on a slot's disk, for the log, for blobs; until an action frees some.
  std::uint64_t disk_full_once_in_actions = 0;
  std::uint64_t log_full_once_in_actions = 0;
  std::uint64_t blobs_full_once_in_actions = 0;
  bool log_stops_when_full = false;
  std::uint64_t sync_once_in_actions = 10;
  std::int64_t call_milliseconds_max = 2;
};

Plan make_plan(Random& random);
// One instance, one partition, no fault: for crashes at every single call.
Plan make_quiet_plan();

}  // namespace qcdr::simulation
