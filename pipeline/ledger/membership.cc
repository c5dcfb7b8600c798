#include "ledger/membership.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string Membership::fact_subject(const EntityId& member) const {
  ByteWriter writer;
  writer.raw(member.bytes());
  writer.u8(static_cast<std::uint8_t>(kind));
  writer.text(entity_number);
  return writer.take();
}

std::string Membership::encode() const {
  ByteWriter writer = begin_content();
  writer.u8(belongs ? 1 : 0);
  write_date(from, &writer);
  write_date(to, &writer);
  return writer.take();
}

Result<Membership> Membership::decode(std::string_view fact_subject, std::string_view content) {
  Membership membership;
  ByteReader subject_reader(fact_subject);
  subject_reader.raw(EntityId::kBytes);
  membership.kind = static_cast<MembershipKind>(subject_reader.u8());
  membership.entity_number = subject_reader.text();
  ByteReader reader(content);
  const bool known = reader.u8() == kContentVersion;
  membership.belongs = reader.u8() != 0;
  membership.from = read_date(&reader);
  membership.to = read_date(&reader);
  QCDR_RETURN_IF_ERROR(end_content(reader, known && subject_reader.ok(), "membership"));
  return membership;
}

}  // namespace qcdr::ledger
