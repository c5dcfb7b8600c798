// The fold by entity: what each practice contributes to a TIN or a pair, and what each of them must
// be told of the others. Pure, as the practice's fold is.
//
// Contributions are absolute. The highest version of an (entity, practice) counts; a repeat and a
// lower one change nothing. While two or more practices contribute, each is told of the others;
// when one alone remains, and when one leaves, they are told that too, once. A practice that was
// always alone is told nothing.
//
// Rows, all in the family of facts: entity id 12 | practice u32 big endian ->
//   text(canonical content; empty: withdrawn) | version: generation u32, offset i64, index u32 |
//   received-at i64 | digest of the claim that the practice was told last, 32 bytes, zero: none.
// Digest item: 'E' | entity id | practice u32 big endian | canonical content; a withdrawn one has
// none. Content alone: the digest does not depend on partitions, batches or the order of practices.
//
// Invariants
// - After take_claims() the last claim that a practice was told is claim_for() of what stands.
// - A claim changes no contribution: nothing here reads a claim.
// Thread-safety: none. Lifetime: rows outlive it. Errors: kCorruption for rows and records that no
// correct writer makes; such an error stops the partition.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "core/digest.h"
#include "core/rows.h"
#include "core/time.h"
#include "ledger/stage_two_claim.h"

namespace qcdr::v1 {
class EntityContribution;
}

namespace qcdr::ledger {

class EntityLedger {
 public:
  EntityLedger(const RowReader& rows, const StateDigest& digest) : rows_(rows), digest_(digest) {}

  Status apply(const v1::EntityContribution& message, Offset offset);

  // A claim that a practice must be told.
  struct Told {
    EntityId entity;
    PracticeId practice;
    PerformanceYear year;
    StageTwoClaim claim;
    Instant received_at;  // of the newest record behind it
    Offset cause;
  };
  // What changed since the last call, by entity and practice.
  Result<std::vector<Told>> take_claims();

  void freeze(RowBatch* batch);
  const StateDigest& digest() const { return digest_; }
  std::size_t dirty_bytes() const { return dirty_.size() * kEntityBytes; }
  std::size_t memory_bytes() const { return entities_.size() * kEntityBytes; }
  void shrink(std::size_t bytes_max);
  // The digest of what these practices contribute, at any time. Reads every row the first time.
  Result<StateDigest> digest_of(const std::function<bool(PracticeId)>& practices);
  // The digest from nothing but the rows.
  Result<StateDigest> verify() const;

  // What each practice contributes at present.
  Result<std::map<PracticeId, EntityContribution>> contributions(const EntityId& entity);
  // Visits every row: for looking.
  using Visit = std::function<Status(const EntityId&, PracticeId, const EntityContribution&)>;
  Status for_each(const Visit& visit) const;

 private:
  static constexpr std::size_t kEntityBytes = 1024;  // estimate, for limits only
  struct Contributor {
    std::string content;  // canonical; empty: withdrawn
    PerformanceYear year;
    ClaimVersion version;
    Instant received_at;
    Hash256 told{};  // of the last claim's content; zero: none, or one that is not shared
    bool dirty = false;
  };
  using Contributors = std::map<PracticeId, Contributor>;

  static std::string row_key(const EntityId& entity, PracticeId practice);
  static std::string encode(const Contributor& contributor);
  static Result<Contributor> decode(std::string_view bytes);
  static Hash256 item(const EntityId& entity, PracticeId practice, std::string_view content);
  Result<Contributors*> entity(const EntityId& id);
  Status load_practice_digests();
  Status tell(const EntityId& id, Offset cause, std::vector<Told>* told);

  const RowReader& rows_;
  StateDigest digest_;
  // By practice, once somebody asked; their sum is digest_.
  std::optional<std::map<PracticeId, StateDigest>> practice_digests_;
  std::map<EntityId, Contributors> entities_;
  std::set<EntityId> dirty_;
  std::map<EntityId, Offset> touched_;
};

}  // namespace qcdr::ledger
