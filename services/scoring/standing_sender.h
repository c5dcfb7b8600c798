// Sends what stands of every entity that changed: its score projection and its readiness, and
// tombstones for what vanished.
//
// Both messages of an entity are sent whenever it was touched, unchanged ones too: what is sent
// depends on the state and the batch alone, never on what was sent before.
// Thread-safety: none; one sender belongs to one fold.
#pragma once

#include <memory>

#include "ledger/ledger.h"
#include "stream/fold.h"

namespace qcdr::ledger {
struct EntityProjection;
struct EntityStanding;
class StandingReader;
}  // namespace qcdr::ledger

namespace qcdr {

class StandingSender {
 public:
  StandingSender(Partition partition, const Hash256& rulebook_digest);
  ~StandingSender();

  // Takes what was touched from the practice-years.
  Status send(ledger::Ledger& ledger, const ledger::Effects& effects, Instant as_of,
              stream::OutputSink& sink);

 private:
  struct Messages;

  Status send_touched(ledger::PracticeLedger& practice, ledger::StandingReader& reader,
                      const ledger::PracticeLedger::Touched& touched, Instant as_of,
                      stream::OutputSink& sink);
  void send_message(const char* topic, const std::string& key, std::optional<std::string> value,
                    Offset cause, stream::OutputSink& sink) const;
  void send_tombstones(const ledger::VanishedEntity& vanished, stream::OutputSink& sink) const;

  Partition partition_;
  const Hash256 rulebook_digest_;
  std::unique_ptr<Messages> messages_;
};

}  // namespace qcdr
