// What a practice-year has to do with others: what it contributes to its TINs, and what it is told
// of those who contribute to the same ones.
#include <algorithm>

#include "ledger/practice_ledger.h"
#include "ledger/readiness_reader.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {
namespace {

// Layout facts, beside the digest: which claim of an entity was taken last, and what was
// contributed last. They remember what was said, not what is.
constexpr char kClaimed = 'c';

char sent_mark(EntityLevel level) {
  switch (level) {
    case EntityLevel::kIndividual:
      return 'p';
    case EntityLevel::kVirtualGroup:
      return 'v';
    default:
      return 's';
  }
}

std::string layout_subject(char what, const EntityId& entity) {
  return std::string(1, what).append(entity.bytes());
}

FactValue encode_version(const ClaimVersion& version) {
  ByteWriter writer;
  writer.u32(version.generation);
  writer.i64(version.offset);
  writer.u32(version.index);
  return {"", writer.take()};
}

Result<ClaimVersion> decode_version(const FactValue& value) {
  ByteReader reader(value.layout);
  ClaimVersion version;
  version.generation = reader.u32();
  version.offset = reader.i64();
  version.index = reader.u32();
  if (!reader.ok()) return Status(ErrorCode::kCorruption, "version of a claim cannot be decoded");
  return version;
}

std::vector<std::string> activity_ids(const std::vector<Activity>& activities) {
  std::vector<std::string> ids;
  for (const Activity& activity : activities) {
    if (!activity.held) ids.push_back(activity.activity_id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.size() > kContributedActivitiesMax) ids.resize(kContributedActivitiesMax);
  return ids;
}

}  // namespace

std::vector<ContributedBlock> own_blocks(const Readiness& readiness) {
  std::vector<ContributedBlock> blocks;
  for (const Block& block : readiness.blocks) {
    if (block.practice != 0 || block.reason == BlockReason::kNoData) continue;
    blocks.push_back({static_cast<std::uint32_t>(block.reason), block.waits_for_officer()});
  }
  for (const Block& block : readiness.withheld) {
    if (readiness.blocked_by(block.reason)) continue;  // said of the whole set
    blocks.push_back(
        {static_cast<std::uint32_t>(block.reason), block.waits_for_officer(), block.categories});
  }
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  return blocks;
}

Status PracticeLedger::apply_claim(const v1::StageTwoClaim& message, Offset offset,
                                   Effects* effects) {
  QCDR_ASSIGN_OR_RETURN(const EntityId entity, EntityId::from_string(message.entity_id()));
  QCDR_ASSIGN_OR_RETURN(const StageTwoClaim claim, StageTwoClaim::read(message));
  const ClaimVersion version{message.version().generation(), message.version().offset(),
                             message.version().index()};
  if (const FactValue* known =
          facts_.find(FactKind::kSecondStageLayout, layout_subject(kClaimed, entity))) {
    QCDR_ASSIGN_OR_RETURN(const ClaimVersion last, decode_version(*known));
    if (version <= last) return Status::ok();
  }
  dirty_ = true;
  reconciliations_.clear();  // it may tell of pairs that others have, too
  facts_.put(FactKind::kSecondStageLayout, layout_subject(kClaimed, entity),
             encode_version(version));
  if (claim.shared()) {
    facts_.put(FactKind::kStageTwoClaim, entity.bytes(), {claim.encode(), ""});
  } else {
    facts_.erase(FactKind::kStageTwoClaim, entity.bytes());
  }
  for (const TinRow& tin : pairs_.tins()) {
    if (tin.group_entity == entity) touch_tin(tin.ordinal, offset, effects);
  }
  if (claim.level == EntityLevel::kGroup) return Status::ok();
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.entity == entity) touch_pair(pair.ordinal, offset, effects);
  }
  return Status::ok();
}

Result<std::optional<StageTwoClaim>> PracticeLedger::find_claim(const EntityId& entity) const {
  const FactValue* value = facts_.find(FactKind::kStageTwoClaim, entity.bytes());
  if (value == nullptr) return std::optional<StageTwoClaim>();
  QCDR_ASSIGN_OR_RETURN(StageTwoClaim claim, StageTwoClaim::decode(value->canonical));
  return std::optional<StageTwoClaim>(std::move(claim));
}

Result<std::optional<StageTwoClaim>> PracticeLedger::claim(const TinRow& tin) const {
  return find_claim(tin.group_entity);
}

Result<std::optional<StageTwoClaim>> PracticeLedger::claim(const PairRow& pair) const {
  return find_claim(pair.entity);
}

