// Passes outputs on and counts them by topic.
// Thread-safety: none. Lifetime: sink and tally outlive it.
#pragma once

#include "scoring/scoring_observer.h"
#include "stream/fold.h"

namespace qcdr {

class CountingSink final : public stream::OutputSink {
 public:
  CountingSink(stream::OutputSink& sink, ScoringTally& tally) : sink_(sink), tally_(tally) {}
  stream::OutputVersion next_version(Offset cause) override { return sink_.next_version(cause); }
  void send(Offset cause, stream::OutputRecord record) override {
    ++tally_.outputs[record.topic];
    sink_.send(cause, std::move(record));
  }

 private:
  stream::OutputSink& sink_;
  ScoringTally& tally_;
};

}  // namespace qcdr
