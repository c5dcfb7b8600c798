// Records whose bytes cannot be read, laid aside on "<topic>.dlq" as they came, so that what stands
// behind them goes on; and laid back, when the program can read them or the fault is gone.
//
// A dead letter has the key, the value and the headers of the record, and beside them Kafka
// Connect's headers of the same purpose (`__connect.errors.*`), which its tools understand, and the
// record's own timestamp. What a record says is judged with findings; a key that is not here, or a
// kind that this program does not know, stops the partition, because those are faults of ours and
// would lay everything aside.
// A registry record that can never be folded parks its practice (ledger/parked_practices.h): it is
// laid aside with its reason, those behind it with the reason "parked", each with its place in
// kParkedHeader. Laid back, they keep it.
// A record that was laid back has its first timestamp in kReceivedAtHeader: an upload keeps its
// received-at (docs/architecture.md). A tombstone on the dead-letter topic, with kLaidBackHeader,
// says which letter was laid back.
// Thread-safety: free functions. Errors: kCorruption for a letter that this did not make.
#pragma once

#include <string>
#include <string_view>

#include "ledger/parked_practices.h"
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
  std::optional<ledger::ParkedPlace> parked;  // because its practice was
  bool poison = false;                        // with it the practice was parked
};

// `stage` is the service; `why` must not repeat bytes of the record.
stream::OutputRecord make_dead_letter(const stream::Record& record, std::string_view stage,
                                      std::string_view why);
// Of a practice that is parked: with this record, which cannot be folded, or, without `poison`,
// before. Its key is the practice's, and it is no event any more: those are applied once, and for
// the other practices of the partition it was.
stream::OutputRecord make_parked_letter(const stream::Record& record, std::string_view stage,
                                        const ledger::ParkedPlace& place,
                                        std::optional<ledger::Poison> poison);
// The place of a record that was laid aside for a parked practice, or laid back; none of others.
std::optional<ledger::ParkedPlace> parked_place(const stream::Record& record);
// A letter that lies on a dead-letter topic.
Result<DeadLetter> read_dead_letter(const stream::Record& letter);
// The record as it was, for its own topic. `keep_timestamp`: the topic takes the producer's.
Result<stream::OutputRecord> lay_back(const stream::Record& letter, bool keep_timestamp);
// To follow what was laid back, on the dead-letter topic.
stream::OutputRecord laid_back_mark(const stream::Record& letter);
// When a record was received first: its timestamp, unless it was laid back.
Instant first_received(const stream::Record& record);

}  // namespace qcdr
