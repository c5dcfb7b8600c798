#include "rulebook/record_authority.h"

#include <array>

namespace qcdr::rulebook {
namespace {

constexpr StatedBy kBoth = StatedBy::kPracticeOrRegistry;
constexpr StatedBy kRegistryOnly = StatedBy::kRegistry;

constexpr std::array<RecordAuthority, 26> kAuthorities = {{
    {1, "practice-registration", kBoth},
    {2, "roster", kBoth},
    {3, "reporting-option", kBoth},
    {4, "reconciliation-sign-off", kBoth},
    {5, "individual-consent", kBoth},
    {6, "officer-consent", kBoth},
    {7, "activity-attestation", kBoth},
    {8, "opt-out", kBoth},
    {9, "anesthesia-case", kBoth},
    {10, "measure-result", kBoth},
    {11, "billed-cases", kBoth},
    {12, "promoting-interoperability", kBoth},
    {13, "eligibility-snapshot", kRegistryOnly},
    {14, "reweighting-approval", kBoth},
    {15, "entity-membership", kBoth},
    {16, "certification", kBoth},
    {17, "officer-decision", kRegistryOnly},
    {18, "confirmation", kBoth},
    {19, "opt-in-election", kBoth},
    {20, "partial-tin-attestation", kBoth},
    {21, "role-grant", kBoth},
    {22, "cms-feedback", kBoth},
    {23, "review-authorisation", kBoth},
    {24, "review-case", kBoth},
    {25, "deadline-extension", kRegistryOnly},
    {26, "audit-correction", kRegistryOnly},
}};

}  // namespace

std::span<const RecordAuthority> record_authorities() {
  return kAuthorities;
}

const RecordAuthority* find_record_authority(std::uint32_t record_kind) {
  for (const RecordAuthority& each : kAuthorities) {
    if (each.record_kind == record_kind) return &each;
  }
  return nullptr;
}

bool is_for_registry_only(std::uint32_t record_kind) {
  const RecordAuthority* authority = find_record_authority(record_kind);
  return authority == nullptr || authority->stated_by == StatedBy::kRegistry;
}

}  // namespace qcdr::rulebook
