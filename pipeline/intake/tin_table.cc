#include "intake/tin_table.h"

#include <cstring>

#include "core/crypto.h"
#include "intake/identity_checks.h"
#include "intake/limits.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kShownDigits = 4;

std::string_view view_of(const Nonce96& nonce) {
  return {reinterpret_cast<const char*>(nonce.data()), nonce.size()};
}

v1::TinEntry make_entry(KeyRing& keys, std::string_view tin) {
  QCDR_ASSERT(check_tin(tin) == TinVerdict::kValid);
  const TinToken token = make_tin_token(keys.token_key(), tin);
  const Nonce96 nonce = keys.fresh_nonce();
  v1::TinEntry entry;
  entry.set_token(std::string(token.bytes()));
  entry.set_encrypted(std::string(view_of(nonce)) +
                      seal(keys.tin_key(), nonce, token.bytes(), tin));
  entry.set_last_four(std::string(tin.substr(tin.size() - kShownDigits)));
  entry.set_test(is_test_tin(tin));
  return entry;
}

}  // namespace

std::uint32_t TinTable::number_of(std::string_view tin, bool* is_new) {
  std::string key(tin);
  const auto found = numbers_.find(key);
  if (is_new != nullptr) *is_new = found == numbers_.end();
  if (found != numbers_.end()) return found->second;
  entries_.push_back(make_entry(keys_, tin));
  const auto number = static_cast<std::uint32_t>(entries_.size());
  numbers_.emplace(std::move(key), number);
  return number;
}

const v1::TinEntry& TinTable::entry(std::uint32_t number) const {
  QCDR_ASSERT(number > 0 && number <= entries_.size());
  return entries_[number - 1];
}

void TinTable::forget_if_full() {
  if (entries_.size() < kMaxTinsCached) return;
  numbers_.clear();
  entries_.clear();
}

Result<std::string> open_tin(const Key256& tin_key, const v1::TinEntry& entry) {
  Nonce96 nonce{};
  if (entry.encrypted().size() <= nonce.size()) {
    return Status(ErrorCode::kCorruption, "encrypted TIN is too short");
  }
  std::memcpy(nonce.data(), entry.encrypted().data(), nonce.size());
  return open_sealed(tin_key, nonce, entry.token(),
                     std::string_view(entry.encrypted()).substr(nonce.size()));
}

}  // namespace qcdr::intake
