// Findings, and what became of uploads, as records of qcdr.public.findings.v1.
// Thread-safety: none; it belongs to one fold.
#pragma once

#include <memory>

#include "core/crypto.h"
#include "ledger/effects.h"
#include "scoring/scoring_observer.h"
#include "stream/fold.h"

namespace qcdr {

class FindingSender {
 public:
  // The token key makes fingerprints, by which the next upload can say "still there".
  FindingSender(Partition partition, const Key256& token_key);
  ~FindingSender();

  // Counted in *tally.
  void send(const ledger::Effects& effects, stream::OutputSink& sink, ScoringTally* tally);

 private:
  struct Message;  // protobuf message, used again and again

  void send_findings(const ledger::Effects& effects, stream::OutputSink& sink, ScoringTally* tally);
  void send_outcomes(const ledger::Effects& effects, stream::OutputSink& sink, ScoringTally* tally);

  Partition partition_;
  const Key256 fingerprint_key_;
  std::unique_ptr<Message> message_;
};

}  // namespace qcdr
