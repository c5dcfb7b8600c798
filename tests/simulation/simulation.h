// One run of one seed: instances of the production loop, a broker, disks, whoever uploads, and
// processes of the stage that makes chunks of uploads.
//
// First chaos, until the input is appended and enough has happened; then everything heals and must
// catch up within a bound; then every instance stops cleanly and the checkers look at the whole.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "checks.h"
#include "scheduler.h"
#include "slot.h"

namespace qcdr::simulation {

struct RunOptions {
  std::uint64_t seed = 0;
  bool trace = false;
  // Chooses a bug in a program that has them compiled in.
  std::string planted_bug;
  // Exhaustive mode: the quiet plan, with crashes at these calls.
  bool quiet = false;
  std::set<std::uint64_t> crash_at_calls;
  bool power_loss = false;
};

struct RunReport {
  // Nothing: all checks passed.
  std::string failure;
  std::uint64_t trace_hash = 0;
  std::uint64_t calls = 0;
  std::uint64_t crashes = 0;
  std::uint64_t commits = 0;
  std::uint64_t replayed = 0;
  // Batches that were folded again, shorter, because their outputs passed a limit.
  std::uint64_t shorter_batches = 0;
  // Times that a slot's disk, the log or the blobs ran out of space.
  std::uint64_t full_disks = 0;
  Scheduler::FaultCounts faults{};
  // Crashes that left A < C on a disk: between commit and write.
  std::uint64_t crashes_behind = 0;
};

class Simulation {
 public:
  explicit Simulation(const RunOptions& options);
  RunReport run();
  const Trace& trace() const { return trace_; }

 private:
  void add_slot(const std::string& name, const std::string& group, std::uint32_t generation);
  void chaos();
  void act();
  void act_on(Slot& slot);
  void step(Slot& slot);
  void judge(Slot& slot, const Result<stream::StepOutcome>& outcome);
  void start(Slot& slot);
  // False when it crashed on the way, or its disk refused.
  bool stop_cleanly(Slot& slot);
  void stop_somehow(Slot& slot);
  void kill(Slot& slot);
  void write(Slot& slot);
  void append_next();
  void append_record(const InputRecord& record);
  // Not ok when it has to be tried again: the bytes or the record may be there or not.
  Status upload(const InputRecord& record);
  void act_on(ValidatorSlot& slot);
  void step(ValidatorSlot& slot);
  bool uploads_are_read();
  void fill_and_free_disks(Slot& slot);
  void free_all_disks();
  void change_generation();
  void swap_generation();
  void replace_some_slot();
  void heal();
  void catch_up();
  bool caught_up();
  std::optional<std::size_t> partitions_caught_up(Slot& slot);
  // False when not every instance stopped cleanly.
  bool drain();
  void check_end();
  Complaint check_partition_uploads(Partition partition, const ExpectedState& expected);
  void check_applied(const Slot& slot);
  bool is_free(const Slot& slot) const;
  void fail(const std::string& what);

  const RunOptions options_;
  Random random_;
  const Plan plan_;
  Trace trace_;
  stream::SimClock clock_;
  Scheduler scheduler_;
  stream::SimBroker broker_;
  std::deque<Slot> slots_;
  std::deque<ValidatorSlot> validators_;
  stream::SimBlobDisk blob_disk_;
  // Whoever takes uploads in; always started again at once.
  stream::SimProcess gateway_;
  bool gateway_busy_ = false;
  stream::CountingFoldOptions fold_options_;
  std::size_t appended_ = 0;
  std::uint64_t actions_ = 0;
  std::uint32_t final_generation_ = 1;
  bool generation_changed_ = false;
  bool generation_swapped_ = false;
  bool draining_ = false;
  std::uint64_t commits_ = 0;
  std::uint64_t replayed_ = 0;
  std::uint64_t shorter_batches_ = 0;
  std::uint64_t full_disks_ = 0;
  std::uint64_t crashes_behind_ = 0;
  std::string failure_;
};

}  // namespace qcdr::simulation
