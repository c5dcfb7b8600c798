#include "ledger/standing.h"

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

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
  }
  return "unknown";
}

FactValue Consent::encode() const {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(state));
  encode_origin(origin, &writer);
  return {writer.take(), ""};
}

Result<Consent> Consent::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  Consent consent;
  const std::uint8_t state = reader.u8();
  consent.origin = decode_origin(&reader);
  if (!reader.ok() || state > static_cast<std::uint8_t>(ConsentState::kRevoked)) {
    return Status(ErrorCode::kCorruption, "consent cannot be decoded");
  }
  consent.state = static_cast<ConsentState>(state);
  return consent;
}

bool grant(Consent* consent, bool on_time, const Origin& origin) {
  if (consent->state == ConsentState::kOnTime) return false;
  if (!on_time && consent->state == ConsentState::kHeld) return false;
  consent->state = on_time ? ConsentState::kOnTime : ConsentState::kHeld;
  consent->origin = origin;
  return true;
}

bool revoke(Consent* consent, const Origin& origin) {
  if (consent->state == ConsentState::kRevoked) return false;
  consent->state = ConsentState::kRevoked;
  consent->origin = origin;
  return true;
}

FactValue ReportingOptionFact::encode() const {
  ByteWriter writer;
  encode_election(in_force, &writer);
  encode_election(held, &writer);
  return {writer.take(), ""};
}

Result<ReportingOptionFact> ReportingOptionFact::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  ReportingOptionFact fact;
  fact.in_force = decode_election(&reader);
  fact.held = decode_election(&reader);
  if (!reader.ok()) return Status(ErrorCode::kCorruption, "reporting option cannot be decoded");
  return fact;
}

}  // namespace qcdr::ledger
