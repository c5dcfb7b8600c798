// Reads the facts of one practice-year that readiness rests on, and applies its rules.
//
// Facts of the practice and of each TIN are read once and kept, so that a reader serves one moment
// of the ledger: make a new one after it changed. Thread-safety: none. Lifetime: the practice-year
// outlives it. Errors: as those of PracticeLedger.
#pragma once

#include <map>

#include "ledger/practice_ledger.h"
#include "ledger/readiness.h"
#include "ledger/standing_score.h"

namespace qcdr::ledger {

// What is there to send for an entity, and what is held of it.
struct EntityData {
  DataFacts facts;
  HeldData held;
};

class ReadinessReader {
 public:
  ReadinessReader(PracticeLedger& practice, Instant as_of);
  ReadinessReader(const ReadinessReader&) = delete;
  ReadinessReader& operator=(const ReadinessReader&) = delete;

  const PracticeFacts& practice() const { return practice_; }
  Result<const TinFacts*> tin_facts(const TinRow& tin);
  Result<PairFacts> pair_facts(const PairRow& pair) const;
  Result<EntityData> data(const TinRow& tin);
  Result<EntityData> data(const PairRow& pair);

  // What blocks a virtual group: what is asked of each of these TINs as a group, and `others`. How
  // a TIN would report alone does not matter to it. Without `at`: whatever the time is. In
  // virtual_group_standing.cc.
  Result<Readiness> virtual_group_blocks(const PracticeLedger::VirtualGroup& group,
                                         const DataFacts& data, std::vector<OtherBlock> others,
                                         std::optional<Instant> at);

  // What blocks, as it is at `at`; neither costs nor advice.
  Result<Readiness> group_blocks(const TinRow& tin, Instant at);
  Result<Readiness> individual_blocks(const PairRow& pair, Instant at);

 private:
  Result<bool> opted_out_unconfirmed(const TinRow& tin, const TinFacts& facts) const;

  PracticeLedger& ledger_;
  PracticeFacts practice_;
  bool practice_read_ = false;
  std::map<std::uint32_t, TinFacts> tins_;
};

// What blocks on the side of the other practices that a claim speaks of.
std::vector<OtherBlock> other_blocks(const std::optional<StageTwoClaim>& claim);

// Reasons on the practice's own side, as it contributes them; in practice_claims.cc. Having no data
// is none of them: others may have them.
std::vector<ContributedBlock> own_blocks(const Readiness& readiness);

// What blocks on the practice's own side, whatever others do, whatever the time is and whatever
// data are there: which blocks there are is meant, not until when each can be cured.
Result<Readiness> own_group_readiness(PracticeLedger& practice, const TinRow& tin);
Result<Readiness> own_individual_readiness(PracticeLedger& practice, const PairRow& pair);

}  // namespace qcdr::ledger
