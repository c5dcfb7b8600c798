// What a processing loop is told. All times are milliseconds of Clock::monotonic_milliseconds().
//
// Limits and how they relate are checked by validate(); the loop refuses to be made otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/status.h"
#include "core/strong.h"
#ifdef QCDR_PLANTED_BUGS
#include "stream/loop/planted_bug.h"
#endif

namespace qcdr::stream {

inline constexpr std::size_t kRulesBytesMax = 64;

struct LoopOptions {
  // Name of the stage, and the stable name of this instance's place in it. Together they are the
  // transactional id; the slot is the group's member id.
  std::string service;
  std::string slot;
  std::string group;
  std::string input_topic;
  std::string progress_topic = "qcdr.internal.progress.v1";
  // Fold logic that makes this state and these outputs.
  Generation generation;
  // Names the rules by which outputs are made of the state, at most kRulesBytesMax; the state is
  // the same under all of them. Where the batch before was made by others, or by another
  // generation, everything is sent again. Empty: outputs follow from the generation alone.
  std::string rules;

  // A batch ends at the first of these. Milliseconds adapt between the least and, while the
  // partition keeps up, the idle most, or, under backlog, the backlog most.
  std::size_t batch_records_max = 32'768;
  // Records of one poll and about their bytes, which is what stands in memory undecoded.
  std::size_t poll_records_max = 512;
  std::size_t poll_bytes_max = std::size_t{2} << 20;
  std::int64_t batch_milliseconds_least = 1;
  std::int64_t batch_milliseconds_idle_max = 10;
  std::int64_t batch_milliseconds_backlog_max = 250;
  // Bytes of input: keys, values and headers. A batch ends with the record that reaches it.
  std::size_t batch_input_bytes_max = std::size_t{16} << 20;
  // Outputs, and their bytes in the encoding of output_batch.h, which is no smaller than what a log
  // writes. A batch of several records that passes either is folded again, shorter; transactions
  // are filled up to the bytes. One record may make more bytes, up to record_output_bytes_max;
  // above that, or above the number, its partition stops before it.
  std::size_t batch_outputs_max = 1'000'000;
  std::size_t batch_output_bytes_max = std::size_t{32} << 20;
  std::size_t record_output_bytes_max = std::size_t{48} << 20;
  // How long a step may wait for the first record.
  std::int64_t idle_wait_milliseconds_max = 100;

  std::int64_t freeze_milliseconds = 1000;
  // Changed objects, and all objects that folds keep decoded, of all partitions together. A batch
  // ends with the record that reaches either, and everything is frozen: see object_bytes.h.
  std::size_t dirty_bytes_max = std::size_t{32} << 20;
  std::size_t cache_bytes_max = std::size_t{512} << 20;
  // Records that one step replays, per partition.
  std::size_t replay_records_per_step_max = 1024;
  // How long replay waits for a progress marker or a record that must be there: a broker shows the
  // parts of one transaction one after the other.
  std::int64_t replay_wait_milliseconds_max = 30'000;

  // After an error the loop pauses, twice as long each time in a row.
  std::int64_t pause_milliseconds_least = 10;
  std::int64_t pause_milliseconds_max = 5'000;
  // Fenced this often, each time within a minute of the last, the loop gives up: another process
  // has the slot.
  int fenced_in_a_row_max = 5;
  std::int64_t fenced_in_a_row_milliseconds = 60'000;
  // A partition taken away keeps its store open this long, in case it comes back.
  std::int64_t store_grace_milliseconds = 2'000;

  // Where copies of the stores are kept, and how often one is made of each; empty: none.
  std::string snapshot_directory;
  std::int64_t snapshot_milliseconds = 600'000;

  // DANGEROUS: when the state is ahead of the committed offset, destroys the state and replays the
  // input from its beginning. Without it the partition stops; nothing is ever guessed.
  bool rebuild_when_ahead = false;

  // Set by Follower alone: replays what another loop commits, for ever, and never lives.
  bool follows = false;

#ifdef QCDR_PLANTED_BUGS
  PlantedBug planted_bug = PlantedBug::kNone;
#endif

  std::string transactional_id() const {
    return service + "-" + slot;
  }
  // kInvalidArgument when a name is missing or limits contradict each other.
  Status validate() const;
};

}  // namespace qcdr::stream
