// Uploads of a season as chunks, given to the real ledger and to the batch fold alike.
//
// The ledger is frozen, and thrown away and read back, between uploads, so that what is compared is
// what its rows say.
// Thread-safety: none. For tests only.
#pragma once

#include "batch_result.h"
#include "ledger/testing_season.h"

namespace qcdr::batch {

class SeasonUnderTest {
 public:
  // Of the registry that is served.
  SeasonUnderTest() : SeasonUnderTest(rulebook::Rulebook::built_in()) {}
  explicit SeasonUnderTest(const rulebook::Rulebook& book);

  void chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows);
  void complete(const v1::UploadCompleted& completed);
  void lift_hold(std::uint32_t record_kind);
  // A made-up snapshot of the NPI register, a function of its number: most NPIs are in it.
  void release_npi_registry(std::uint8_t number);
  // Makes state rows of everything; with `restart`, what was in memory is thrown away.
  void freeze(bool restart);

  std::string ledger_digest();
  std::vector<EntityScore> ledger_scores();
  BatchResult batch() const;
  // To look at.
  ledger::Ledger& ledger() { return *ledger_; }
  const History& history() const { return history_; }
  const Key256& entity_key() const { return entity_key_; }
  // What stands in one and not in the other, in words; for messages of failing tests.
  std::string explain_difference();

 private:
  void find_npi_registries();
  void begin(const PracticeYear& id);
  std::vector<std::string> ledger_facts();

  const rulebook::Rulebook& book_;
  ledger::LedgerRules rules_;
  Key256 entity_key_{};
  ledger::MemoryRows rows_;
  std::unique_ptr<ledger::Ledger> ledger_;
  History history_;
  std::int64_t offset_ = 0;
  std::shared_ptr<const NpiLookup> in_force_;
};

}  // namespace qcdr::batch
