// Rescorings and what caused them: a list of eligibility and statuses, CMS's approval, a decision
// of the registry, other rules. A practice's own data are no rescoring. One message for each cause,
// practice-year and batch, beside its findings; it names no clinician: what depends on it is scored
// again. Thread-safety: none; belongs to one fold.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "ledger/keys.h"
#include "stream/fold.h"

namespace qcdr::v1 {
class Chunk;
class ChunkRows;
}  // namespace qcdr::v1

namespace qcdr {

class NoticeMaker;

class ScoreChanges {
 public:
  explicit ScoreChanges(Partition partition) : partition_(partition) {}

  void note(const v1::Chunk& chunk, const v1::ChunkRows& rows, Offset offset);
  // The rules changed, or the fold did.
  void note_rules(ledger::PracticeYear id, Offset offset);
  // Sends what was noted since the last call, in an order that depends on content; practices are
  // told of it, too.
  void send(Instant as_of, stream::OutputSink& sink, NoticeMaker* notices);

 private:
  struct Change {
    Offset offset;
    std::int32_t dated = 0;  // the newest list or approval
    std::string name;        // of the reference data
  };
  using Key = std::tuple<ledger::PracticeYear, int>;  // and the number of the cause

  Partition partition_;
  std::map<Key, Change> noted_;
};

}  // namespace qcdr
