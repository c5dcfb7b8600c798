#include "ledger/derived_counts.h"

#include <algorithm>

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

std::uint32_t changed(std::uint32_t value, int sign) {
  QCDR_ASSERT(sign > 0 || value > 0);
  return sign > 0 ? value + 1 : value - 1;
}

template <class Row>
Row& at(std::vector<Row>* rows, std::vector<bool>* dirty, std::uint32_t ordinal) {
  if (ordinal >= rows->size()) {
    rows->resize(ordinal + 1);
    dirty->resize(ordinal + 1);
  }
  (*dirty)[ordinal] = true;
  return (*rows)[ordinal];
}

}  // namespace

void DerivedCounts::count_month(std::uint32_t tin, std::uint8_t month, int sign) {
  QCDR_ASSERT(month >= 1 && month <= 12);
  std::uint32_t& cases = at(&months_, &dirty_months_, tin)[month - 1U];
  cases = changed(cases, sign);
}

void DerivedCounts::count_withheld(const PairRow& pair, LocalDate date, int sign) {
  LocalDate first = pair.start;
  LocalDate last = pair.end;
  for (const Period& period : pair.more_periods) {
    first = std::min(first, period.start);  // zero is open and lies before every date
    last = last.days() == 0 || period.end.days() == 0 ? LocalDate() : std::max(last, period.end);
  }
  WithheldCases& withheld = at(&withheld_, &dirty_withheld_, pair.ordinal);
  std::uint32_t& cases = first.days() != 0 && date < first ? withheld.before
                         : last.days() != 0 && last < date ? withheld.after
                                                           : withheld.between;
  cases = changed(cases, sign);
}

void DerivedCounts::count_inactive(std::uint32_t pair, int sign) {
  std::uint32_t& cases = at(&withheld_, &dirty_withheld_, pair).inactive;
  cases = changed(cases, sign);
}

void DerivedCounts::clear_inactive() {
  for (std::uint32_t pair = 0; pair < withheld_.size(); ++pair) {
    if (withheld_[pair].inactive > 0) at(&withheld_, &dirty_withheld_, pair).inactive = 0;
  }
}

void DerivedCounts::clear() {
  for (std::uint32_t tin = 0; tin < months_.size(); ++tin) {
    at(&months_, &dirty_months_, tin) = CasesByMonth();
  }
  for (std::uint32_t pair = 0; pair < withheld_.size(); ++pair) {
    at(&withheld_, &dirty_withheld_, pair) = WithheldCases();
  }
}

const DerivedCounts::CasesByMonth& DerivedCounts::months(std::uint32_t tin) const {
  static constexpr CasesByMonth kNone{};
  return tin < months_.size() ? months_[tin] : kNone;
}

const WithheldCases& DerivedCounts::withheld(std::uint32_t pair) const {
  static constexpr WithheldCases kNone{};
  return pair < withheld_.size() ? withheld_[pair] : kNone;
}

void DerivedCounts::freeze(const PairTable& pairs, FactTable* facts) {
  for (std::uint32_t tin = 0; tin < months_.size(); ++tin) {
    if (!dirty_months_[tin]) continue;
    ByteWriter writer;
    for (const std::uint32_t cases : months_[tin]) writer.varint(cases);
    facts->put(FactKind::kTinMonths, pairs.tins()[tin].token.bytes(), {"", writer.take()});
    dirty_months_[tin] = false;
  }
  for (std::uint32_t pair = 0; pair < withheld_.size(); ++pair) {
    if (!dirty_withheld_[pair]) continue;
    ByteWriter writer;
    writer.varint(withheld_[pair].before);
    writer.varint(withheld_[pair].after);
    writer.varint(withheld_[pair].between);
    writer.varint(withheld_[pair].inactive);
    facts->put(FactKind::kWithheld, pairs.pair(pair).entity.bytes(), {"", writer.take()});
    dirty_withheld_[pair] = false;
  }
}

Status DerivedCounts::load(const FactTable& facts, const PairTable& pairs) {
  const auto read = [](ByteReader* reader) { return static_cast<std::uint32_t>(reader->varint()); };
  const Status corrupt(ErrorCode::kCorruption, "derived counts cannot be decoded");
  for (const TinRow& tin : pairs.tins()) {
    const FactValue* value = facts.find(FactKind::kTinMonths, tin.token.bytes());
    if (value == nullptr) continue;
    ByteReader reader(value->layout);
    for (std::uint32_t& cases : at(&months_, &dirty_months_, tin.ordinal)) cases = read(&reader);
    if (!reader.ok() || !reader.at_end()) return corrupt;
    dirty_months_[tin.ordinal] = false;
  }
  for (const PairRow& pair : pairs.pairs()) {
    const FactValue* value = facts.find(FactKind::kWithheld, pair.entity.bytes());
    if (value == nullptr) continue;
    ByteReader reader(value->layout);
    WithheldCases& withheld = at(&withheld_, &dirty_withheld_, pair.ordinal);
    withheld.before = read(&reader);
    withheld.after = read(&reader);
    withheld.between = read(&reader);
    withheld.inactive = read(&reader);
    if (!reader.ok() || !reader.at_end()) return corrupt;
    dirty_withheld_[pair.ordinal] = false;
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
