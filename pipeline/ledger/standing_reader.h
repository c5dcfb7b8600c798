// Everything that is shown of one entity: what blocks, what costs, two scores.
//
// Thread-safety: none. Lifetime: the practice-year outlives the reader, which serves one moment of
// it: make a new one after it changed. Errors: as those of PracticeLedger.
#pragma once

#include "ledger/readiness_reader.h"
#include "ledger/standing_score.h"

namespace qcdr::ledger {

struct EntityStanding {
  scoring::ScoreInput input;       // everything accepted that counts
  scoring::ScoreSummary accepted;  // its score, whatever may be sent
  EntityData data;
  Readiness readiness;
  TwoScores scores;
  std::uint8_t reports_as = 0;  // number of the proto ReportingLevel
  LocalDate data_through;       // of the sign-off, carried forward; zero: none
  LocalDate list_date;          // of the eligibility list that decides; zero: none is loaded
};

class StandingReader {
 public:
  StandingReader(PracticeLedger& practice, Instant as_of)
      : ledger_(practice), facts_(practice, as_of) {}

  Result<EntityStanding> group(const TinRow& tin);
  Result<EntityStanding> individual(const PairRow& pair);
  // In virtual_group_standing.cc.
  Result<EntityStanding> virtual_group(const PracticeLedger::VirtualGroup& group);
  ReadinessReader& facts() { return facts_; }

 private:
  void finish(const TinFacts& tin, EntityStanding* standing);

  PracticeLedger& ledger_;
  ReadinessReader facts_;
  ScoreOfNothing nothing_;
};

}  // namespace qcdr::ledger
