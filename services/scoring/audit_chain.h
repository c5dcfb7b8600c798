// What a stage says on the audit topic of one partition's state: its digest when a deadline passed.
//
// The records are a hash chain (audit.proto). How far it is stands in the fold's rows, so a record
// is written once, whoever has the partition and whatever died in between. A chain belongs to one
// stage, partition and generation, and to one run of the same rules: with begin() another writer
// begins, since what other rules wrote in between is not known to a replay.
// Thread-safety: none. Lifetime: one fold; `rows` outlive it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/rows.h"
#include "core/time.h"
#include "ledger/audit_chain_row.h"
#include "stream/fold.h"

namespace qcdr {

// A deadline that passed, and the state when its control record had been folded.
struct DeadlineState {
  Offset offset;  // of that record, or of its mark
  PerformanceYear year;
  std::string event_id;
  std::string deadline;
  Instant partition_time;
  StateDigest digest;
  std::optional<Partition> source;  // second stage: whose practices
};

class AuditChain {
 public:
  struct Place {
    const char* stage;  // "scoring"
    const char* input_topic;
    Partition partition;
    Family family;  // where its row is
  };
  // `rulebook_digest`: empty where none is asked. `rows`: the store's, not sealed.
  AuditChain(const Place& place, std::string rulebook_digest, const RowReader& rows)
      : place_(place), rulebook_digest_(std::move(rulebook_digest)), rows_(rows) {}

  // Reads how far it is; once.
  Status load();
  // From the record at `offset` on our rules hold.
  void begin(Offset offset);
  void note(DeadlineState state) { noted_.push_back(std::move(state)); }
  // Since the last send().
  const std::vector<DeadlineState>& noted() const { return noted_; }
  void send(stream::OutputSink& sink);
  void freeze(RowBatch* batch);

 private:
  const Place place_;
  const std::string rulebook_digest_;
  const RowReader& rows_;
  ledger::AuditChainRow row_;
  bool loaded_ = false;
  bool dirty_ = false;
  std::vector<DeadlineState> noted_;
};

}  // namespace qcdr
