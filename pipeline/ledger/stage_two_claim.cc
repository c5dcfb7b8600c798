#include "ledger/stage_two_claim.h"

#include <algorithm>
#include <set>

#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kVersion = 1;

Status malformed() {
  return Status(ErrorCode::kCorruption, "a claim of the second stage cannot be read");
}

template <class T, class Less = std::less<>>
bool ascends(const std::vector<T>& values, Less less = {}) {
  return std::adjacent_find(values.begin(), values.end(),
                            [&](const T& a, const T& b) { return !less(a, b); }) == values.end();
}

bool is_sound(const StageTwoClaim& claim) {
  for (const ClaimingPractice& other : claim.others) {
    if (other.blocks.size() > kContributedBlocksMax || !ascends(other.blocks)) return false;
  }
  const auto by_practice = [](const ClaimingPractice& a, const ClaimingPractice& b) {
    return a.practice < b.practice;
  };
  return claim.others.size() <= kClaimingPracticesMax && ascends(claim.others, by_practice) &&
         claim.activities.size() <= kContributedActivitiesMax && ascends(claim.activities) &&
         ascends(claim.clinician_types) && ascends(claim.shared_pairs) &&
         claim.shared_pairs.size() <= kContributedCliniciansMax;
}

void encode_other(const ClaimingPractice& other, ByteWriter* writer) {
  writer->varint(other.practice.value());
  writer->u8(other.elected ? 1 : 0);
  writer->u8(other.reporting_level);
  writer->varint(other.blocks.size());
  for (const ContributedBlock& block : other.blocks) {
    writer->varint(block.reason);
    writer->u8(block.encode_flags());
  }
}

Result<ClaimingPractice> decode_other(ByteReader* reader) {
  ClaimingPractice other;
  other.practice = PracticeId(static_cast<std::uint32_t>(reader->varint()));
  other.elected = reader->u8() != 0;
  other.reporting_level = reader->u8();
  const std::uint64_t blocks = reader->varint();
  if (blocks > kContributedBlocksMax) return malformed();
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const auto reason = static_cast<std::uint32_t>(reader->varint());
    other.blocks.push_back(ContributedBlock::decode(reason, reader->u8()));
  }
  return other;
}

// Blocks stand in the message beside the practices, each with the practice that causes it.
Status read_blocks(const v1::StageTwoClaim& message, StageTwoClaim* claim) {
  for (const v1::Blocker& block : message.blocks()) {
    const auto other = std::find_if(claim->others.begin(), claim->others.end(),
                                    [&](const ClaimingPractice& candidate) {
                                      return candidate.practice.value() == block.practice_id();
                                    });
    if (other == claim->others.end()) return malformed();
    other->blocks.push_back(ContributedBlock::read(block));
  }
  return Status::ok();
}

// What the others have of clinicians: those that are this practice's too are its own business, the
// rest is a number and types.
void add_clinicians(const EntityContribution& own, const EntityContribution& other,
                    std::set<EntityId>* theirs, std::set<std::uint8_t>* types,
                    std::set<EntityId>* shared) {
  auto mine = own.clinicians.begin();
  for (const ContributedClinician& clinician : other.clinicians) {
    while (mine != own.clinicians.end() && mine->entity < clinician.entity) ++mine;
    if (mine != own.clinicians.end() && mine->entity == clinician.entity) {
      shared->insert(clinician.entity);
      continue;
    }
    theirs->insert(clinician.entity);
    types->insert(clinician.type);
  }
}

}  // namespace

StageTwoClaim claim_for(PracticeId practice,
                        const std::map<PracticeId, EntityContribution>& contributions) {
  StageTwoClaim claim;
  const auto own = contributions.find(practice);
  if (own == contributions.end()) return claim;
  claim.level = own->second.level;
  std::set<EntityId> theirs;
  std::set<EntityId> shared;
  std::set<std::uint8_t> types;
  std::set<std::string> activities;
  for (const auto& [id, contribution] : contributions) {
    if (id == practice || claim.others.size() == kClaimingPracticesMax) continue;
    claim.others.push_back(
        {id, contribution.elected, contribution.reporting_level, contribution.blocks});
    claim.counts.add(contribution.counts);
    claim.share.add(contribution.share);
    activities.insert(contribution.activities.begin(), contribution.activities.end());
    add_clinicians(own->second, contribution, &theirs, &types, &shared);
  }
  for (const std::string& activity : activities) {
    if (claim.activities.size() < kContributedActivitiesMax) claim.activities.push_back(activity);
  }
  claim.clinicians = static_cast<std::uint32_t>(theirs.size());
  claim.clinician_types.assign(types.begin(), types.end());
  claim.shared_pairs.assign(shared.begin(), shared.end());
  return claim;
}

std::string StageTwoClaim::encode() const {
  QCDR_ASSERT(is_sound(*this));
  ByteWriter writer;
  writer.u8(kVersion);
  writer.u8(static_cast<std::uint8_t>(level));
  writer.varint(others.size());
  for (const ClaimingPractice& other : others) encode_other(other, &writer);
  counts.encode(&writer);
  writer.varint(activities.size());
  for (const std::string& activity : activities) writer.text(activity);
  writer.varint(clinicians);
  writer.varint(clinician_types.size());
  for (std::uint8_t type : clinician_types) writer.u8(type);
  writer.varint(shared_pairs.size());
  for (const EntityId& pair : shared_pairs) writer.raw(pair.bytes());
  if (level == EntityLevel::kVirtualGroup) share.encode(&writer);
  return writer.take();
}

