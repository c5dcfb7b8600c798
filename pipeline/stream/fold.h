// The fold of one input partition, as the processing loop drives it.
//
// A fold is deterministic: what it does depends only on the records it was given and on its state.
// It keeps decoded objects in memory, changes them in apply(), and hands changed rows over in
// freeze(). It never writes rows itself and never reads a clock.
// Thread-safety: one thread. Lifetime: lives between two losses of ownership, aborts or errors;
// after any of them the loop destroys it and makes a new one from the store.
#pragma once

#include <memory>

#include "core/digest.h"
#include "core/rows.h"
#include "stream/log.h"

namespace qcdr::stream {

// Place of an output: unique per input record, monotone per entity. Readers keep the highest.
struct OutputVersion {
  Generation generation;
  Offset offset;
  std::uint32_t index = 0;
  friend auto operator<=>(const OutputVersion&, const OutputVersion&) = default;
};

// Takes the outputs of one batch. The loop stamps headers `ce_id` and `version` on each.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  // The version that the next send() will get; `cause` is the input record that changed it last.
  virtual OutputVersion next_version(Offset cause) = 0;
  virtual void send(Offset cause, OutputRecord record) = 0;
};

struct RecordContext {
  Generation generation;
  // Largest timestamp seen in this partition, this record included.
  Instant partition_time;
};

class Fold {
 public:
  virtual ~Fold() = default;
  // The partition's time goes on with the record at `cause`, before that is folded, and also where
  // it is not, because its event was applied before. It may change what depends on time: a document
  // that was not sent is cancelled when a consent ends.
  virtual Status pass_time(Instant /*before*/, Instant /*now*/, Offset /*cause*/) {
    return Status::ok();
  }
  // What was sent before the record at `cause` was made by other rules: everything that the state
  // says is sent again, with `cause` as its cause. `before`: those rules; empty when that is not
  // known, or another generation made it. `now`: the partition's time before that record, which may
  // be an event that was applied before, so that neither pass_time() nor apply() follows. Changes
  // nothing that the digest is of. Comes before pass_time().
  virtual Status rules_changed(Offset /*cause*/, std::string_view /*before*/, Instant /*now*/) {
    return Status::ok();
  }
  // Folds one record. An error stops the partition: it is a record that no correct writer makes.
  virtual Status apply(const Record& record, const RecordContext& context) = 0;
  // Whether the record of the last apply() could be read. One that could not is laid aside, and an
  // event in it did not happen: what comes again of it is no repeat.
  virtual bool could_read() const { return true; }
  // The batch must end with the record of the last apply(), because what is told at its end is to
  // be what stands there and nothing later. Only a live partition asks: a replay has the markers'
  // bounds.
  virtual bool ends_batch() const { return false; }
  // End of a batch: one output per changed entity, in an order that depends on content alone.
  virtual Status emit(OutputSink& sink) = 0;
  // The outputs of the last emit() were committed. Not called in replay, which makes them again:
  // what is counted here is counted once.
  virtual void committed() {}
  // Puts every row changed since the last freeze into *batch; afterwards nothing is dirty. Called
  // at a commit boundary only.
  virtual Status freeze(RowBatch* batch) = 0;
  // False once input was passed over that could be read when it was first folded (its key was
  // destroyed since): a replay's outputs can then not be those committed, and are not compared.
  virtual bool reproducible() const { return true; }
  // Keys of which nothing is folded, and everything laid aside, until a person has looked.
  virtual std::size_t parked_keys() const { return 0; }
  // Digest over the canonical content of the whole partition; exact right after freeze().
  virtual const StateDigest& digest() const = 0;
  // Bytes of changed objects; a large value makes the loop end its batch and freeze.
  virtual std::size_t dirty_bytes() const = 0;
  // Bytes of all decoded objects, changed ones included, as far as the fold knows without looking:
  // asked after every record.
  virtual std::size_t memory_bytes() const = 0;
  // Lets clean objects go until about `bytes_max` bytes of memory are used.
  virtual void shrink(std::size_t bytes_max) = 0;
};

class FoldFactory {
 public:
  virtual ~FoldFactory() = default;
  // `rows` outlives the fold; `digest` is what the last freeze stored (zero for a new store).
  virtual Result<std::unique_ptr<Fold>> create(Partition partition, const RowReader& rows,
                                               const StateDigest& digest) = 0;
};

}  // namespace qcdr::stream
