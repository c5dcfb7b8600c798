// What one practice gives to an entity that others may report for as well: a TIN as a group, or a
// TIN/NPI pair that two practices have. Absolute: the last one of an entity and practice counts.
//
// Content is what stands here and nothing else: no version, no time of receipt, and nothing that
// depends on the time at which somebody looks, so that the same facts make the same contribution in
// whatever batches and partitions they were folded.
// Thread-safety: values. Errors: kCorruption for messages and bytes that no correct writer makes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/contribution_counts.h"
#include "ledger/standing.h"
#include "ledger/virtual_group_share.h"

namespace qcdr::v1 {
class Blocker;
class EntityContribution;
}  // namespace qcdr::v1

namespace qcdr::ledger {

// Numbers as in the proto EntityKind.
enum class EntityLevel : std::uint8_t {
  kUnspecified = 0,
  kIndividual = 1,
  kGroup = 2,
  kVirtualGroup = 3,
  kApmEntity = 4,
};

// One thing on a practice's side that keeps the entity's data from being sent. Until when it can be
// cured follows from the calendar, by the reader.
struct ContributedBlock {
  std::uint32_t reason = 0;  // number of the proto Blocker.Reason
  bool held_late = false;
  CategoryBits categories = 0;  // whose data it keeps here; 0: it blocks the whole set

  // Both in one byte, in which the categories have no bit 0.
  std::uint8_t encode_flags() const {
    return static_cast<std::uint8_t>(std::uint32_t{categories} << 1U | (held_late ? 1U : 0U));
  }
  static ContributedBlock decode(std::uint32_t reason, std::uint8_t flags) {
    return {reason, (flags & 1U) != 0, static_cast<CategoryBits>(flags >> 1U)};
  }
  void write(v1::Blocker* message) const;
  static ContributedBlock read(const v1::Blocker& message);
  friend auto operator<=>(const ContributedBlock&, const ContributedBlock&) = default;
};
inline constexpr std::size_t kContributedBlocksMax = 32;

// A clinician who bills under the TIN, by the keyed entity id of the pair.
struct ContributedClinician {
  EntityId entity;
  std::uint8_t type = 0;  // number of the proto ClinicianType
  friend auto operator<=>(const ContributedClinician&, const ContributedClinician&) = default;
};
inline constexpr std::size_t kContributedCliniciansMax = 100'000;
inline constexpr std::size_t kContributedActivitiesMax = 128;

struct EntityContribution {
  EntityLevel level = EntityLevel::kUnspecified;
  PerformanceYear year;
  ContributionCounts counts;
  std::vector<ContributedBlock> blocks;          // ascending
  std::vector<ContributedClinician> clinicians;  // ascending by entity; of a group only
  std::vector<std::string> activities;           // ascending; none of a virtual group
  VirtualGroupShare share;                       // of a virtual group only
  bool elected = false;
  std::uint8_t reporting_level = 0;  // number of the proto ReportingLevel

  // The canonical content: what is compared, stored and digested.
  std::string encode() const;
  static Result<EntityContribution> decode(std::string_view bytes);
  // Content only; who, which entity and which version are the caller's.
  void write(v1::EntityContribution* message) const;
  static Result<EntityContribution> read(const v1::EntityContribution& message);
  friend bool operator==(const EntityContribution&, const EntityContribution&) = default;
};

// One that differs from what was contributed last.
struct ChangedContribution {
  EntityId entity;
  EntityLevel level = EntityLevel::kUnspecified;
  std::optional<EntityContribution> contribution;  // none: withdrawn
  std::optional<Offset> cause;                     // none: not touched, looked at with all
};

}  // namespace qcdr::ledger
