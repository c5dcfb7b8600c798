#include "ledger/count_table.h"

#include <algorithm>

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kShardVersion = 1;

void step(std::uint32_t* value, int sign) {
  QCDR_ASSERT(sign > 0 || *value > 0);
  *value = sign > 0 ? *value + 1 : *value - 1;
}

std::uint16_t shard_of(const CountOwner& owner) {
  if (owner.group) return kGroupShard;
  return static_cast<std::uint16_t>(owner.member / kCliniciansPerShard + 1);
}

std::size_t index_of(const CountOwner& owner) {
  return owner.group ? 0 : owner.member % kCliniciansPerShard;
}

}  // namespace

MeasureTally EntityCounts::counted_tally(std::size_t measure_slot) const {
  MeasureTally sum = tally(measure_slot, CountClass::kOnTime);
  const MeasureTally& late = tally(measure_slot, CountClass::kMilestoneMissed);
  sum.eligible += late.eligible;
  sum.met += late.met;
  sum.not_met += late.not_met;
  sum.exception += late.exception;
  return sum;
}

bool EntityCounts::empty() const {
  return std::all_of(cases_.begin(), cases_.end(), [](std::uint32_t n) { return n == 0; });
}

void EntityCounts::change(CountClass count_class, std::span<const std::uint8_t> outcomes,
                          int sign) {
  const auto class_index = static_cast<std::size_t>(count_class);
  step(&cases_[class_index], sign);
  for (std::uint8_t packed : outcomes) {
    const std::size_t slot = packed >> 3;
    QCDR_ASSERT(slot * kCountClasses < tallies_.size());
    MeasureTally& tally = tallies_[slot * kCountClasses + class_index];
    step(&tally.eligible, sign);
    switch (static_cast<StoredOutcome>(packed & 7)) {
      case StoredOutcome::kMet:
        step(&tally.met, sign);
        break;
      case StoredOutcome::kNotMet:
        step(&tally.not_met, sign);
        break;
      case StoredOutcome::kException:
        step(&tally.exception, sign);
        break;
      case StoredOutcome::kNotReported:
        break;
    }
    QCDR_ASSERT(tally.met + tally.not_met + tally.exception <= tally.eligible);
  }
}

bool operator==(const EntityCounts& a, const EntityCounts& b) {
  return a.cases_ == b.cases_ && a.tallies_ == b.tallies_;
}

void EntityCounts::clear() {
  cases_ = {};
  std::fill(tallies_.begin(), tallies_.end(), MeasureTally());
}

void EntityCounts::add(std::size_t measure_slot, CountClass count_class,
                       const MeasureTally& tally) {
  QCDR_ASSERT(measure_slot < measures());
  MeasureTally& sum =
      tallies_[measure_slot * kCountClasses + static_cast<std::size_t>(count_class)];
  sum.eligible += tally.eligible;
  sum.met += tally.met;
  sum.not_met += tally.not_met;
  sum.exception += tally.exception;
}

void EntityCounts::encode(ByteWriter* writer) const {
  for (std::uint32_t count : cases_) writer->varint(count);
  for (const MeasureTally& tally : tallies_) {
    writer->varint(tally.eligible);
    if (tally.eligible == 0) continue;  // most of them: a year has two dozen slots
    writer->varint(tally.met);
    writer->varint(tally.not_met);
    writer->varint(tally.exception);
  }
}

bool EntityCounts::decode(ByteReader* reader) {
  for (std::uint32_t& count : cases_) count = static_cast<std::uint32_t>(reader->varint());
  for (MeasureTally& tally : tallies_) {
    tally = MeasureTally();
    tally.eligible = static_cast<std::uint32_t>(reader->varint());
    if (tally.eligible == 0) continue;
    tally.met = static_cast<std::uint32_t>(reader->varint());
    tally.not_met = static_cast<std::uint32_t>(reader->varint());
    tally.exception = static_cast<std::uint32_t>(reader->varint());
    if (std::uint64_t{tally.met} + tally.not_met + tally.exception > tally.eligible) return false;
  }
  return reader->ok();
}

Hash256 CountTable::item(const Shard& shard, std::size_t index) const {
  constexpr std::size_t kTypicalBytes = 256;
  ByteWriter writer;
  writer.reserve(kTypicalBytes);
  writer.u8('K');
  writer.raw(practice_year_key(id_));
  writer.raw(shard.tin.bytes());
  writer.raw(shard.ids[index].bytes());
  shard.entities[index].encode(&writer);
  return sha256(writer.bytes());
}

