#include "ledger/entity_ledger.h"

#include "qcdr/v1/contribution.pb.h"

namespace qcdr::ledger {
namespace {

constexpr std::size_t kHashBytes = 32;

ClaimVersion version_of(const v1::EntityContribution& message) {
  return {message.version().generation(), message.version().offset(), message.version().index()};
}

Status corrupt() {
  return Status(ErrorCode::kCorruption, "a row of an entity cannot be decoded");
}

struct RowPlace {
  EntityId entity;
  PracticeId practice;
};

Result<RowPlace> parse_key(std::string_view key) {
  ByteReader reader(key);
  const std::string_view entity = reader.raw(EntityId::kBytes);
  const std::uint32_t practice = reader.big_u32();
  if (!reader.ok() || !reader.at_end()) return corrupt();
  return RowPlace{EntityId::from_bytes(entity.data()), PracticeId(practice)};
}

}  // namespace

std::string EntityLedger::row_key(const EntityId& entity, PracticeId practice) {
  ByteWriter writer;
  writer.raw(entity.bytes());
  writer.big_u32(practice.value());
  return writer.take();
}

std::string EntityLedger::encode(const Contributor& contributor) {
  ByteWriter writer;
  writer.text(contributor.content);
  writer.u16(static_cast<std::uint16_t>(contributor.year.value()));
  writer.u32(contributor.version.generation);
  writer.i64(contributor.version.offset);
  writer.u32(contributor.version.index);
  writer.i64(contributor.received_at.milliseconds());
  writer.raw(view(contributor.told));
  return writer.take();
}

Result<EntityLedger::Contributor> EntityLedger::decode(std::string_view bytes) {
  ByteReader reader(bytes);
  Contributor contributor;
  contributor.content = reader.text();
  contributor.year = PerformanceYear(reader.u16());
  contributor.version.generation = reader.u32();
  contributor.version.offset = reader.i64();
  contributor.version.index = reader.u32();
  contributor.received_at = Instant::from_milliseconds(reader.i64());
  const std::string_view told = reader.raw(kHashBytes);
  if (!reader.ok() || !reader.at_end()) return corrupt();
  std::copy(told.begin(), told.end(), contributor.told.begin());
  return contributor;
}

Hash256 EntityLedger::item(const EntityId& entity, PracticeId practice, std::string_view content) {
  ByteWriter writer;
  writer.reserve(EntityId::kBytes + sizeof(std::uint32_t) + 1 + content.size());
  writer.u8('E');
  writer.raw(entity.bytes());
  writer.big_u32(practice.value());
  writer.raw(content);
  return sha256(writer.bytes());
}

Result<EntityLedger::Contributors*> EntityLedger::entity(const EntityId& id) {
  const auto found = entities_.find(id);
  if (found != entities_.end()) return &found->second;
  Contributors contributors;
  QCDR_RETURN_IF_ERROR(rows_.scan(Family::kFacts, id.bytes(),
                                  [&](std::string_view key, std::string_view value) -> Status {
                                    QCDR_ASSIGN_OR_RETURN(const RowPlace place, parse_key(key));
                                    QCDR_ASSIGN_OR_RETURN(Contributor contributor, decode(value));
                                    contributors.emplace(place.practice, std::move(contributor));
                                    return Status::ok();
                                  }));
  return &entities_.emplace(id, std::move(contributors)).first->second;
}

Status EntityLedger::apply(const v1::EntityContribution& message, Offset offset) {
  QCDR_ASSIGN_OR_RETURN(const EntityId id, EntityId::from_string(message.entity_id()));
  const PracticeId practice(message.practice_id());
  std::string content;
  if (!message.withdrawn()) {
    QCDR_ASSIGN_OR_RETURN(const EntityContribution read, EntityContribution::read(message));
    content = read.encode();
  }
  QCDR_ASSIGN_OR_RETURN(Contributors * contributors, entity(id));
  const auto found = contributors->find(practice);
  if (found == contributors->end() && content.empty()) return Status::ok();
  Contributor& contributor =
      found != contributors->end() ? found->second : (*contributors)[practice];
  if (version_of(message) <= contributor.version) return Status::ok();
  contributor.version = version_of(message);
  contributor.received_at = Instant::from_milliseconds(message.received_at());
  contributor.year = PerformanceYear(message.performance_year());
  contributor.dirty = true;
  dirty_.insert(id);
  if (content == contributor.content) return Status::ok();
  StateDigest unused;
  StateDigest& of_practice = practice_digests_ ? (*practice_digests_)[practice] : unused;
  if (!contributor.content.empty()) {
    const Hash256 before = item(id, practice, contributor.content);
    digest_.subtract(before);
    of_practice.subtract(before);
  }
  if (!content.empty()) {
    const Hash256 now = item(id, practice, content);
    digest_.add(now);
    of_practice.add(now);
  }
  contributor.content = std::move(content);
  touched_[id] = offset;
  return Status::ok();
}

Result<std::map<PracticeId, EntityContribution>> EntityLedger::contributions(const EntityId& id) {
  QCDR_ASSIGN_OR_RETURN(Contributors * contributors, entity(id));
  std::map<PracticeId, EntityContribution> present;
  for (const auto& [practice, contributor] : *contributors) {
    if (contributor.content.empty()) continue;
    QCDR_ASSIGN_OR_RETURN(EntityContribution contribution,
                          EntityContribution::decode(contributor.content));
    present.emplace(practice, std::move(contribution));
  }
  return present;
}

Status EntityLedger::tell(const EntityId& id, Offset cause, std::vector<Told>* told) {
  QCDR_ASSIGN_OR_RETURN(Contributors * contributors, entity(id));
  // Nearly every entity is of one practice, which is told nothing.
  if (contributors->size() == 1) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const auto present, contributions(id));
  Instant received_at;
  for (const auto& [practice, contributor] : *contributors) {
    received_at = std::max(received_at, contributor.received_at);
  }
  for (auto& [practice, contributor] : *contributors) {
    StageTwoClaim claim = claim_for(practice, present);
    const Hash256 digest = claim.shared() ? sha256(claim.encode()) : Hash256{};
    if (digest == contributor.told) continue;
    contributor.told = digest;
    contributor.dirty = true;
    dirty_.insert(id);
    told->push_back({id, practice, contributor.year, std::move(claim), received_at, cause});
  }
  return Status::ok();
}

