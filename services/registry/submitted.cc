#include "registry/submitted.h"

#include <algorithm>

#include "intake/tin_table.h"

namespace qcdr::registry {
namespace {

using ledger::CaseEntry;
using ledger::Contribution;
using ledger::PairRow;
using ledger::PracticeLedger;
using ledger::TinRow;

// Practice-years that were read for looking may stay until then.
constexpr std::size_t kMemoryBytesMax = std::size_t{256} << 20;
constexpr unsigned kOutcomeBits = 3;

const char* outcome_word(std::uint8_t outcome) {
  switch (static_cast<ledger::StoredOutcome>(outcome)) {
    case ledger::StoredOutcome::kMet:
      return "met";
    case ledger::StoredOutcome::kNotMet:
      return "not met";
    case ledger::StoredOutcome::kException:
      return "exception";
    case ledger::StoredOutcome::kNotReported:
      return "not reported";
  }
  return "unknown";
}

std::string outcomes_text(const PracticeLedger& practice, const Contribution& contribution) {
  const auto& specifications = practice.rules().year->specifications();
  std::string text;
  for (const std::uint8_t each : contribution.outcome_span()) {
    const auto slot = static_cast<std::size_t>(each >> kOutcomeBits);
    QCDR_ASSERT(slot < specifications.size());
    if (!text.empty()) text += "; ";
    text += specifications[slot].measure_id;
    text += " ";
    text += outcome_word(static_cast<std::uint8_t>(each & ((1U << kOutcomeBits) - 1U)));
  }
  return text;
}

int last_drawn(const DrawnBefore& drawn, const std::function<EntityId(PerformanceYear)>& id_in) {
  int last = 0;
  for (const auto& [year, entities] : drawn) {
    if (entities.count(id_in(PerformanceYear(year)).to_hex()) != 0) last = std::max(last, year);
  }
  return last;
}

}  // namespace

Status for_each_practice(const Ledgers& ledgers, PerformanceYear year,
                         const std::function<Status(PracticeLedger&)>& visit) {
  std::map<PracticeId, ledger::Ledger*> places;
  for (ledger::Ledger* each : ledgers) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, each->practice_years());
    for (const ledger::PracticeYear id : ids) {
      if (id.year == year) places.emplace(id.practice, each);
    }
  }
  for (const auto& [practice, place] : places) {
    QCDR_ASSIGN_OR_RETURN(PracticeLedger * found, place->find({practice, year}));
    QCDR_RETURN_IF_ERROR(visit(*found));
    place->shrink(kMemoryBytesMax);
  }
  return Status::ok();
}

Credited credited(const PracticeLedger& practice, const Contribution& contribution) {
  Credited result;
  if (contribution.timeliness == ledger::CountClass::kLateHeld || contribution.refused) {
    return result;
  }
  const LocalDate date = LocalDate::from_days(practice.rules().first_day.days() + contribution.day);
  for (const std::uint32_t ordinal : contribution.pair_span()) {
    const PairRow& pair = practice.pairs().pair(ordinal);
    if (!pair.effective_on(date)) continue;
    result.pairs.push_back(ordinal);
    if (std::find(result.tins.begin(), result.tins.end(), pair.tin) == result.tins.end()) {
      result.tins.push_back(pair.tin);
    }
  }
  return result;
}

Result<std::vector<SubmittedEntity>> read_submitted(const Ledgers& ledgers, PerformanceYear year,
                                                    const std::set<EntityId>& wanted,
                                                    const Key256& entity_key,
                                                    const DrawnBefore& drawn) {
  std::map<EntityId, SubmittedEntity> found;
  const auto add = [&](const EntityId& entity, bool group, PracticeId practice) {
    SubmittedEntity& each = found[entity];
    each.entity = entity;
    each.group = group;
    each.practices.push_back(practice);
    return &each;
  };
  QCDR_RETURN_IF_ERROR(for_each_practice(ledgers, year, [&](PracticeLedger& practice) -> Status {
    const PracticeId id = practice.id().practice;
    for (const TinRow& tin : practice.pairs().tins()) {
      if (wanted.count(tin.group_entity) == 0) continue;
      add(tin.group_entity, true, id)->last_drawn = last_drawn(drawn, [&](PerformanceYear other) {
        return make_group_entity(entity_key, other, tin.token);
      });
    }
    QCDR_ASSIGN_OR_RETURN(const auto virtual_groups, practice.virtual_groups());
    for (const ledger::VirtualGroup& group : virtual_groups) {
      if (wanted.count(group.entity) == 0) continue;
      add(group.entity, true, id)->last_drawn = last_drawn(drawn, [&](PerformanceYear other) {
        return ledger::virtual_group_entity(entity_key, other, group.number);
      });
    }
    for (const PairRow& pair : practice.pairs().pairs()) {
      if (wanted.count(pair.entity) == 0) continue;
      const TinToken& tin = practice.pairs().tins()[pair.tin].token;
      add(pair.entity, false, id)->last_drawn = last_drawn(drawn, [&](PerformanceYear other) {
        return make_individual_entity(entity_key, other, tin, pair.npi);
      });
    }
    return Status::ok();
  }));
  std::vector<SubmittedEntity> entities;
  for (auto& [entity, each] : found) entities.push_back(std::move(each));
  return entities;
}