Result<std::unique_ptr<CountTable::Shard>> CountTable::load(const CountOwner& owner,
                                                            std::uint16_t number) {
  auto shard = std::make_unique<Shard>();
  shard->tin = owner.tin;
  shard->number = number;
  const Status corrupt(ErrorCode::kCorruption, "counts cannot be decoded");
  QCDR_ASSIGN_OR_RETURN(auto value, rows_.get(Family::kCounts, count_key(id_, owner.tin, number)));
  if (value) {
    ByteReader reader(*value);
    if (reader.u8() != kShardVersion) return corrupt;
    if (reader.varint() != measures_) return corrupt;
    const std::uint64_t entities = reader.varint();
    if (entities > kCliniciansPerShard) return corrupt;
    for (std::uint64_t i = 0; i < entities; ++i) {
      const auto id = EntityId::from_string(reader.raw(EntityId::kBytes));
      if (!id.is_ok()) return corrupt;
      shard->ids.push_back(id.value());
      shard->entities.emplace_back(measures_);
      if (!shard->entities.back().decode(&reader)) return corrupt;
    }
    if (!reader.ok() || !reader.at_end()) return corrupt;
  }
  memory_bytes_ += sizeof(Shard) + shard->entities.size() * measures_ * 64;
  return shard;
}

Result<EntityCounts*> CountTable::entity(std::uint32_t tin_ordinal, const CountOwner& owner,
                                         Shard** shard) {
  if (tin_ordinal >= tins_.size()) tins_.resize(tin_ordinal + 1);
  Tin& tin = tins_[tin_ordinal];
  const std::uint16_t number = shard_of(owner);
  if (number >= tin.shards.size()) tin.shards.resize(number + 1u);
  if (tin.shards[number] == nullptr) {
    QCDR_ASSIGN_OR_RETURN(tin.shards[number], load(owner, number));
  }
  *shard = tin.shards[number].get();
  const std::size_t index = index_of(owner);
  while ((*shard)->entities.size() <= index) {
    (*shard)->entities.emplace_back(measures_);
    (*shard)->ids.emplace_back();
    memory_bytes_ += measures_ * 64 + sizeof(EntityCounts);
  }
  (*shard)->ids[index] = owner.entity;
  return &(*shard)->entities[index];
}

void CountTable::touch(EntityCounts* counts, Shard* shard, const CountOwner& owner) {
  if (!shard->dirty) {
    shard->dirty = true;
    dirty_.push_back(shard);
  }
  if (counts->dirty_) return;
  if (!counts->empty()) digest_->subtract(item(*shard, index_of(owner)));
  counts->dirty_ = true;
}

Result<const EntityCounts*> CountTable::find(std::uint32_t tin_ordinal, const CountOwner& owner) {
  Shard* shard = nullptr;
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, entity(tin_ordinal, owner, &shard));
  return counts;
}

Status CountTable::change(std::uint32_t tin_ordinal, const CountOwner& owner,
                          CountClass count_class, std::span<const std::uint8_t> outcomes,
                          int sign) {
  Shard* shard = nullptr;
  QCDR_ASSIGN_OR_RETURN(EntityCounts * counts, entity(tin_ordinal, owner, &shard));
  touch(counts, shard, owner);
  counts->change(count_class, outcomes, sign);
  return Status::ok();
}

Status CountTable::clear(std::uint32_t tin_ordinal, const CountOwner& owner) {
  Shard* shard = nullptr;
  QCDR_ASSIGN_OR_RETURN(EntityCounts * counts, entity(tin_ordinal, owner, &shard));
  touch(counts, shard, owner);
  counts->clear();
  return Status::ok();
}

Status CountTable::add_item(std::uint32_t tin_ordinal, const CountOwner& owner,
                            StateDigest* digest) {
  Shard* shard = nullptr;
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, entity(tin_ordinal, owner, &shard));
  if (!counts->empty()) digest->add(item(*shard, index_of(owner)));
  return Status::ok();
}

void CountTable::freeze(RowBatch* batch) {
  for (Shard* shard : dirty_) {
    ByteWriter writer;
    writer.u8(kShardVersion);
    writer.varint(measures_);
    writer.varint(shard->entities.size());
    for (std::size_t i = 0; i < shard->entities.size(); ++i) {
      EntityCounts& counts = shard->entities[i];
      writer.raw(shard->ids[i].bytes());
      counts.encode(&writer);
      if (counts.dirty_ && !counts.empty()) digest_->add(item(*shard, i));
      counts.dirty_ = false;
    }
    batch->put(Family::kCounts, count_key(id_, shard->tin, shard->number), writer.take());
    shard->dirty = false;
  }
  dirty_.clear();
}

}  // namespace qcdr::ledger
