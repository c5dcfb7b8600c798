#include "ledger/opt_out.h"

namespace qcdr::ledger {

FactValue OptOutFact::encode() const {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(state));
  writer.u8(categories);
  writer.u8(reason);
  encode_origin(origin, &writer);
  writer.u8(revocation_held ? 1 : 0);
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
  fact.revocation_held = reader.u8() != 0;
  fact.held_origin = decode_origin(&reader);
  if (!reader.ok() || !reader.at_end() ||
      state > static_cast<std::uint8_t>(OptOutState::kRevoked)) {
    return Status(ErrorCode::kCorruption, "opt-out cannot be decoded");
  }
  fact.state = static_cast<OptOutState>(state);
  return fact;
}

bool file(OptOutFact* fact, std::uint8_t categories, std::uint8_t reason, const Origin& origin) {
  // Filed again after a revocation that is held: what was said last stands, so nothing waits.
  if (fact->filed() && !fact->revocation_held && fact->categories == categories) return false;
  fact->state = OptOutState::kFiled;
  fact->categories = categories;
  fact->reason = reason;
  fact->origin = origin;
  fact->revocation_held = false;
  fact->held_origin = Origin();
  return true;
}

bool revoke(OptOutFact* fact, bool on_time, const Origin& origin) {
  if (!fact->filed()) return false;
  if (on_time) {
    fact->state = OptOutState::kRevoked;
    fact->origin = origin;
    fact->revocation_held = false;
    fact->held_origin = Origin();
    return true;
  }
  if (fact->revocation_held) return false;
  fact->revocation_held = true;
  fact->held_origin = origin;
  return true;
}

bool promote(OptOutFact* fact) {
  if (!fact->revocation_held) return false;
  return revoke(fact, true, fact->held_origin);
}

}  // namespace qcdr::ledger
