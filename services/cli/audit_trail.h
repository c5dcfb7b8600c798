// The audit topic, read and checked: the chain of each writer, and what the folds wrote of their
// state when deadlines passed.
//
// A chain begins with number 1 and 32 zero bytes; each record names the SHA-256 of the one before,
// as it was written. Offsets of a log need no gap to lose a record, so every folded control record
// of a deadline is looked for as well: only that shows that the end of a chain is missing.
// Thread-safety: value. Errors: those of the log; what is wrong with the records is a break.
#pragma once

#include <string>
#include <vector>

#include "cli/log_view.h"
#include "core/digest.h"

namespace qcdr::v1 {
class AuditRecord;
}

namespace qcdr {

// One partition's state when a deadline's control record had been folded; of the second stage, what
// the practices of `source` contribute to it.
struct StateAtDeadline {
  bool of_entities = false;
  Partition partition;
  Partition source;  // of the first stage: the partition itself
  std::string event_id;
  std::string deadline;
  PerformanceYear year;
  Generation generation;
  Offset offset;
  Instant time;  // of the partition
  StateDigest digest;
};

// Nothing when the record is about something else. kCorruption when it cannot be read.
Result<std::optional<StateAtDeadline>> read_state_at_deadline(const std::string& audit_record);

// Where a deadline's control record, or in the second stage its mark, stands.
struct PassedDeadline {
  std::string event_id;
  Partition source;
};
std::optional<PassedDeadline> deadline_at(const stream::Record& record, bool of_entities);

class AuditTrail {
 public:
  static Result<AuditTrail> read(LogView& log);

  std::uint64_t records() const { return records_; }
  std::size_t writers() const { return chains_.size(); }
  // In words, by partition and place. None: the trail is whole.
  const std::vector<std::string>& breaks() const { return breaks_; }
  const std::vector<StateAtDeadline>& states() const { return states_; }

 private:
  struct Chain {
    Partition partition;
    std::uint64_t sequence = 0;
    std::string previous;  // digest
  };

  Status take(const stream::Record& record);
  void follow(const v1::AuditRecord& audit, const stream::Record& record);
  void add_break(const stream::Record& record, const std::string& what);
  Status look_for_missing(LogView& log, bool of_entities);

  std::uint64_t records_ = 0;
  std::map<std::string, Chain> chains_;  // by writer
  std::vector<std::string> breaks_;
  std::vector<StateAtDeadline> states_;
};

}  // namespace qcdr
