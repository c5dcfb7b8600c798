#include "ledger/opt_out.h"

#include <utility>

namespace qcdr::ledger {

namespace {

constexpr std::uint8_t kWaits = 1;
constexpr std::uint8_t kRefused = 2;

void clear_revocation(OptOutFact* fact) {
  fact->revocation_held = false;
  fact->revocation_refused = false;
  fact->held_categories = 0;
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
  if (since != origin || held_categories != 0) encode_origin(since, &writer);
  if (held_categories != 0) writer.u8(held_categories);
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
  fact.since = reader.ok() && !reader.at_end() ? decode_origin(&reader) : fact.origin;
  if (reader.ok() && !reader.at_end()) fact.held_categories = reader.u8();
  if (!reader.ok() || !reader.at_end() ||
      state > static_cast<std::uint8_t>(OptOutState::kRevoked) || revocation > kRefused) {
    return Status(ErrorCode::kCorruption, "opt-out cannot be decoded");
  }
  fact.state = static_cast<OptOutState>(state);
  return fact;
}

bool file(OptOutFact* fact, CategoryBits categories, std::uint8_t reason, const Origin& origin) {
  if (fact->filed() && categories != 0) {
    categories =
        fact->categories == 0 ? 0 : static_cast<CategoryBits>(fact->categories | categories);
  }
  // Filed again after a revocation that came late: what was said last stands, so nothing waits.
  const bool revoked_late = fact->revocation_held || fact->revocation_refused;
  if (fact->filed() && !revoked_late && fact->categories == categories) return false;
  if (!fact->filed()) fact->since = origin;
  fact->state = OptOutState::kFiled;
  fact->categories = categories;
  fact->reason = reason;
  fact->origin = origin;
  clear_revocation(fact);
  return true;
}

bool revoke(OptOutFact* fact, bool on_time, CategoryBits categories, const Origin& origin) {
  if (!fact->filed()) return false;
  const CategoryBits standing = sent_categories(fact->categories);
  const auto rest = static_cast<CategoryBits>(standing & ~sent_categories(categories));
  if (categories != 0 && rest == standing) return false;
  if (on_time) {
    if (rest == 0) {
      fact->state = OptOutState::kRevoked;
      fact->since = origin;
    } else {
      fact->categories = rest;
    }
    fact->origin = origin;
    clear_revocation(fact);
    return true;
  }
  const bool late_already = fact->revocation_held || fact->revocation_refused;
  if (late_already && fact->held_categories == categories) return false;
  fact->revocation_refused = false;
  fact->revocation_held = true;
  fact->held_categories = categories;
  fact->held_origin = origin;
  return true;
}

bool withdraw_revocation(OptOutFact* fact) {
  if (!fact->revocation_held && !fact->revocation_refused) return false;
  clear_revocation(fact);
  return true;
}

bool promote(OptOutFact* fact) {
  if (!fact->revocation_held && !fact->revocation_refused) return false;
  return revoke(fact, true, fact->held_categories, fact->held_origin);
}

bool stood_when_elected(const OptOutFact& fact, const ReportingOptionFact& option) {
  if (!fact.filed()) return false;
  const auto place = [](const Origin& origin) {
    return std::pair(origin.received_at, origin.upload);
  };
  return place(fact.since) < place(option.in_force.origin) ||
         fact.since.upload < option.let_in_at_upload;
}

bool refuse(OptOutFact* fact) {
  if (!fact->revocation_held) return false;
  fact->revocation_held = false;
  fact->revocation_refused = true;
  return true;
}

}  // namespace qcdr::ledger