Result<StageTwoClaim> StageTwoClaim::decode(std::string_view bytes) {
  ByteReader reader(bytes);
  StageTwoClaim read;
  if (reader.u8() != kVersion) return malformed();
  read.level = static_cast<EntityLevel>(reader.u8());
  const std::uint64_t others = reader.varint();
  if (others > kClaimingPracticesMax) return malformed();
  for (std::uint64_t i = 0; i < others; ++i) {
    QCDR_ASSIGN_OR_RETURN(ClaimingPractice other, decode_other(&reader));
    read.others.push_back(std::move(other));
  }
  QCDR_ASSIGN_OR_RETURN(read.counts, ContributionCounts::decode(&reader));
  const std::uint64_t activities = reader.varint();
  if (activities > kContributedActivitiesMax) return malformed();
  for (std::uint64_t i = 0; i < activities; ++i) read.activities.emplace_back(reader.text());
  read.clinicians = static_cast<std::uint32_t>(reader.varint());
  const std::string_view types = reader.text();
  for (char type : types) read.clinician_types.push_back(static_cast<std::uint8_t>(type));
  const std::uint64_t pairs = reader.varint();
  if (pairs > kContributedCliniciansMax) return malformed();
  for (std::uint64_t i = 0; i < pairs; ++i) {
    const std::string_view pair = reader.raw(EntityId::kBytes);
    if (!reader.ok()) return malformed();
    read.shared_pairs.push_back(EntityId::from_bytes(pair.data()));
  }
  if (read.level == EntityLevel::kVirtualGroup) {
    QCDR_ASSIGN_OR_RETURN(read.share, VirtualGroupShare::decode(&reader));
  }
  if (!reader.ok() || !reader.at_end() || !is_sound(read)) return malformed();
  return read;
}

void StageTwoClaim::write(v1::StageTwoClaim* message) const {
  message->set_entity_kind(static_cast<v1::EntityKind>(level));
  if (level != EntityLevel::kUnspecified) message->add_claimed_by(message->practice_id());
  for (const ClaimingPractice& other : others) {
    message->add_claimed_by(other.practice.value());
    v1::ClaimingPractice* out = message->add_others();
    out->set_practice_id(other.practice.value());
    out->set_elected(other.elected);
    out->set_reporting_level(other.reporting_level);
    out->set_ready(std::none_of(other.blocks.begin(), other.blocks.end(),
                                [](const auto& block) { return block.categories == 0; }));
    for (const ContributedBlock& block : other.blocks) {
      v1::Blocker* blocker = message->add_blocks();
      block.write(blocker);
      blocker->set_practice_id(other.practice.value());
    }
  }
  std::sort(message->mutable_claimed_by()->begin(), message->mutable_claimed_by()->end());
  counts.write(message->mutable_other_counts(), message->mutable_other_cases());
  for (const std::string& activity : activities) message->add_other_activities(activity);
  message->set_other_clinicians(clinicians);
  for (std::uint8_t type : clinician_types) message->add_other_clinician_types(type);
  for (const EntityId& pair : shared_pairs) {
    message->add_shared_pairs(pair.bytes().data(), EntityId::kBytes);
  }
  if (level == EntityLevel::kVirtualGroup && shared()) share.write(message->mutable_other_share());
}

Result<StageTwoClaim> StageTwoClaim::read(const v1::StageTwoClaim& message) {
  StageTwoClaim read;
  read.level = static_cast<EntityLevel>(message.entity_kind());
  for (const v1::ClaimingPractice& other : message.others()) {
    if (other.reporting_level() > 0xff) return malformed();
    read.others.push_back({PracticeId(other.practice_id()),
                           other.elected(),
                           static_cast<std::uint8_t>(other.reporting_level()),
                           {}});
  }
  QCDR_RETURN_IF_ERROR(read_blocks(message, &read));
  QCDR_ASSIGN_OR_RETURN(read.counts,
                        ContributionCounts::read(message.other_counts(), message.other_cases()));
  read.activities.assign(message.other_activities().begin(), message.other_activities().end());
  read.clinicians = message.other_clinicians();
  for (std::uint32_t type : message.other_clinician_types()) {
    if (type > 0xff) return malformed();
    read.clinician_types.push_back(static_cast<std::uint8_t>(type));
  }
  for (const std::string& bytes : message.shared_pairs()) {
    QCDR_ASSIGN_OR_RETURN(const EntityId pair, EntityId::from_string(bytes));
    read.shared_pairs.push_back(pair);
  }
  if (read.level == EntityLevel::kVirtualGroup) {
    QCDR_ASSIGN_OR_RETURN(read.share, VirtualGroupShare::read(message.other_share()));
  }
  if (!is_sound(read)) return malformed();
  return read;
}

}  // namespace qcdr::ledger
