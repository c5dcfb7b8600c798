#include "ledger/activities.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string activity_subject(const EntityId& entity, std::string_view activity_id) {
  return std::string(entity.bytes()) + std::string(activity_id);
}

std::string Activity::encode() const {
  ByteWriter writer = begin_content();
  write_date(from, &writer);
  write_date(to, &writer);
  writer.varint(numerator);
  writer.varint(denominator);
  writer.signed_varint(signed_at.milliseconds());
  for (const auto* list : {&performing, &billing}) {
    writer.varint(list->size());
    for (Npi npi : *list) writer.u64(npi.value());
  }
  return writer.take();
}

Result<Activity> Activity::decode(std::string_view content) {
  ByteReader reader(content);
  Activity activity;
  const bool known = reader.u8() == kContentVersion;
  activity.from = read_date(&reader);
  activity.to = read_date(&reader);
  activity.numerator = read_number(&reader);
  activity.denominator = read_number(&reader);
  activity.signed_at = Instant::from_milliseconds(reader.signed_varint());
  for (auto* list : {&activity.performing, &activity.billing}) {
    read_list(&reader, [&] { list->push_back(Npi::from_trusted(reader.u64())); });
  }
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "activity"));
  return activity;
}

}  // namespace qcdr::ledger
