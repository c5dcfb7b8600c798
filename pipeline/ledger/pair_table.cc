#include "ledger/pair_table.h"

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

FactValue encode(const TinRow& tin) {
  ByteWriter canonical;
  canonical.text(tin.last_four);
  ByteWriter layout;  // the ciphertext has a random nonce: stored, but not content
  layout.varint(tin.ordinal);
  layout.varint(tin.members);
  layout.text(tin.encrypted);
  return {canonical.take(), layout.take()};
}

bool decode(std::string_view subject, const FactValue& value, TinRow* tin) {
  ByteReader canonical(value.canonical);
  tin->last_four = canonical.text();
  ByteReader layout(value.layout);
  tin->ordinal = static_cast<std::uint32_t>(layout.varint());
  tin->members = static_cast<std::uint32_t>(layout.varint());
  tin->encrypted = layout.text();
  if (subject.size() != TinToken::kBytes) return false;
  tin->token = TinToken::from_bytes(subject.data());
  return canonical.ok() && layout.ok();
}

FactValue encode(const PairRow& pair) {
  ByteWriter canonical;
  canonical.u64(pair.npi.value());
  canonical.u8(pair.listed ? 1 : 0);
  canonical.u8(static_cast<std::uint8_t>(pair.type));
  canonical.u8(static_cast<std::uint8_t>(pair.case_type));
  canonical.signed_varint(pair.start.days());
  canonical.signed_varint(pair.end.days());
  canonical.text(pair.last_name);
  canonical.text(pair.first_name);
  for (const Period& period : pair.more_periods) {
    canonical.signed_varint(period.start.days());
    canonical.signed_varint(period.end.days());
  }
  ByteWriter layout;
  layout.varint(pair.ordinal);
  layout.varint(pair.tin);
  layout.varint(pair.member);
  layout.u8(pair.noted ? 1 : 0);
  return {canonical.take(), layout.take()};
}

bool decode(std::string_view subject, const FactValue& value, PairRow* pair) {
  ByteReader canonical(value.canonical);
  pair->npi = Npi::from_trusted(canonical.u64());
  pair->listed = canonical.u8() != 0;
  pair->type = static_cast<Clinician>(canonical.u8());
  pair->case_type = static_cast<Clinician>(canonical.u8());
  pair->start = LocalDate::from_days(static_cast<std::int32_t>(canonical.signed_varint()));
  pair->end = LocalDate::from_days(static_cast<std::int32_t>(canonical.signed_varint()));
  pair->last_name = canonical.text();
  pair->first_name = canonical.text();
  while (canonical.ok() && !canonical.at_end() && pair->more_periods.size() < kPeriodsPerPairMax) {
    Period period;
    period.start = LocalDate::from_days(static_cast<std::int32_t>(canonical.signed_varint()));
    period.end = LocalDate::from_days(static_cast<std::int32_t>(canonical.signed_varint()));
    pair->more_periods.push_back(period);
  }
  ByteReader layout(value.layout);
  pair->ordinal = static_cast<std::uint32_t>(layout.varint());
  pair->tin = static_cast<std::uint32_t>(layout.varint());
  pair->member = static_cast<std::uint32_t>(layout.varint());
  pair->noted = layout.u8() != 0;
  if (subject.size() != EntityId::kBytes) return false;
  pair->entity = EntityId::from_bytes(subject.data());
  return canonical.ok() && layout.ok();
}

// Puts rows read in order of subject into their places; every place must be filled once.
template <class Row>
Status place(std::vector<Row>* rows, Row row, std::vector<bool>* filled) {
  if (row.ordinal >= filled->size()) filled->resize(row.ordinal + 1);
  if (row.ordinal >= rows->size()) rows->resize(row.ordinal + 1);
  if ((*filled)[row.ordinal]) return Status(ErrorCode::kCorruption, "ordinal is used twice");
  (*filled)[row.ordinal] = true;
  (*rows)[row.ordinal] = std::move(row);
  return Status::ok();
}

template <class Row>
Status load_rows(const FactTable& facts, FactKind kind, std::vector<Row>* rows) {
  std::vector<bool> filled;
  QCDR_RETURN_IF_ERROR(
      facts.for_each(kind, [&](std::string_view subject, const FactValue& value) -> Status {
        Row row;
        if (!decode(subject, value, &row)) {
          return Status(ErrorCode::kCorruption, "TIN or pair cannot be decoded");
        }
        return place(rows, std::move(row), &filled);
      }));
  for (bool place_filled : filled) {
    if (!place_filled) return Status(ErrorCode::kCorruption, "an ordinal is missing");
  }
  return Status::ok();
}

}  // namespace