Result<const EntityCounts*> PracticeLedger::with_claimed(const EntityCounts* own,
                                                         const EntityId& entity) {
  QCDR_ASSIGN_OR_RETURN(const auto claim, find_claim(entity));
  if (!claim) return own;
  EntityCounts sum = *own;
  for (std::size_t i = 0; i < kCountClasses; ++i) {
    sum.add(static_cast<CountClass>(i), claim->counts.cases[i]);
  }
  const auto specifications = rules_.year->specifications();
  for (const NamedTally& named : claim->counts.tallies) {
    const auto slot =
        std::find_if(specifications.begin(), specifications.end(), [&](const auto& specification) {
          return specification.measure_id == named.measure_id &&
                 specification.stratum == named.stratum;
        });
    if (slot == specifications.end()) {
      return Status(ErrorCode::kFailedPrecondition,
                    "a claim speaks of a measure that this program does not know");
    }
    sum.add(static_cast<std::size_t>(slot - specifications.begin()), named.count_class,
            named.tally);
  }
  shared_counts_ = std::move(sum);
  return &*shared_counts_;
}

Status PracticeLedger::add_claimed_activities(const EntityId& entity,
                                              scoring::ScoreInput* input) const {
  QCDR_ASSIGN_OR_RETURN(const auto claim, find_claim(entity));
  if (!claim) return Status::ok();
  auto& activities = input->activities;
  for (const std::string& id : claim->activities) {
    const rulebook::Activity* activity = rules_.year->find_activity(id);
    const bool known =
        std::find(activities.begin(), activities.end(), activity) != activities.end();
    if (activity == nullptr || known || activities.size() == activities.capacity()) continue;
    activities.push_back(activity);
  }
  return Status::ok();
}

Result<const EntityCounts*> PracticeLedger::shared_counts(const TinRow& tin) {
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* own, group_counts(tin));
  return with_claimed(own, tin.group_entity);
}

Result<const EntityCounts*> PracticeLedger::shared_counts(const PairRow& pair) {
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* own, individual_counts(pair));
  return with_claimed(own, pair.entity);
}

void PracticeLedger::write_counts(const EntityCounts& counts, ContributionCounts* out) const {
  for (std::size_t i = 0; i < kCountClasses; ++i) {
    out->cases[i] = counts.cases(static_cast<CountClass>(i));
  }
  std::vector<NamedTally> tallies;
  const auto specifications = rules_.year->specifications();
  for (std::size_t slot = 0; slot < counts.measures(); ++slot) {
    for (std::size_t i = 0; i < kCountClasses; ++i) {
      const auto count_class = static_cast<CountClass>(i);
      const MeasureTally& tally = counts.tally(slot, count_class);
      if (tally == MeasureTally()) continue;
      tallies.push_back(
          {specifications[slot].measure_id, specifications[slot].stratum, count_class, tally});
    }
  }
  std::sort(tallies.begin(), tallies.end(), [](const NamedTally& a, const NamedTally& b) {
    return std::tie(a.measure_id, a.stratum, a.count_class) <
           std::tie(b.measure_id, b.stratum, b.count_class);
  });
  out->tallies = std::move(tallies);
}

// Who bills under the TIN: those on the roster, and those that cases name.
Result<std::vector<ContributedClinician>> PracticeLedger::clinicians_of(const TinRow& tin) {
  std::vector<ContributedClinician> clinicians;
  clinicians.reserve(tin.members);
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.tin != tin.ordinal) continue;
    if (!pair.listed) {
      QCDR_ASSIGN_OR_RETURN(const EntityCounts* own, individual_counts(pair));
      if (own->empty()) continue;
    }
    clinicians.push_back({pair.entity, static_cast<std::uint8_t>(pair.known_type())});
  }
  std::sort(clinicians.begin(), clinicians.end());
  if (clinicians.size() > kContributedCliniciansMax) clinicians.resize(kContributedCliniciansMax);
  return clinicians;
}

Result<std::optional<EntityContribution>> PracticeLedger::contribution(const TinRow& tin) {
  EntityContribution made;
  made.level = EntityLevel::kGroup;
  made.year = id_.year;
  QCDR_ASSIGN_OR_RETURN(made.clinicians, clinicians_of(tin));
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, group_counts(tin));
  if (made.clinicians.empty() && counts->empty()) return std::optional<EntityContribution>();
  write_counts(*counts, &made.counts);
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option, reporting_option(tin));
  made.reporting_level = option.in_force.level;
  made.elected = covers_group(option.in_force.level);
  QCDR_ASSIGN_OR_RETURN(const auto attested, activities(tin));
  made.activities = activity_ids(attested);
  QCDR_ASSIGN_OR_RETURN(const Readiness readiness, own_group_readiness(*this, tin));
  made.blocks = own_blocks(readiness);
  return std::optional<EntityContribution>(std::move(made));
}

