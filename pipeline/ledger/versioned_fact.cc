#include "ledger/versioned_fact.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kInForce = 1;
constexpr std::uint8_t kHeld = 2;
constexpr std::uint8_t kRefused = 4;

void encode_version(const FactVersion& version, ByteWriter* writer) {
  encode_origin(version.origin, writer);
  writer->text(version.content);
}

FactVersion decode_version(ByteReader* reader) {
  FactVersion version;
  version.origin = decode_origin(reader);
  version.content = reader->text();
  return version;
}

}  // namespace

FactValue VersionedFact::encode() const {
  QCDR_ASSERT(!empty());
  ByteWriter writer;
  const int flags = (in_force.present() ? kInForce : 0) | (held.present() ? kHeld : 0) |
                    (held_refused ? kRefused : 0);
  writer.u8(static_cast<std::uint8_t>(flags));
  if (in_force.present()) encode_version(in_force, &writer);
  if (held.present()) encode_version(held, &writer);
  return {writer.take(), ""};
}

Result<VersionedFact> VersionedFact::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  VersionedFact fact;
  const std::uint8_t flags = reader.u8();
  if ((flags & kInForce) != 0) fact.in_force = decode_version(&reader);
  if ((flags & kHeld) != 0) fact.held = decode_version(&reader);
  fact.held_refused = (flags & kRefused) != 0;
  const bool whole = ((flags & kInForce) != 0) == fact.in_force.present() &&
                     ((flags & kHeld) != 0) == fact.held.present() &&
                     (!fact.held_refused || fact.held.present());
  constexpr std::uint8_t kAll = kInForce | kHeld | kRefused;
  if (!reader.ok() || !reader.at_end() || flags == 0 || flags > kAll || !whole) {
    return Status(ErrorCode::kCorruption, "fact with versions cannot be decoded");
  }
  return fact;
}

Taken take_version(VersionedFact* fact, std::string content, bool on_time, const Origin& origin) {
  QCDR_ASSERT(!content.empty());
  const bool same = fact->in_force.content == content;
  if (on_time) {
    if (same && !fact->held.present()) return Taken::kDuplicate;
    if (!same) fact->in_force = {origin, std::move(content)};
    fact->held = FactVersion();
    fact->held_refused = false;
    return Taken::kAccepted;
  }
  // What is in force already needs no holding; but a newer wish takes an older held one's place.
  const std::string& latest = fact->held.present() ? fact->held.content : fact->in_force.content;
  if (latest == content) return Taken::kDuplicate;
  fact->held = {origin, std::move(content)};
  fact->held_refused = false;
  return Taken::kHeld;
}

bool promote(VersionedFact* fact) {
  if (!fact->held.present()) return false;
  fact->in_force = std::exchange(fact->held, FactVersion());
  fact->held_refused = false;
  return true;
}

bool refuse(VersionedFact* fact) {
  if (!fact->waits()) return false;
  fact->held_refused = true;
  return true;
}

}  // namespace qcdr::ledger
