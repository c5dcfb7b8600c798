#include "ledger/standing.h"

#include <algorithm>
#include <utility>

namespace qcdr::ledger {

void encode_origin(const Origin& origin, ByteWriter* writer) {
  writer->signed_varint(origin.received_at.milliseconds());
  writer->varint(origin.upload);
  writer->varint(origin.row);
}

Origin decode_origin(ByteReader* reader) {
  Origin origin;
  origin.received_at = Instant::from_milliseconds(reader->signed_varint());
  origin.upload = static_cast<std::uint32_t>(reader->varint());
  origin.row = static_cast<std::uint32_t>(reader->varint());
  return origin;
}

namespace {

void encode_election(const Election& election, ByteWriter* writer) {
  writer->u8(election.level);
  writer->u8(election.pathway);
  encode_origin(election.origin, writer);
}

Election decode_election(ByteReader* reader) {
  Election election;
  election.level = reader->u8();
  election.pathway = reader->u8();
  election.origin = decode_origin(reader);
  return election;
}

void encode_scope(const ConsentScope& scope, ByteWriter* writer) {
  writer->u8(scope.categories);
  writer->signed_varint(scope.from.days());
  writer->signed_varint(scope.to.days());
}

ConsentScope decode_scope(ByteReader* reader) {
  ConsentScope scope;
  scope.categories = reader->u8();
  scope.from = LocalDate::from_days(static_cast<std::int32_t>(reader->signed_varint()));
  scope.to = LocalDate::from_days(static_cast<std::int32_t>(reader->signed_varint()));
  return scope;
}

}  // namespace

std::string_view consent_state_name(ConsentState state) {
  switch (state) {
    case ConsentState::kMissing:
      return "missing";
    case ConsentState::kOnTime:
      return "on time";
    case ConsentState::kHeld:
      return "held";
    case ConsentState::kRevoked:
      return "revoked";
    case ConsentState::kRefused:
      return "refused";
  }
  return "unknown";
}

FactValue Consent::encode() const {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(state));
  encode_origin(origin, &writer);
  if (held || scope != ConsentScope()) encode_scope(scope, &writer);
  if (held) {
    encode_scope(held->scope, &writer);
    encode_origin(held->origin, &writer);
  }
  return {writer.take(), ""};
}

Result<Consent> Consent::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  Consent consent;
  const std::uint8_t state = reader.u8();
  consent.origin = decode_origin(&reader);
  if (reader.ok() && !reader.at_end()) consent.scope = decode_scope(&reader);
  if (reader.ok() && !reader.at_end()) {
    HeldGrant held;
    held.scope = decode_scope(&reader);
    held.origin = decode_origin(&reader);
    consent.held = held;
  }
  if (!reader.ok() || !reader.at_end() ||
      state > static_cast<std::uint8_t>(ConsentState::kRefused)) {
    return Status(ErrorCode::kCorruption, "consent cannot be decoded");
  }
  consent.state = static_cast<ConsentState>(state);
  return consent;
}

namespace {

// What both cover. Categories 0 are all of them.
ConsentScope common_scope(const ConsentScope& a, const ConsentScope& b) {
  ConsentScope both;
  both.categories = a.categories == 0   ? b.categories
                    : b.categories == 0 ? a.categories
                                        : static_cast<std::uint8_t>(a.categories & b.categories);
  if (a.categories != 0 && b.categories != 0 && both.categories == 0) {
    both.categories = 1;  // no category has this bit: nothing in common
  }
  both.from = std::max(a.from, b.from);  // zero, which is open, lies before every date
  both.to = a.to.days() == 0 ? b.to : b.to.days() == 0 ? a.to : std::min(a.to, b.to);
  return both;
}

// A late grant beside one that stands: less at once, more when an officer lets it in.
bool grant_late(Consent* consent, const ConsentScope& scope, const Origin& origin) {
  const ConsentScope both = common_scope(consent->scope, scope);
  const bool narrower = both != consent->scope;
  const bool wider = both != scope;
  const bool known = wider ? consent->held && consent->held->scope == scope : !consent->held;
  if (!narrower && known) return false;
  if (narrower) {
    consent->scope = both;
    consent->origin = origin;
  }
  consent->held.reset();
  if (wider) consent->held = HeldGrant{scope, origin};
  return true;
}

}  // namespace

bool grant(Consent* consent, bool on_time, const ConsentScope& scope, const Origin& origin) {
  if (!on_time && consent->state == ConsentState::kOnTime)
    return grant_late(consent, scope, origin);
  // What waits already, or was refused, is not asked for again by being said again.
  const bool late_already =
      consent->state == ConsentState::kHeld || consent->state == ConsentState::kRefused;
  if (!on_time && late_already && consent->scope == scope) return false;
  const ConsentState state = on_time ? ConsentState::kOnTime : ConsentState::kHeld;
  if (consent->state == state && consent->scope == scope && !consent->held) return false;
  consent->state = state;
  consent->scope = scope;
  consent->origin = origin;
  consent->held.reset();
  return true;
}

bool revoke(Consent* consent, const Origin& origin) {
  if (consent->state == ConsentState::kRevoked) return false;
  consent->state = ConsentState::kRevoked;
  consent->origin = origin;
  consent->held.reset();
  return true;
}

bool promote(Consent* consent) {
  if (consent->held) {
    consent->scope = consent->held->scope;
    consent->origin = consent->held->origin;
    consent->held.reset();
    return true;
  }
  if (consent->state != ConsentState::kHeld && consent->state != ConsentState::kRefused) {
    return false;
  }
  consent->state = ConsentState::kOnTime;
  return true;
}

bool refuse(Consent* consent) {
  if (consent->held) {
    consent->held.reset();
    return true;
  }
  if (consent->state != ConsentState::kHeld) return false;
  consent->state = ConsentState::kRefused;
  return true;
}

FactValue ReportingOptionFact::encode() const {
  ByteWriter writer;
  encode_election(in_force, &writer);
  encode_election(held, &writer);
  if (held_refused || let_in_at_upload != 0) {
    writer.u8(held_refused ? 1 : 0);
    writer.varint(let_in_at_upload);
  }
  return {writer.take(), ""};
}

Result<ReportingOptionFact> ReportingOptionFact::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  ReportingOptionFact fact;
  fact.in_force = decode_election(&reader);
  fact.held = decode_election(&reader);
  if (reader.ok() && !reader.at_end()) {
    fact.held_refused = reader.u8() == 1;
    fact.let_in_at_upload = static_cast<std::uint32_t>(reader.varint());
  }
  if (!reader.ok() || !reader.at_end()) {
    return Status(ErrorCode::kCorruption, "reporting option cannot be decoded");
  }
  return fact;
}

bool take_election(ReportingOptionFact* option, const Election& election, bool on_time) {
  const auto same = [&election](const Election& other) {
    return other.level == election.level && other.pathway == election.pathway;
  };
  if (on_time) {
    if (same(option->in_force) && option->held.level == 0) return false;
    if (!same(option->in_force)) {
      option->in_force = election;
      option->let_in_at_upload = 0;
    }
    option->held = Election();
    option->held_refused = false;
    return true;
  }
  if (same(option->held.level != 0 ? option->held : option->in_force)) return false;
  option->held = election;
  option->held_refused = false;
  return true;
}

bool promote(ReportingOptionFact* option) {
  if (option->held.level == 0) return false;
  option->in_force = std::exchange(option->held, Election());
  option->held_refused = false;
  return true;
}

bool refuse(ReportingOptionFact* option) {
  if (option->waiting_level() == 0) return false;
  option->held_refused = true;
  return true;
}

}  // namespace qcdr::ledger
