// What a partition's practices contribute to the second stage, as outputs of a batch.
//
// A practice is looked at when a record of its own was folded, or when something touched one of its
// TINs. What did not change in content is not sent again; content does not contain what others
// contribute, so a claim never leads to another contribution of what it is about.
// Thread-safety: none. Lifetime: one fold.
#pragma once

#include <map>

#include "ledger/ledger.h"
#include "scoring/audit_chain.h"
#include "stream/fold.h"

namespace qcdr {

class ContributionSender {
 public:
  // `partitions` of qcdr.internal.entity-contributions.v1; 0: nobody reads it, nothing is sent.
  ContributionSender(std::int32_t partitions, const Hash256& rulebook_digest);

  // A record comes: what changes without a record of a practice is sent in its name.
  void begin_record(Offset offset) { last_ = offset; }
  // A record of a practice-year was folded. `everything`: it may have changed what every TIN
  // contributes, not only those whose entities were touched.
  void note(ledger::PracticeYear id, Offset offset, Instant received_at, bool everything) {
    if (partitions_ == 0) return;
    Noted& noted = noted_[id];
    noted.offset = offset;
    noted.received_at = std::max(noted.received_at, received_at);
    noted.everything = noted.everything || everything;
  }
  // Everything of a practice-year is sent again, because of a record that is not its own.
  void note_again(ledger::PracticeYear id, Offset offset) {
    if (partitions_ == 0) return;
    Noted& noted = noted_[id];
    noted.offset = std::max(noted.offset, offset);
    noted.everything = true;
    noted.said_again = true;
  }
  // End of a batch; before the touched entities are taken. By practice-year, then TIN. `as_of`:
  // partition time, for what changed without a record of the practice.
  Status send(ledger::Ledger& ledger, const ledger::Effects& effects, Instant as_of,
              stream::OutputSink& sink);
  // Marks, in every partition of the second stage, that these deadlines passed here. The batch ends
  // with each, so what was sent until now is what stood then.
  void mark(Partition source, const std::vector<DeadlineState>& passed,
            stream::OutputSink& sink) const;

 private:
  struct Noted {
    Offset offset;
    Instant received_at;
    bool everything = false;
    bool said_again = false;
  };
  void send_one(ledger::PracticeYear id, const Noted& noted,
                const ledger::PracticeLedger::ChangedContribution& changed,
                stream::OutputSink& sink) const;

  const std::int32_t partitions_;
  const std::string rulebook_digest_;
  std::map<ledger::PracticeYear, Noted> noted_;
  Offset last_;
};

}  // namespace qcdr
