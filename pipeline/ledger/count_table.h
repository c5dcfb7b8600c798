// Sums of one practice-year: for each clinician under a TIN, and for the TIN as a group, how many
// cases there are in each class and how they came out per measure.
//
// A row of state is a shard: up to 32 clinicians of a TIN, or the group alone in shard 0. A group's
// sums are of distinct cases and are kept beside, never added up from, its clinicians' sums.
//
// Invariants
// - met + not met + exception <= eligible, for every measure and class.
// - What is subtracted was added before: no sum goes below zero.
// - The digest is exact right after freeze(): an entity's old item leaves it at the first change,
//   the new one enters at the freeze; an entity without any case has no item.
// Thread-safety: none. Lifetime: `rows` and the digest outlive the table.
#pragma once

#include <memory>

#include "core/digest.h"
#include "core/rows.h"
#include "ledger/case_entry.h"
#include "ledger/keys.h"

namespace qcdr::ledger {

struct MeasureTally {
  std::uint32_t eligible = 0;
  std::uint32_t met = 0;
  std::uint32_t not_met = 0;
  std::uint32_t exception = 0;
  friend bool operator==(const MeasureTally&, const MeasureTally&) = default;
};

// Sums of one clinician or one group.
class EntityCounts {
 public:
  explicit EntityCounts(std::size_t measures) : tallies_(measures * kCountClasses) {}

  std::uint32_t cases(CountClass count_class) const {
    return cases_[static_cast<std::size_t>(count_class)];
  }
  const MeasureTally& tally(std::size_t measure_slot, CountClass count_class) const {
    return tallies_[measure_slot * kCountClasses + static_cast<std::size_t>(count_class)];
  }
  std::size_t measures() const { return tallies_.size() / kCountClasses; }
  // Cases that count, and cases that are kept beside.
  std::uint32_t counted() const {
    return cases(CountClass::kOnTime) + cases(CountClass::kMilestoneMissed);
  }
  std::uint32_t held() const { return cases(CountClass::kLateHeld) + cases(CountClass::kWithheld); }
  // Sum over the classes that count.
  MeasureTally counted_tally(std::size_t measure_slot) const;
  bool empty() const;

  // One case more (+1) or less (-1).
  void change(CountClass count_class, std::span<const std::uint8_t> outcomes, int sign);
  void clear();
  // Cases and outcomes that were counted elsewhere; for sums that are not kept in a table.
  void add(CountClass count_class, std::uint32_t cases) {
    cases_[static_cast<std::size_t>(count_class)] += cases;
  }
  void add(std::size_t measure_slot, CountClass count_class, const MeasureTally& tally);
  void encode(ByteWriter* writer) const;
  bool decode(ByteReader* reader);
  friend bool operator==(const EntityCounts& a, const EntityCounts& b);

 private:
  friend class CountTable;
  std::array<std::uint32_t, kCountClasses> cases_{};
  std::vector<MeasureTally> tallies_;
  bool dirty_ = false;
};

inline constexpr std::uint16_t kGroupShard = 0;
inline constexpr std::uint32_t kCliniciansPerShard = 32;

// Who a row of sums is about: for keys and digest items.
struct CountOwner {
  TinToken tin;
  std::uint32_t member = 0;  // place of the clinician within the TIN
  bool group = false;
  EntityId entity;
};

class CountTable {
 public:
  CountTable(PracticeYear id, const RowReader& rows, std::size_t measures, StateDigest* digest)
      : id_(id), rows_(rows), measures_(measures), digest_(digest) {}

  // For reading; absent rows are zero.
  Result<const EntityCounts*> find(std::uint32_t tin_ordinal, const CountOwner& owner);
  Status change(std::uint32_t tin_ordinal, const CountOwner& owner, CountClass count_class,
                std::span<const std::uint8_t> outcomes, int sign);
  // Sets the sums of one entity to zero, before a re-fold.
  Status clear(std::uint32_t tin_ordinal, const CountOwner& owner);

  // Adds the item of one entity as it is now: for verification.
  Status add_item(std::uint32_t tin_ordinal, const CountOwner& owner, StateDigest* digest);

  void freeze(RowBatch* batch);
  std::size_t dirty_bytes() const { return dirty_.size() * kShardBytes; }
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  static constexpr std::size_t kShardBytes = 2048;  // estimate, for limits only
  struct Shard {
    TinToken tin;
    std::uint16_t number = 0;
    std::vector<EntityCounts> entities;
    std::vector<EntityId> ids;  // beside entities: for digest items at the freeze
    bool dirty = false;
  };
  struct Tin {
    std::vector<std::unique_ptr<Shard>> shards;  // null: not read yet
  };

  Result<EntityCounts*> entity(std::uint32_t tin_ordinal, const CountOwner& owner, Shard** shard);
  Result<std::unique_ptr<Shard>> load(const CountOwner& owner, std::uint16_t number);
  void touch(EntityCounts* counts, Shard* shard, const CountOwner& owner);
  Hash256 item(const Shard& shard, std::size_t index) const;

  PracticeYear id_;
  const RowReader& rows_;
  std::size_t measures_;
  StateDigest* digest_;
  std::vector<Tin> tins_;
  std::vector<Shard*> dirty_;
  std::size_t memory_bytes_ = 0;
};

}  // namespace qcdr::ledger
