#include "ledger/fact_table.h"

#include <algorithm>
#include <array>

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

std::string map_key(FactKind kind, std::string_view subject) {
  std::string key(1, static_cast<char>(kind));
  key.append(subject);
  return key;
}

// A key for looking up, without an allocation for the subjects that there are.
class LookUpKey {
 public:
  LookUpKey(FactKind kind, std::string_view subject) {
    if (subject.size() + 1 > buffer_.size()) {
      long_ = map_key(kind, subject);
      return;
    }
    buffer_[0] = static_cast<char>(kind);
    std::copy(subject.begin(), subject.end(), buffer_.begin() + 1);
    size_ = subject.size() + 1;
  }
  std::string_view view() const {
    return size_ == 0 ? std::string_view(long_) : std::string_view(buffer_.data(), size_);
  }

 private:
  std::array<char, 80> buffer_;
  std::size_t size_ = 0;
  std::string long_;
};

// Layout is not content: it never enters the digest.
bool counts(const std::string& key) {
  switch (static_cast<FactKind>(key.front())) {
    case FactKind::kLayout:
    case FactKind::kForgotten:
    case FactKind::kTinMonths:
    case FactKind::kWithheld:
    case FactKind::kRecordIndex:
    case FactKind::kSecondStageLayout:
      return false;
    default:
      return true;
  }
}

std::size_t size_of(const std::string& key, const FactValue& value) {
  constexpr std::size_t kNodeBytes = 96;
  return key.size() + value.canonical.size() + value.layout.size() + kNodeBytes;
}

}  // namespace

Hash256 FactTable::item(const std::string& key, const FactValue& value) const {
  ByteWriter writer;
  writer.u8('F');
  writer.raw(practice_year_key(id_));
  writer.text(key);
  writer.raw(value.canonical);
  return sha256(writer.bytes());
}

Status FactTable::load(const RowReader& rows) {
  return rows.scan(Family::kFacts, practice_year_key(id_),
                   [this](std::string_view key, std::string_view bytes) -> Status {
                     key.remove_prefix(kPracticeYearKeyBytes);
                     ByteReader reader(bytes);
                     FactValue value;
                     value.canonical = reader.text();
                     value.layout = reader.raw(reader.remaining());
                     if (!reader.ok() || key.empty()) {
                       return Status(ErrorCode::kCorruption, "fact row cannot be decoded");
                     }
                     memory_bytes_ += size_of(std::string(key), value);
                     ++kinds_[static_cast<std::uint8_t>(key.front())];
                     values_.emplace(key, std::move(value));
                     return Status::ok();
                   });
}

void FactTable::put(FactKind kind, std::string_view subject, const FactValue& value) {
  std::string key = map_key(kind, subject);
  const auto found = values_.find(key);
  if (counts(key)) {
    if (found != values_.end()) digest_->subtract(item(key, found->second));
    digest_->add(item(key, value));
  }
  dirty_bytes_ += size_of(key, value);
  memory_bytes_ += size_of(key, value);
  dirty_.insert(key);
  if (found != values_.end()) {
    memory_bytes_ -= size_of(key, found->second);
    found->second = value;
  } else {
    ++kinds_[static_cast<std::uint8_t>(kind)];
    values_.emplace(std::move(key), value);
  }
}

void FactTable::erase(FactKind kind, std::string_view subject) {
  std::string key = map_key(kind, subject);
  const auto found = values_.find(key);
  if (found == values_.end()) return;
  if (counts(key)) digest_->subtract(item(key, found->second));
  memory_bytes_ -= size_of(key, found->second);
  --kinds_[static_cast<std::uint8_t>(kind)];
  values_.erase(found);
  dirty_bytes_ += key.size();
  dirty_.insert(std::move(key));
}

const FactValue* FactTable::find(FactKind kind, std::string_view subject) const {
  if (kinds_[static_cast<std::uint8_t>(kind)] == 0) return nullptr;
  const auto found = values_.find(LookUpKey(kind, subject).view());
  return found == values_.end() ? nullptr : &found->second;
}

Status FactTable::for_each_from(FactKind kind, std::string_view prefix, const Visit& visit) const {
  if (kinds_[static_cast<std::uint8_t>(kind)] == 0) return Status::ok();
  const LookUpKey key(kind, prefix);
  const std::string_view first = key.view();
  for (auto it = values_.lower_bound(first); it != values_.end(); ++it) {
    if (!it->first.starts_with(first)) break;
    QCDR_RETURN_IF_ERROR(visit(std::string_view(it->first).substr(1), it->second));
  }
  return Status::ok();
}

void FactTable::add_items(StateDigest* digest) const {
  for (const auto& [key, value] : values_) {
    if (counts(key)) digest->add(item(key, value));
  }
}

void FactTable::freeze(RowBatch* batch) {
  for (const std::string& key : dirty_) {
    std::string row_key = practice_year_key(id_) + key;
    const auto found = values_.find(key);
    if (found == values_.end()) {
      batch->erase(Family::kFacts, std::move(row_key));
      continue;
    }
    ByteWriter writer;
    writer.text(found->second.canonical);
    writer.raw(found->second.layout);
    batch->put(Family::kFacts, std::move(row_key), writer.take());
  }
  dirty_.clear();
  dirty_bytes_ = 0;
}

}  // namespace qcdr::ledger
