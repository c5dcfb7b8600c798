// What a practice is told of the others that report for one of its entities: the second stage's
// answer. It carries sums, numbers of practices and what blocks on their side; never a clinician.
//
// Content holds no version and no time of receipt, and is a function of the others' contributions
// alone: whatever the order in which practices were folded, the last claim is the same.
// Thread-safety: values. Errors: kCorruption for messages and bytes that no correct writer makes.
#pragma once

#include <map>

#include "ledger/entity_contribution.h"

namespace qcdr::v1 {
class StageTwoClaim;
}

namespace qcdr::ledger {

// Another practice that reports for the entity.
struct ClaimingPractice {
  PracticeId practice;
  bool elected = false;
  std::uint8_t reporting_level = 0;      // number of the proto ReportingLevel
  std::vector<ContributedBlock> blocks;  // none: it is ready
  friend bool operator==(const ClaimingPractice&, const ClaimingPractice&) = default;
};
inline constexpr std::size_t kClaimingPracticesMax = 1000;

// Which claim of an entity is newer.
struct ClaimVersion {
  std::uint32_t generation = 0;
  std::int64_t offset = -1;
  std::uint32_t index = 0;
  friend auto operator<=>(const ClaimVersion&, const ClaimVersion&) = default;
};

struct StageTwoClaim {
  EntityLevel level = EntityLevel::kUnspecified;
  std::vector<ClaimingPractice> others;       // ascending by practice; none: no longer shared
  ContributionCounts counts;                  // of the others together
  std::vector<std::string> activities;        // of the others, ascending, each once
  std::uint32_t clinicians = 0;               // of the others, that this practice does not have
  std::vector<std::uint8_t> clinician_types;  // of those, ascending, each once
  std::vector<EntityId> shared_pairs;         // pairs of this practice that another has, ascending
  VirtualGroupShare share;                    // of the others together, of a virtual group only

  bool shared() const { return !others.empty(); }
  // The entity is shown once: where it is asked for as a whole, the practice with the lowest number
  // shows it.
  bool shown_by(PracticeId practice) const {
    return others.empty() || practice < others.front().practice;
  }

  // The canonical content.
  std::string encode() const;
  static Result<StageTwoClaim> decode(std::string_view bytes);
  // Content only, with `claimed_by` and `blocks`; the message's practice_id is set before.
  void write(v1::StageTwoClaim* message) const;
  static Result<StageTwoClaim> read(const v1::StageTwoClaim& message);
  friend bool operator==(const StageTwoClaim&, const StageTwoClaim&) = default;
};

// What `practice` is told when these practices contribute. Without others, or when the practice
// itself contributes nothing, it is a claim that is not shared.
StageTwoClaim claim_for(PracticeId practice,
                        const std::map<PracticeId, EntityContribution>& contributions);

}  // namespace qcdr::ledger