Result<std::optional<EntityContribution>> PracticeLedger::contribution(const PairRow& pair) {
  EntityContribution made;
  made.level = EntityLevel::kIndividual;
  made.year = id_.year;
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, individual_counts(pair));
  if (!pair.reports_individually() || (!pair.listed && counts->empty())) {
    return std::optional<EntityContribution>();
  }
  write_counts(*counts, &made.counts);
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option,
                        reporting_option(pairs_.tins()[pair.tin]));
  made.reporting_level = option.in_force.level;
  made.elected = covers_individuals(option.in_force.level);
  QCDR_ASSIGN_OR_RETURN(const auto attested, activities(pair));
  made.activities = activity_ids(attested);
  QCDR_ASSIGN_OR_RETURN(const Readiness readiness, own_individual_readiness(*this, pair));
  made.blocks = own_blocks(readiness);
  return std::optional<EntityContribution>(std::move(made));
}

void PracticeLedger::note_contribution(const EntityId& entity, EntityLevel level,
                                       std::optional<EntityContribution> contribution,
                                       std::optional<Offset> cause,
                                       std::vector<ChangedContribution>* changed) {
  const std::string subject = layout_subject(sent_mark(level), entity);
  const FactValue* sent = facts_.find(FactKind::kSecondStageLayout, subject);
  if (!contribution) {
    if (sent == nullptr) return;
    facts_.erase(FactKind::kSecondStageLayout, subject);
  } else {
    const Hash256 digest = sha256(contribution->encode());
    if (sent != nullptr && sent->layout == view(digest) && !contribute_again_) return;
    facts_.put(FactKind::kSecondStageLayout, subject, {"", std::string(view(digest))});
  }
  dirty_ = true;
  changed->push_back({entity, level, std::move(contribution), cause});
}

Status PracticeLedger::for_each_contributed(
    EntityLevel level, const std::function<void(const EntityId&)>& visit) const {
  const char mark = sent_mark(level);
  return facts_.for_each_from(FactKind::kSecondStageLayout, std::string(1, mark),
                              [&](std::string_view subject, const FactValue&) -> Status {
                                visit(EntityId::from_bytes(subject.substr(1).data()));
                                return Status::ok();
                              });
}

// A pair is contributed while the claim of its TIN says that another practice has it too. The claim
// of the pair itself makes no contribution, so this ends.
Status PracticeLedger::take_pair_contributions(const TinRow& tin, std::optional<Offset> cause,
                                               std::vector<ChangedContribution>* changed) {
  QCDR_ASSIGN_OR_RETURN(const auto told, claim(tin));
  std::set<EntityId> shared;
  if (told) shared.insert(told->shared_pairs.begin(), told->shared_pairs.end());
  std::set<EntityId> looked_at = shared;
  QCDR_RETURN_IF_ERROR(for_each_contributed(EntityLevel::kIndividual,
                                            [&](const EntityId& pair) { looked_at.insert(pair); }));
  if (looked_at.empty()) return Status::ok();  // as of nearly every TIN
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.tin != tin.ordinal || !looked_at.contains(pair.entity)) continue;
    std::optional<EntityContribution> made;
    if (shared.contains(pair.entity)) {
      QCDR_ASSIGN_OR_RETURN(made, contribution(pair));
    }
    note_contribution(pair.entity, EntityLevel::kIndividual, std::move(made), cause, changed);
  }
  return Status::ok();
}

Result<std::vector<PracticeLedger::ChangedContribution>> PracticeLedger::take_contributions(
    bool of_all) {
  std::vector<ChangedContribution> changed;
  for (const TinRow& tin : pairs_.tins()) {
    const std::optional<Offset> cause = touched_.cause_of_tin(tin.ordinal);
    if (!of_all && !cause) continue;
    QCDR_ASSIGN_OR_RETURN(auto made, contribution(tin));
    note_contribution(tin.group_entity, EntityLevel::kGroup, std::move(made), cause, &changed);
    QCDR_RETURN_IF_ERROR(take_pair_contributions(tin, cause, &changed));
  }
  QCDR_RETURN_IF_ERROR(take_virtual_group_contributions(&changed));
  contribute_again_ = false;
  return changed;
}

}  // namespace qcdr::ledger