Result<std::vector<EntityLedger::Told>> EntityLedger::take_claims() {
  std::vector<Told> told;
  for (const auto& [id, cause] : touched_) QCDR_RETURN_IF_ERROR(tell(id, cause, &told));
  touched_.clear();
  return told;
}

void EntityLedger::freeze(RowBatch* batch) {
  QCDR_ASSERT(touched_.empty());
  for (const EntityId& id : dirty_) {
    for (auto& [practice, contributor] : entities_.at(id)) {
      if (!contributor.dirty) continue;
      batch->put(Family::kFacts, row_key(id, practice), encode(contributor));
      contributor.dirty = false;
    }
  }
  dirty_.clear();
}

void EntityLedger::shrink(std::size_t bytes_max) {
  // Entities are small and read back in one look: when there are too many, all clean ones go.
  if (memory_bytes() <= bytes_max) return;
  for (auto it = entities_.begin(); it != entities_.end();) {
    it = dirty_.contains(it->first) ? std::next(it) : entities_.erase(it);
  }
}

Status EntityLedger::for_each(const Visit& visit) const {
  return rows_.scan(Family::kFacts, "",
                    [&](std::string_view key, std::string_view value) -> Status {
                      QCDR_ASSIGN_OR_RETURN(const RowPlace place, parse_key(key));
                      QCDR_ASSIGN_OR_RETURN(const Contributor contributor, decode(value));
                      if (contributor.content.empty()) return Status::ok();
                      QCDR_ASSIGN_OR_RETURN(const EntityContribution contribution,
                                            EntityContribution::decode(contributor.content));
                      return visit(place.entity, place.practice, contribution);
                    });
}

// From the rows, and from what is decoded and may not be written yet.
Status EntityLedger::load_practice_digests() {
  std::map<PracticeId, StateDigest> digests;
  const auto add = [&digests](const EntityId& id, PracticeId practice, const Contributor& each) {
    if (!each.content.empty()) digests[practice].add(item(id, practice, each.content));
  };
  QCDR_RETURN_IF_ERROR(
      rows_.scan(Family::kFacts, "", [&](std::string_view key, std::string_view value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const RowPlace place, parse_key(key));
        if (entities_.contains(place.entity)) return Status::ok();
        QCDR_ASSIGN_OR_RETURN(const Contributor contributor, decode(value));
        add(place.entity, place.practice, contributor);
        return Status::ok();
      }));
  for (const auto& [id, contributors] : entities_) {
    for (const auto& [practice, contributor] : contributors) add(id, practice, contributor);
  }
  practice_digests_ = std::move(digests);
  return Status::ok();
}

Result<StateDigest> EntityLedger::digest_of(const std::function<bool(PracticeId)>& practices) {
  if (!practice_digests_) QCDR_RETURN_IF_ERROR(load_practice_digests());
  StateDigest sum;
  for (const auto& [practice, digest] : *practice_digests_) {
    if (practices(practice)) sum.add(digest);
  }
  return sum;
}

Result<StateDigest> EntityLedger::verify() const {
  StateDigest digest;
  QCDR_RETURN_IF_ERROR(
      for_each([&](const EntityId& id, PracticeId practice, const EntityContribution& stands) {
        digest.add(item(id, practice, stands.encode()));
        return Status::ok();
      }));
  return digest;
}

}  // namespace qcdr::ledger
