#include "ledger/opt_out.h"

namespace qcdr::ledger {

namespace {

constexpr std::uint8_t kWaits = 1;
constexpr std::uint8_t kRefused = 2;

void clear_revocation(OptOutFact* fact) {
  fact->revocation_held = false;
  fact->revocation_refused = false;
  fact->held_origin = Origin();
}

}  // namespace

FactValue OptOutFact::encode() const {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(state));
  writer.u8(categories);
  writer.u8(reason);
  encode_origin(origin, &writer);
  writer.u8(revocation_held ? kWaits : revocation_refused ? kRefused : 0);
  encode_origin(held_origin, &writer);
  return {writer.take(), ""};
}

Result<OptOutFact> OptOutFact::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  OptOutFact fact;
  const std::uint8_t state = reader.u8();
  fact.categories = reader.u8();
  fact.reason = reader.u8();
  fact.origin = decode_origin(&reader);
  const std::uint8_t revocation = reader.u8();
  fact.revocation_held = revocation == kWaits;
  fact.revocation_refused = revocation == kRefused;
  fact.held_origin = decode_origin(&reader);
  if (!reader.ok() || !reader.at_end() ||
      state > static_cast<std::uint8_t>(OptOutState::kRevoked) || revocation > kRefused) {
    return Status(ErrorCode::kCorruption, "opt-out cannot be decoded");
  }
  fact.state = static_cast<OptOutState>(state);
  return fact;
}

bool file(OptOutFact* fact, std::uint8_t categories, std::uint8_t reason, const Origin& origin) {
  // Filed again after a revocation that came late: what was said last stands, so nothing waits.
  const bool revoked_late = fact->revocation_held || fact->revocation_refused;
  if (fact->filed() && !revoked_late && fact->categories == categories) return false;
  fact->state = OptOutState::kFiled;
  fact->categories = categories;
  fact->reason = reason;
  fact->origin = origin;
  clear_revocation(fact);
  return true;
}

bool revoke(OptOutFact* fact, bool on_time, const Origin& origin) {
  if (!fact->filed()) return false;
  if (on_time) {
    fact->state = OptOutState::kRevoked;
    fact->origin = origin;
    clear_revocation(fact);
    return true;
  }
  if (fact->revocation_held || fact->revocation_refused) return false;
  fact->revocation_held = true;
  fact->held_origin = origin;
  return true;
}

bool promote(OptOutFact* fact) {
  if (!fact->revocation_held && !fact->revocation_refused) return false;
  return revoke(fact, true, fact->held_origin);
}

bool refuse(OptOutFact* fact) {
  if (!fact->revocation_held) return false;
  fact->revocation_held = false;
  fact->revocation_refused = true;
  return true;
}

}  // namespace qcdr::ledger
