// Registry records, one after the other, to the history of practices: opens chunks, and does what
// docs/state.md says of practices that are parked.
//
// Whether a record can be folded is judged here again, from the wire contract: by a walk over the
// message's fields, not kind by kind. Of a claim only its entity's id is looked at.
// Thread-safety: none. Lifetime: the keys outlive it. Errors: kFailedPrecondition for kinds of
// records that the pipeline does not fold, and those of the keys.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "batch_history.h"
#include "common/chunk_seal.h"
#include "core/key_ring.h"
#include "reference/npi_registries.h"
#include "stream/log.h"

namespace qcdr::batch {

class HistoryReader {
 public:
  // `registries`: snapshots of the NPI register, where there may be any.
  HistoryReader(KeyRing& keys, std::int32_t partitions,
                reference::NpiRegistries* registries = nullptr)
      : opener_(keys), partitions_(partitions), registries_(registries) {}

  // In the order of the log, partition after partition.
  Status take(const stream::Record& record);
  // With everything that is parked at the end.
  History history() const;

 private:
  // Numbered as in docs/state.md.
  enum Poison : std::uint8_t {
    kNone = 0,
    kUndecodable = 1,
    kSealed = 2,
    kMalformed = 3,
    kContradiction = 4,
    kClaim = 5
  };
  // The place of a record that was laid aside.
  struct Place {
    PracticeId practice;
    std::int64_t since = 0;
    std::uint64_t number = 0;
  };
  struct Parked {
    Poison poison = kNone;
    bool released = false;
    std::int64_t since = 0;
    std::uint64_t next = 0;
    std::uint64_t end = 1;
  };

  static std::optional<Place> place_of(const stream::Record& record);
  Status take_for(PracticeId practice, const std::optional<Place>& place,
                  const stream::Record& record, const v1::RegistryRecord* message);
  // Adds it to the history, unless it is poison.
  Result<Poison> add(PracticeId practice, const v1::RegistryRecord& message);
  Result<Poison> add_chunk(const v1::Chunk& chunk);
  Status take_control(const stream::Record& record, const v1::ControlRecord& control);
  void take_lifted_hold(Partition partition, const v1::ControlRecord& control);
  void lift_hold_of(PracticeId practice, const v1::ControlRecord& control);
  Status take_npi_registry(Partition partition, const v1::ControlRecord& control);
  // What is in force where the practice-year is comes before its first record.
  void begin(const PracticeYear& id);
  void take_release(const v1::PracticeReleased& released);
  void advance(PracticeId practice);
  void forget(PracticeYear id);
  // Whether the upload is of that kind, or not known yet; it is known then.
  bool is_kind_of(const PracticeYear& id, const std::string& upload, v1::RecordKind kind);

  ChunkOpener opener_;
  const std::int32_t partitions_;
  reference::NpiRegistries* registries_;
  std::map<std::pair<std::int32_t, PerformanceYear>, std::shared_ptr<const NpiLookup>> in_force_;
  std::set<std::string> applied_;
  std::set<std::pair<std::int32_t, std::string>> lifted_;
  std::map<std::pair<PracticeYear, std::string>, v1::RecordKind> uploads_;
  std::map<PracticeId, Parked> parked_;
  History history_;
};

}  // namespace qcdr::batch
