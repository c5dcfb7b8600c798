#include "ledger/eligibility.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string_view eligibility_status_name(EligibilityStatus status) {
  switch (status) {
    case EligibilityStatus::kUnknown:
      return "unknown";
    case EligibilityStatus::kRequired:
      return "required";
    case EligibilityStatus::kOptInEligible:
      return "optInEligible";
    case EligibilityStatus::kOptedIn:
      return "optedIn";
    case EligibilityStatus::kVoluntary:
      return "voluntary";
    case EligibilityStatus::kGroupOnly:
      return "groupOnly";
    case EligibilityStatus::kQp:
      return "qp";
    case EligibilityStatus::kPartialQp:
      return "partialQp";
    case EligibilityStatus::kNewMedicare:
      return "newMedicare";
    case EligibilityStatus::kNotEligibleType:
      return "notEligibleType";
    case EligibilityStatus::kJoinedAfterSeptember30:
      return "joinedAfterSep30";
    case EligibilityStatus::kNotRequired:
      return "notRequired";
  }
  return "unknown";
}

std::string eligibility_subject(const EntityId& entity, LocalDate list_date, std::uint8_t segment) {
  ByteWriter writer;
  writer.raw(entity.bytes());
  writer.big_u32(static_cast<std::uint32_t>(list_date.days()));
  writer.u8(segment);
  return writer.take();
}

bool read_eligibility_subject(std::string_view subject, EligibilityEntry* entry) {
  ByteReader reader(subject);
  reader.raw(EntityId::kBytes);
  entry->list_date = LocalDate::from_days(static_cast<std::int32_t>(reader.big_u32()));
  entry->segment = reader.u8();
  return reader.ok() && reader.at_end();
}

std::string EligibilityEntry::encode() const {
  ByteWriter writer = begin_content();
  writer.u8(static_cast<std::uint8_t>(status));
  writer.u16(yes);
  writer.u16(no);
  writer.varint(group_size);
  writer.u8(complex_patient_bonus ? 1 : 0);
  if (complex_patient_bonus) writer.signed_varint(*complex_patient_bonus);
  return writer.take();
}

Result<EligibilityEntry> EligibilityEntry::decode(std::string_view content) {
  ByteReader reader(content);
  EligibilityEntry entry;
  const bool known = reader.u8() == kContentVersion;
  const std::uint8_t status = reader.u8();
  entry.yes = reader.u16();
  entry.no = reader.u16();
  entry.group_size = read_number(&reader);
  if (reader.u8() != 0) entry.complex_patient_bonus = reader.signed_varint();
  const bool valid = status <= static_cast<std::uint8_t>(EligibilityStatus::kNotRequired);
  QCDR_RETURN_IF_ERROR(end_content(reader, known && valid, "eligibility"));
  entry.status = static_cast<EligibilityStatus>(status);
  return entry;
}

Tristate Eligibility::special(SpecialStatusKind kind) const {
  const auto bit = static_cast<unsigned>(kind);
  if ((yes >> bit & 1U) != 0) return Tristate::kYes;
  return (no >> bit & 1U) != 0 ? Tristate::kNo : Tristate::kUnknown;
}

Tristate Eligibility::adjustment_applies() const {
  switch (status) {
    case EligibilityStatus::kRequired:
    case EligibilityStatus::kOptedIn:
      return Tristate::kYes;
    case EligibilityStatus::kUnknown:
      return Tristate::kUnknown;
    case EligibilityStatus::kOptInEligible:
    case EligibilityStatus::kVoluntary:
    case EligibilityStatus::kQp:
    case EligibilityStatus::kNewMedicare:
    case EligibilityStatus::kNotEligibleType:
    case EligibilityStatus::kJoinedAfterSeptember30:
    case EligibilityStatus::kNotRequired:
      return Tristate::kNo;
    case EligibilityStatus::kGroupOnly:  // when the group reports
    case EligibilityStatus::kPartialQp:  // when it elects to take part
      return Tristate::kUnknown;
  }
  return Tristate::kUnknown;
}

void Eligibility::add(const EligibilityEntry& entry) {
  yes = static_cast<std::uint16_t>(yes | entry.yes);
  no = static_cast<std::uint16_t>(no | entry.no);
  const bool later = !loaded() || entry.list_date > list_date ||
                     (entry.list_date == list_date && entry.segment >= segment);
  if (!later) return;
  list_date = entry.list_date;
  segment = entry.segment;
  status = entry.status;
  if (entry.group_size != 0) group_size = entry.group_size;
  if (entry.complex_patient_bonus) complex_patient_bonus = entry.complex_patient_bonus;
}

}  // namespace qcdr::ledger