Status PairTable::load() {
  QCDR_RETURN_IF_ERROR(load_rows(*facts_, FactKind::kTin, &tins_));
  QCDR_RETURN_IF_ERROR(load_rows(*facts_, FactKind::kPair, &pairs_));
  for (TinRow& tin : tins_) {
    tin.group_entity = make_group_entity(entity_key_, id_.year, tin.token);
    tin_ordinals_.emplace(tin.token, tin.ordinal);
  }
  for (const PairRow& pair : pairs_) {
    if (pair.tin >= tins_.size()) return Status(ErrorCode::kCorruption, "pair without TIN");
    const std::uint64_t key = pair_key(pair.tin, pair.npi);
    if (pair_ordinals_.find(key)) return Status(ErrorCode::kCorruption, "pair is there twice");
    pair_ordinals_.insert(key, pair.ordinal);
  }
  return Status::ok();
}

std::optional<std::uint32_t> PairTable::find_tin(const TinToken& token) const {
  const auto found = tin_ordinals_.find(token);
  if (found == tin_ordinals_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint32_t> PairTable::find_pair(std::uint32_t tin, Npi npi) const {
  return pair_ordinals_.find(pair_key(tin, npi));
}

std::uint32_t PairTable::find_or_add_tin(const TinToken& token, std::string_view last_four,
                                         std::string_view encrypted) {
  if (const auto found = find_tin(token)) return *found;
  TinRow tin;
  tin.token = token;
  tin.ordinal = static_cast<std::uint32_t>(tins_.size());
  tin.group_entity = make_group_entity(entity_key_, id_.year, token);
  tin.last_four = last_four;
  tin.encrypted = encrypted;
  store(tin);
  tin_ordinals_.emplace(token, tin.ordinal);
  tins_.push_back(std::move(tin));
  return tins_.back().ordinal;
}

std::uint32_t PairTable::find_or_add_pair(std::uint32_t tin, Npi npi, bool* added) {
  QCDR_ASSERT(tin < tins_.size());
  *added = false;
  if (const auto found = find_pair(tin, npi)) return *found;
  *added = true;
  PairRow pair;
  pair.ordinal = static_cast<std::uint32_t>(pairs_.size());
  pair.tin = tin;
  pair.member = tins_[tin].members++;
  pair.entity = make_individual_entity(entity_key_, id_.year, tins_[tin].token, npi);
  pair.npi = npi;
  store(tins_[tin]);
  store(pair);
  pair_ordinals_.insert(pair_key(tin, npi), pair.ordinal);
  pairs_.push_back(std::move(pair));
  return pairs_.back().ordinal;
}

bool PairTable::note_case_type(std::uint32_t ordinal, Clinician case_type) {
  QCDR_ASSERT(ordinal < pairs_.size());
  PairRow& pair = pairs_[ordinal];
  if (case_type == Clinician::kUnspecified || pair.case_type == case_type) return false;
  pair.case_type = case_type;
  store(pair);
  return true;
}

bool PairTable::set_npi_dates(std::uint32_t ordinal, LocalDate deactivated, LocalDate reactivated) {
  QCDR_ASSERT(ordinal < pairs_.size());
  PairRow& pair = pairs_[ordinal];
  const bool changed = pair.npi_deactivated != deactivated || pair.npi_reactivated != reactivated;
  pair.npi_deactivated = deactivated;
  pair.npi_reactivated = reactivated;
  return changed;
}

void PairTable::set_roster(std::uint32_t ordinal, const PairRow& from_roster) {
  QCDR_ASSERT(ordinal < pairs_.size());
  PairRow& pair = pairs_[ordinal];
  pair.listed = true;
  pair.type = from_roster.type;
  pair.start = from_roster.start;
  pair.end = from_roster.end;
  pair.more_periods = from_roster.more_periods;
  pair.last_name = from_roster.last_name;
  pair.first_name = from_roster.first_name;
  store(pair);
}

void PairTable::clear_roster(std::uint32_t ordinal) {
  QCDR_ASSERT(ordinal < pairs_.size());
  pairs_[ordinal].listed = false;
  pairs_[ordinal].noted = false;
  store(pairs_[ordinal]);
}

void PairTable::note_seen_again(std::uint32_t ordinal) {
  QCDR_ASSERT(ordinal < pairs_.size());
  pairs_[ordinal].noted = true;
  store(pairs_[ordinal]);
}

void PairTable::store(const PairRow& pair) {
  facts_->put(FactKind::kPair, pair.entity.bytes(), encode(pair));
}

void PairTable::store(const TinRow& tin) {
  facts_->put(FactKind::kTin, tin.token.bytes(), encode(tin));
}

}  // namespace qcdr::ledger