Result<CasesByEntity> read_cases(const Ledgers& ledgers, PerformanceYear year,
                                 const std::set<EntityId>& entities) {
  CasesByEntity cases;
  const auto read_practice = [&](PracticeLedger& practice) -> Status {
    // A case counts for a virtual group once, whichever of its TINs are on it.
    std::map<std::uint32_t, std::vector<EntityId>> virtual_groups;  // by ordinal of the TIN
    QCDR_ASSIGN_OR_RETURN(const auto groups, practice.virtual_groups());
    for (const ledger::VirtualGroup& group : groups) {
      for (const std::uint32_t tin : group.tins) virtual_groups[tin].push_back(group.entity);
    }
    std::map<std::uint32_t, std::string> uploads;
    QCDR_RETURN_IF_ERROR(
        practice.for_each_upload([&](std::string_view id, const ledger::UploadFact& fact) {
          uploads[fact.ordinal] = id;
          return Status::ok();
        }));
    return practice.for_each_case([&](const CaseEntry& entry) -> Status {
      if (!entry.counting) return Status::ok();
      const Contribution& contribution = *entry.counting;
      const auto add = [&](const EntityId& entity) {
        if (entities.count(entity) == 0) return;
        cases[entity].push_back(
            {entry.token, practice.id().practice, uploads[contribution.upload], contribution.row,
             LocalDate::from_days(practice.rules().first_day.days() + contribution.day),
             outcomes_text(practice, contribution)});
      };
      const Credited whom = credited(practice, contribution);
      for (const std::uint32_t pair : whom.pairs) add(practice.pairs().pair(pair).entity);
      std::set<EntityId> whole;
      for (const std::uint32_t tin : whom.tins) {
        add(practice.pairs().tins()[tin].group_entity);
        const auto groups_of_tin = virtual_groups.find(tin);
        if (groups_of_tin == virtual_groups.end()) continue;
        whole.insert(groups_of_tin->second.begin(), groups_of_tin->second.end());
      }
      for (const EntityId& entity : whole) add(entity);
      return Status::ok();
    });
  };
  QCDR_RETURN_IF_ERROR(for_each_practice(ledgers, year, [&](PracticeLedger& practice) -> Status {
    const ledger::PairTable& pairs = practice.pairs();
    const auto is_asked = [&](const EntityId& id) { return entities.count(id) != 0; };
    bool asked = false;
    for (const TinRow& tin : pairs.tins()) asked = asked || is_asked(tin.group_entity);
    for (const PairRow& pair : pairs.pairs()) asked = asked || is_asked(pair.entity);
    QCDR_ASSIGN_OR_RETURN(const auto groups, practice.virtual_groups());
    for (const ledger::VirtualGroup& group : groups) asked = asked || is_asked(group.entity);
    return asked ? read_practice(practice) : Status::ok();
  }));
  return cases;
}

Result<std::map<EntityId, Identity>> read_identities(const Ledgers& ledgers, PerformanceYear year,
                                                     const std::set<EntityId>& entities,
                                                     const Key256& tin_key) {
  std::map<EntityId, Identity> identities;
  QCDR_RETURN_IF_ERROR(for_each_practice(ledgers, year, [&](PracticeLedger& practice) -> Status {
    const ledger::PairTable& pairs = practice.pairs();
    const auto open = [&](const TinRow& tin) {
      v1::TinEntry entry;
      entry.set_token(std::string(tin.token.bytes()));
      entry.set_encrypted(tin.encrypted);
      return intake::open_tin(tin_key, entry);
    };
    for (const TinRow& tin : pairs.tins()) {
      if (entities.count(tin.group_entity) == 0) continue;
      QCDR_ASSIGN_OR_RETURN(identities[tin.group_entity].tin, open(tin));
    }
    QCDR_ASSIGN_OR_RETURN(const auto groups, practice.virtual_groups());
    for (const ledger::VirtualGroup& group : groups) {
      if (entities.count(group.entity) != 0) {
        identities[group.entity].name = "virtual group " + group.number;
      }
    }
    for (const PairRow& pair : pairs.pairs()) {
      if (entities.count(pair.entity) == 0) continue;
      Identity& identity = identities[pair.entity];
      QCDR_ASSIGN_OR_RETURN(identity.tin, open(pairs.tins()[pair.tin]));
      identity.npi = std::to_string(pair.npi.value());
      if (!pair.last_name.empty()) identity.name = pair.last_name + ", " + pair.first_name;
    }
    return Status::ok();
  }));
  return identities;
}

}  // namespace qcdr::registry
