// Records whose bytes cannot be read, laid aside on "<topic>.dlq" as they came, so that what stands
// behind them goes on; and laid back, when the program can read them or the fault is gone.
//
// A dead letter has the key, the value and the headers of the record, and beside them Kafka
// Connect's headers of the same purpose (`__connect.errors.*`), which its tools understand, and the
// record's own timestamp. It is laid aside for its bytes alone: what a record says is judged with
// findings, and a key that does not open it, or a kind that this program does not know, stops the
// partition, because those are faults of ours and would lay everything aside.
// A record that was laid back has its first timestamp in kReceivedAtHeader: an upload keeps its
// received-at (docs/architecture.md). A tombstone on the dead-letter topic, with kLaidBackHeader,
// says which letter was laid back.
// Thread-safety: free functions. Errors: kCorruption for a letter that this did not make.
#pragma once

#include <string>
#include <string_view>

#include "stream/log.h"

namespace qcdr {

inline constexpr const char* kReceivedAtHeader = "qcdr-received-at";
inline constexpr const char* kLaidBackHeader = "qcdr-laid-back";

struct DeadLetter {
  std::string topic;  // where the record was
  Partition partition;
  Offset offset;
  Instant timestamp;
  std::string stage;  // who could not read it
  std::string why;
};

// `stage` is the service; `why` must not repeat bytes of the record.
stream::OutputRecord make_dead_letter(const stream::Record& record, std::string_view stage,
                                      std::string_view why);
// A letter that lies on a dead-letter topic.
Result<DeadLetter> read_dead_letter(const stream::Record& letter);
// The record as it was, for its own topic. `keep_timestamp`: the topic takes the producer's.
Result<stream::OutputRecord> lay_back(const stream::Record& letter, bool keep_timestamp);
// To follow what was laid back, on the dead-letter topic.
stream::OutputRecord laid_back_mark(const stream::Record& letter);
// When a record was received first: its timestamp, unless it was laid back.
Instant first_received(const stream::Record& record);

}  // namespace qcdr
