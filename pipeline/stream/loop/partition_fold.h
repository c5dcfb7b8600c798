// The fold of one partition together with what the loop keeps beside it: next offset, partition
// time, last record, control events applied.
//
// Invariants
// - next() never goes back; the open batch is [boundary(), next()).
// - emit() seals the open batch and begins the next; close_batch() ends the sealed one. At most one
//   is sealed.
// - freeze() hands out rows only when nothing is open or sealed, and always with the partition's
// own
//   row: rows and the applied offset cannot part.
// - Everything is sent again with the first record of the first batch by our rules that follows one
//   that is not; batches of a replay are taken for what their markers say.
// - An event id is applied once; its repeats advance offset and partition time and nothing else. A
//   record that could not be read applied none.
// Thread-safety: none. Lifetime: from opening a store to the first loss of ownership, abort or
// error; then it is thrown away, because a fold cannot take a batch back.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "stream/fold.h"
#include "stream/loop/loop_options.h"
#include "stream/loop/output_batch.h"
#include "stream/loop/partition_state.h"

namespace qcdr::stream {

class PartitionFold {
 public:
  // `state` is what the store holds, or the beginning of the partition; `rows` and `options`
  // outlive this.
  PartitionFold(const LoopOptions& options, Partition partition, const RowReader& rows,
                std::unique_ptr<Fold> fold, PartitionState state);

  Offset boundary() const { return boundary_; }
  Offset next() const { return state_.applied; }
  Instant partition_time() const { return state_.partition_time; }
  // No batch is open.
  bool at_boundary() const { return boundary_ == state_.applied; }
  // Outputs were taken, and nobody knows yet whether they are committed.
  bool is_sealed() const { return sealed_from_.has_value(); }
  // First offset of the sealed batch.
  Offset sealed_from() const { return *sealed_from_; }
  // Everything applied is committed.
  bool is_settled() const { return at_boundary() && !is_sealed(); }
  // True when freeze() has something to write.
  bool is_dirty() const { return frozen_ != state_.applied; }
  std::size_t dirty_bytes() const { return fold_->dirty_bytes(); }
  std::size_t memory_bytes() const { return fold_->memory_bytes(); }
  std::size_t parked_keys() const { return fold_->parked_keys(); }

  // Before the first record of a batch that others made, whose outputs are not compared. By what
  // rules of this generation, if it says any.
  void begin_foreign_batch(std::string rules);
  enum class Applied : std::uint8_t { kFolded, kRepeatedEvent };
  // Folds the record at or above next(). After an error this object must be thrown away.
  Result<Applied> apply(const Record& record);
  bool reproducible() const { return fold_->reproducible(); }
  // The open batch must end with the last record.
  bool ends_batch() const { return !at_boundary() && fold_->ends_batch(); }
  // Seals the open batch: its outputs, coalesced. After an error this object must be thrown away.
  Status emit(OutputBatch* outputs);
  // The sealed batch is committed. `progress_position`: one past its marker, if known.
  void close_batch(std::optional<Offset> progress_position);
  // The outputs of the last emit() are committed now; not in replay, where they were before.
  void tell_committed() { fold_->committed(); }

  // Rows, events and partition row as one batch.
  Result<RowBatch> freeze();
  void shrink(std::size_t bytes_max) { fold_->shrink(bytes_max); }

#ifdef QCDR_PLANTED_BUGS
  Result<RowBatch> planted_half_of_the_rows();
  Result<RowBatch> planted_freeze_open_batch() {
    return collect();
  }
#endif

 private:
  Result<RowBatch> collect();
  Status follow_rules(Offset first);
  Result<bool> event_was_applied(const std::string& event_id) const;

  const LoopOptions& options_;
  const Partition partition_;
  const RowReader& rows_;
  std::unique_ptr<Fold> fold_;
  PartitionState state_;
  Offset boundary_;
  std::optional<Offset> sealed_from_;
  Offset frozen_;
  std::optional<std::string> foreign_rules_;  // of the open batch
  // Control events since the last freeze; earlier ones are rows.
  std::map<std::string, Offset> events_unfrozen_;
#ifdef QCDR_PLANTED_BUGS
  RowBatch planted_rows_held_;
#endif
};

}  // namespace qcdr::stream
