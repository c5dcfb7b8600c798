#include "common/sealed_rows.h"

#include "core/bytes.h"

namespace qcdr {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kCachedKeysMax = 4096;

bool is_sealed(Family family, std::string_view key) {
  if (family != Family::kFacts || key.size() <= ledger::kPracticeYearKeyBytes) return false;
  const char kind = key[ledger::kPracticeYearKeyBytes];
  return kind != static_cast<char>(ledger::FactKind::kLayout) &&
         kind != static_cast<char>(ledger::FactKind::kParked) &&
         kind != static_cast<char>(ledger::FactKind::kNpiRegistry) &&
         kind != static_cast<char>(ledger::FactKind::kAuditChain) &&
         kind != static_cast<char>(ledger::FactKind::kForgotten);
}

}  // namespace

Result<std::string> SealedRows::open_value(std::string_view key, std::string_view value) const {
  QCDR_ASSIGN_OR_RETURN(const ledger::PracticeYear id, ledger::parse_practice_year_key(key));
  ByteReader reader(value);
  const std::uint8_t version = reader.u8();
  const std::string key_id(reader.text());
  const std::string_view nonce_bytes = reader.raw(Nonce96().size());
  if (!reader.ok() || version != kVersion) {
    return Status(ErrorCode::kCorruption, "sealed fact cannot be decoded");
  }
  const auto name = std::make_pair(id, key_id);
  auto found = opened_.find(name);
  if (found == opened_.end()) {
    QCDR_ASSIGN_OR_RETURN(const DataKey data_key, keys_.data_key(id.practice, id.year, key_id));
    if (opened_.size() >= kCachedKeysMax) opened_.clear();
    found = opened_.emplace(name, data_key.key).first;
  }
  Nonce96 nonce;
  std::copy(nonce_bytes.begin(), nonce_bytes.end(), nonce.begin());
  return open_sealed(found->second, nonce, key, reader.raw(reader.remaining()));
}

Result<std::string> SealedRows::seal_value(std::string_view key, std::string_view value) const {
  QCDR_ASSIGN_OR_RETURN(const ledger::PracticeYear id, ledger::parse_practice_year_key(key));
  auto found = current_.find(id);
  if (found == current_.end()) {
    QCDR_ASSIGN_OR_RETURN(const DataKey data_key, keys_.current_data_key(id.practice, id.year));
    if (current_.size() >= kCachedKeysMax) current_.clear();
    found = current_.emplace(id, data_key).first;
  }
  const Nonce96 nonce = keys_.fresh_nonce();
  ByteWriter writer;
  writer.u8(kVersion);
  writer.text(found->second.id);
  writer.raw(nonce.data(), nonce.size());
  writer.raw(seal(found->second.key, nonce, key, value));
  return writer.take();
}

Result<std::optional<std::string>> SealedRows::get(Family family, std::string_view key) const {
  QCDR_ASSIGN_OR_RETURN(auto value, store_.get(family, key));
  if (!value || !is_sealed(family, key)) return value;
  QCDR_ASSIGN_OR_RETURN(std::string opened, open_value(key, *value));
  return std::optional<std::string>(std::move(opened));
}

Status SealedRows::scan(Family family, std::string_view prefix, const Visit& visit) const {
  return store_.scan(family, prefix, [&](std::string_view key, std::string_view value) -> Status {
    if (!is_sealed(family, key)) return visit(key, value);
    QCDR_ASSIGN_OR_RETURN(const std::string opened, open_value(key, value));
    return visit(key, opened);
  });
}

Status SealedRows::scan_keys(Family family, std::string_view prefix, const VisitKey& visit) const {
  return store_.scan_keys(family, prefix, visit);
}

void SealedRows::forget(ledger::PracticeYear id) {
  std::erase_if(opened_, [&](const auto& entry) { return entry.first.first == id; });
  current_.erase(id);
}

Result<RowBatch> SealedRows::seal_batch(RowBatch batch) const {
  RowBatch sealed;
  for (RowBatch::Row& row : batch.take_rows()) {
    if (!row.value) {
      sealed.erase(row.family, std::move(row.key));
    } else if (!is_sealed(row.family, row.key)) {
      sealed.put(row.family, std::move(row.key), std::move(*row.value));
    } else {
      QCDR_ASSIGN_OR_RETURN(std::string value, seal_value(row.key, *row.value));
      sealed.put(row.family, std::move(row.key), std::move(value));
    }
  }
  return sealed;
}

}  // namespace qcdr
