// Virtual groups: TINs of several practices that elected to be scored together (42 CFR 414.1315).
#include <algorithm>

#include "ledger/practice_ledger.h"
#include "ledger/readiness_reader.h"

namespace qcdr::ledger {
namespace {

// A virtual group has no TIN: CMS's number names it.
EntityId virtual_group_entity(const Key256& entity_key, PerformanceYear year,
                              std::string_view number) {
  std::string input = "virtual-group|" + std::to_string(year.value()) + "|";
  input.append(number);
  return EntityId::from_bytes(hmac_sha256(entity_key, input).data());
}

// How each TIN would report alone does not matter to the virtual group.
bool concerns_the_tin_alone(const ContributedBlock& block) {
  const auto reason = static_cast<BlockReason>(block.reason);
  return reason == BlockReason::kVirtualGroup || reason == BlockReason::kReportingOption;
}

template <class T>
void sort_once_each(std::vector<T>* values) {
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
}

}  // namespace

Result<std::vector<PracticeLedger::VirtualGroup>> PracticeLedger::virtual_groups() const {
  std::map<std::string, VirtualGroup> groups;
  for (const TinRow& tin : pairs_.tins()) {
    QCDR_ASSIGN_OR_RETURN(const auto of_tin, memberships(tin));
    for (const Membership& membership : of_tin) {
      if (membership.kind != MembershipKind::kVirtualGroup || !membership.belongs) continue;
      VirtualGroup& group = groups[membership.entity_number];
      group.number = membership.entity_number;
      group.tins.push_back(tin.ordinal);
    }
  }
  std::vector<VirtualGroup> found;
  for (auto& [number, group] : groups) {
    group.entity = virtual_group_entity(entity_key_, id_.year, number);
    found.push_back(std::move(group));
  }
  return found;
}

Result<std::optional<EntityContribution>> PracticeLedger::contribution(const VirtualGroup& group) {
  EntityContribution made;
  made.level = EntityLevel::kVirtualGroup;
  made.year = id_.year;
  made.elected = true;
  bool any = false;
  for (const std::uint32_t ordinal : group.tins) {
    QCDR_ASSIGN_OR_RETURN(const auto of_tin, contribution(pairs_.tins()[ordinal]));
    if (!of_tin) continue;
    any = true;
    made.counts.add(of_tin->counts);
    for (const ContributedBlock& block : of_tin->blocks) {
      if (!concerns_the_tin_alone(block)) made.blocks.push_back(block);
    }
    made.clinicians.insert(made.clinicians.end(), of_tin->clinicians.begin(),
                           of_tin->clinicians.end());
    made.activities.insert(made.activities.end(), of_tin->activities.begin(),
                           of_tin->activities.end());
  }
  if (!any) return std::optional<EntityContribution>();
  sort_once_each(&made.blocks);
  sort_once_each(&made.clinicians);
  sort_once_each(&made.activities);
  if (made.clinicians.size() > kContributedCliniciansMax) {
    made.clinicians.resize(kContributedCliniciansMax);
  }
  if (made.activities.size() > kContributedActivitiesMax) {
    made.activities.resize(kContributedActivitiesMax);
  }
  return std::optional<EntityContribution>(std::move(made));
}

Result<std::optional<StageTwoClaim>> PracticeLedger::claim(const VirtualGroup& group) const {
  return find_claim(group.entity);
}

Result<ContributionCounts> PracticeLedger::shared_counts(const VirtualGroup& group) {
  ContributionCounts sum;
  for (const std::uint32_t ordinal : group.tins) {
    QCDR_ASSIGN_OR_RETURN(const EntityCounts* own, group_counts(pairs_.tins()[ordinal]));
    ContributionCounts counts;
    write_counts(*own, &counts);
    sum.add(counts);
  }
  QCDR_ASSIGN_OR_RETURN(const auto others, claim(group));
  if (others) sum.add(others->counts);
  return sum;
}

// Only when the practice has been in one: nearly none has.
Status PracticeLedger::take_virtual_group_contributions(std::vector<ChangedContribution>* changed) {
  QCDR_ASSIGN_OR_RETURN(const auto groups, virtual_groups());
  std::set<EntityId> present;
  for (const VirtualGroup& group : groups) {
    present.insert(group.entity);
    QCDR_ASSIGN_OR_RETURN(auto made, contribution(group));
    note_contribution(group.entity, EntityLevel::kVirtualGroup, std::move(made), std::nullopt,
                      changed);
  }
  std::vector<EntityId> left;
  QCDR_RETURN_IF_ERROR(for_each_contributed(EntityLevel::kVirtualGroup, [&](const EntityId& id) {
    if (!present.contains(id)) left.push_back(id);
  }));
  for (const EntityId& id : left) {
    note_contribution(id, EntityLevel::kVirtualGroup, std::nullopt, std::nullopt, changed);
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
