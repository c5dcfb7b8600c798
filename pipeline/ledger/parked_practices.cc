#include "ledger/parked_practices.h"

#include "core/bytes.h"
#include "ledger/keys.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kIsParked = 1;
constexpr std::uint8_t kIsReleased = 2;
constexpr std::uint8_t kNoPoison = 0;

std::string row_key(PracticeId practice) {
  ByteWriter subject;
  subject.big_u32(practice.value());
  return fact_key(kOfThePartition, FactKind::kParked, subject.bytes());
}

}  // namespace

std::string ParkedPractices::Parked::canonical() const {
  ByteWriter writer;
  writer.u8(kVersion);
  writer.u8(released ? kIsReleased : kIsParked);
  writer.u8(poison ? static_cast<std::uint8_t>(*poison) : kNoPoison);
  return writer.take();
}

std::string ParkedPractices::item(PracticeId practice, const Parked& parked) {
  ByteWriter writer;
  writer.u8('P');
  writer.big_u32(practice.value());
  writer.raw(parked.canonical());
  return writer.take();
}

Status ParkedPractices::load() {
  if (loaded_) return Status::ok();
  const std::string prefix = fact_key(kOfThePartition, FactKind::kParked, "");
  QCDR_RETURN_IF_ERROR(rows_.scan(
      Family::kFacts, prefix, [&](std::string_view key, std::string_view value) -> Status {
        ByteReader subject(key.substr(prefix.size()));
        const PracticeId practice(subject.big_u32());
        ByteReader reader(value);
        ByteReader canonical(reader.text());
        const std::uint8_t version = canonical.u8();
        const std::uint8_t standing = canonical.u8();
        Parked parked;
        parked.released = standing == kIsReleased;
        const std::uint8_t poison = canonical.u8();
        if (poison != kNoPoison) parked.poison = static_cast<Poison>(poison);
        parked.since = Offset(reader.i64());
        parked.next = reader.varint();
        parked.end = reader.varint();
        if (!subject.ok() || !canonical.ok() || !reader.ok() || version != kVersion ||
            (standing != kIsParked && standing != kIsReleased) || parked.next >= parked.end ||
            (!parked.released && !parked.poison)) {
          return Status(ErrorCode::kCorruption, "the row of a parked practice cannot be decoded");
        }
        parked_.emplace(practice, parked);
        return Status::ok();
      }));
  loaded_ = true;
  return Status::ok();
}

std::vector<PracticeId> ParkedPractices::practices() const {
  std::vector<PracticeId> practices;
  for (const auto& [practice, parked] : parked_) practices.push_back(practice);
  return practices;
}

void ParkedPractices::set(PracticeId practice, const std::optional<Parked>& parked) {
  QCDR_ASSERT(loaded_);
  if (const auto found = parked_.find(practice); found != parked_.end()) {
    digest_->subtract_item(item(practice, found->second));
    parked_.erase(found);
  }
  if (parked) {
    digest_->add_item(item(practice, *parked));
    parked_.emplace(practice, *parked);
  }
  dirty_.insert(practice);
}

ParkedPractices::Turn ParkedPractices::turn(PracticeId practice,
                                            const std::optional<ParkedPlace>& place) const {
  QCDR_ASSERT(loaded_);
  const auto found = parked_.find(practice);
  // What was laid back stands on the log at its own place, too, and was folded or left out there.
  if (found == parked_.end()) return place ? Turn::kPassOver : Turn::kFold;
  if (!place) return Turn::kLayAside;
  const Parked& parked = found->second;
  if (place->since != parked.since || place->number < parked.next || place->number >= parked.end) {
    return Turn::kPassOver;
  }
  return parked.released && place->number == parked.next ? Turn::kFold : Turn::kLayAside;
}

ParkedPlace ParkedPractices::lay_aside(PracticeId practice,
                                       const std::optional<ParkedPlace>& place) {
  if (place) return *place;
  Parked parked = parked_.at(practice);
  const ParkedPlace given{practice, parked.since, parked.end++};
  set(practice, parked);
  return given;
}

std::optional<Poison> ParkedPractices::poison_at(const ParkedPlace& place) const {
  const auto found = parked_.find(place.practice);
  if (found == parked_.end()) return std::nullopt;
  const Parked& parked = found->second;
  const bool is_it = !parked.released && parked.since == place.since && parked.next == place.number;
  return is_it ? parked.poison : std::nullopt;
}

ParkedPlace ParkedPractices::park(PracticeId practice, Poison poison, Offset at) {
  Parked parked;
  if (const auto found = parked_.find(practice); found != parked_.end()) {
    QCDR_ASSERT(found->second.released);
    parked = found->second;
    parked.released = false;
  } else {
    parked.since = at;
    parked.end = 1;
  }
  parked.poison = poison;
  set(practice, parked);
  return {practice, parked.since, parked.next};
}

void ParkedPractices::advance(PracticeId practice, Parked parked) {
  ++parked.next;
  parked.released = true;
  parked.poison.reset();
  if (parked.next == parked.end) {
    set(practice, std::nullopt);
  } else {
    set(practice, parked);
  }
}

void ParkedPractices::folded(PracticeId practice) {
  const Parked parked = parked_.at(practice);
  QCDR_ASSERT(parked.released);
  advance(practice, parked);
}

void ParkedPractices::release(const ParkedPlace& place, bool left_out) {
  const auto found = parked_.find(place.practice);
  if (found == parked_.end() || !found->second.poison || found->second.since != place.since ||
      found->second.next != place.number) {
    return;
  }
  Parked parked = found->second;
  if (left_out) return advance(place.practice, parked);
  parked.released = true;
  set(place.practice, parked);
}

void ParkedPractices::freeze(RowBatch* batch) {
  for (const PracticeId practice : dirty_) {
    const auto found = parked_.find(practice);
    if (found == parked_.end()) {
      batch->erase(Family::kFacts, row_key(practice));
      continue;
    }
    const Parked& parked = found->second;
    ByteWriter writer;
    writer.text(parked.canonical());
    writer.i64(parked.since.value());
    writer.varint(parked.next);
    writer.varint(parked.end);
    batch->put(Family::kFacts, row_key(practice), writer.take());
  }
  dirty_.clear();
}

void ParkedPractices::add_items(StateDigest* digest) const {
  QCDR_ASSERT(loaded_);
  for (const auto& [practice, parked] : parked_) digest->add_item(item(practice, parked));
}

}  // namespace qcdr::ledger
