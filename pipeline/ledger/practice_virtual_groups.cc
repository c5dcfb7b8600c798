// Virtual groups: TINs of several practices that elected to be scored together (42 CFR 414.1315).
#include <algorithm>

#include "ledger/case_measures.h"
#include "ledger/practice_ledger.h"
#include "ledger/profile_facts.h"
#include "ledger/readiness_reader.h"
#include "rulebook/parameter_names.h"

namespace qcdr::ledger {
namespace {

std::uint32_t whole(const Decimal& value) {
  return static_cast<std::uint32_t>(value.raw() / Decimal::kOne);
}

void set_statuses(const VirtualGroupShare& share, std::uint32_t small_practice_clinicians,
                  scoring::Profile* profile) {
  const auto special = [&](SpecialStatusKind kind) {
    return known(share.special(kind, small_practice_clinicians));
  };
  profile->small_practice = special(SpecialStatusKind::kSmallPractice);
  profile->rural = special(SpecialStatusKind::kRural);
  profile->hpsa = special(SpecialStatusKind::kHpsa);
  profile->non_patient_facing = special(SpecialStatusKind::kNonPatientFacing);
  profile->hospital_based = special(SpecialStatusKind::kHospitalBased);
  profile->asc_based = special(SpecialStatusKind::kAscBased);
  profile->facility_based = special(SpecialStatusKind::kFacilityBased);
  profile->eligible = known(share.adjustment_applies());
  profile->group_size = static_cast<std::int32_t>(share.group_size());
}

template <class T>
void sort_once_each(std::vector<T>* values) {
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
}

}  // namespace

EntityId virtual_group_entity(const Key256& entity_key, PerformanceYear year,
                              std::string_view number) {
  std::string input = "virtual-group|" + std::to_string(year.value()) + "|";
  input.append(number);
  return EntityId::from_bytes(hmac_sha256(entity_key, input).data());
}

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
    made.clinicians.insert(made.clinicians.end(), of_tin->clinicians.begin(),
                           of_tin->clinicians.end());
  }
  if (!any) return std::optional<EntityContribution>();
  sort_once_each(&made.clinicians);
  if (made.clinicians.size() > kContributedCliniciansMax) {
    made.clinicians.resize(kContributedCliniciansMax);
  }
  QCDR_ASSIGN_OR_RETURN(made.share, own_share(group));
  ReadinessReader reader(*this, Instant());
  DataFacts anything;  // what is there, or comes from others, does not come back in it
  anything.elsewhere = kAllSent;
  QCDR_ASSIGN_OR_RETURN(const Readiness readiness,
                        reader.virtual_group_blocks(group, anything, {}, std::nullopt));
  made.blocks = own_blocks(readiness);
  return std::optional<EntityContribution>(std::move(made));
}

Result<std::optional<StageTwoClaim>> PracticeLedger::claim(const VirtualGroup& group) const {
  return find_claim(group.entity);
}

Result<EntityCounts> PracticeLedger::shared_counts(const VirtualGroup& group) {
  EntityCounts sum(rules_.measures.size());
  for (const std::uint32_t ordinal : group.tins) {
    QCDR_ASSIGN_OR_RETURN(const EntityCounts* own, group_counts(pairs_.tins()[ordinal]));
    for (std::size_t i = 0; i < kCountClasses; ++i) {
      const auto count_class = static_cast<CountClass>(i);
      sum.add(count_class, own->cases(count_class));
      for (std::size_t slot = 0; slot < own->measures(); ++slot) {
        sum.add(slot, count_class, own->tally(slot, count_class));
      }
    }
  }
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* all, with_claimed(&sum, group.entity));
  return *all;
}

Result<VirtualGroupShare> PracticeLedger::own_share(const VirtualGroup& group) {
  VirtualGroupShare share;
  for (const std::uint32_t ordinal : group.tins) {
    const TinRow& tin = pairs_.tins()[ordinal];
    QCDR_ASSIGN_OR_RETURN(const Eligibility list, eligibility(tin));
    QCDR_ASSIGN_OR_RETURN(const auto attested, activities(tin));
    QCDR_ASSIGN_OR_RETURN(const auto clinicians, clinicians_of(tin));
    share.add_tin(list, attested, static_cast<std::uint32_t>(clinicians.size()));
    QCDR_ASSIGN_OR_RETURN(const InteroperabilityStanding report, interoperability(tin));
    if (report.in_force) share.reports.add_report(*report.in_force);
    QCDR_ASSIGN_OR_RETURN(const auto results, measure_results(tin));
    for (const MeasureResult& result : results) {
      if (!result.held) share.reports.add_result(result);
    }
    QCDR_ASSIGN_OR_RETURN(const auto approvals, reweighting(tin));
    for (const Reweighting& approval : approvals) {
      if (!approval.held) share.reports.add_approval(approval);
    }
  }
  return share;
}

Result<VirtualGroupShare> PracticeLedger::shared_share(const VirtualGroup& group) {
  QCDR_ASSIGN_OR_RETURN(VirtualGroupShare share, own_share(group));
  QCDR_ASSIGN_OR_RETURN(const auto others, claim(group));
  if (others) share.add(others->share);
  return share;
}

Result<scoring::ScoreInput> PracticeLedger::virtual_group_input(const VirtualGroup& group,
                                                                Instant as_of) {
  QCDR_ASSIGN_OR_RETURN(const EntityCounts counts, shared_counts(group));
  QCDR_ASSIGN_OR_RETURN(const VirtualGroupShare share, shared_share(group));
  const rulebook::YearRules& year = *rules_.year;
  scoring::ScoreInput input;
  input.rules = &rules_.scoring;
  input.as_of = as_of;
  input.profile.group = true;
  input.profile.virtual_group = true;
  input.profile.others_may_report = true;
  set_statuses(share, whole(year.parameter(rulebook::names::kSmallPracticeClinicians).value),
               &input.profile);
  std::vector<scoring::ClinicianKind> kinds;
  const auto add_kind = [&kinds](std::uint8_t type) {
    if (static_cast<Clinician>(type) == Clinician::kCaa) return;  // no MIPS eligible clinician
    kinds.push_back(static_cast<scoring::ClinicianKind>(type));
  };
  for (const std::uint32_t ordinal : group.tins) {
    QCDR_ASSIGN_OR_RETURN(const auto clinicians, clinicians_of(pairs_.tins()[ordinal]));
    for (const ContributedClinician& clinician : clinicians) add_kind(clinician.type);
  }
  QCDR_ASSIGN_OR_RETURN(const auto others, claim(group));
  if (others) {
    for (const std::uint8_t type : others->clinician_types) add_kind(type);
  }
  input.profile.kind = group_kind(rules_.scoring, kinds);
  add_case_measures(rules_, counts, &input);
  const std::uint32_t percent =
      whole(year.parameter(rulebook::names::kActivityGroupSharePercent).value);
  for (const std::string& id : share.performed_by(percent)) {
    const rulebook::Activity* activity = year.find_activity(id);
    if (activity == nullptr || input.activities.size() == input.activities.capacity()) continue;
    input.activities.push_back(activity);
  }
  share.reports.put_into(share.tins, &input);
  return input;
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
