#include "ledger/measure_results.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string MeasureResult::encode() const {
  ByteWriter writer = begin_content();
  write_date(from, &writer);
  write_date(to, &writer);
  writer.text(collection_type);
  writer.varint(strata.size());
  for (const Stratum& stratum : strata) {
    writer.text(stratum.name);
    writer.varint(stratum.eligible);
    writer.varint(stratum.met);
    writer.varint(stratum.not_met);
    writer.varint(stratum.exceptions);
  }
  return writer.take();
}

Result<MeasureResult> MeasureResult::decode(std::string_view content) {
  ByteReader reader(content);
  MeasureResult result;
  const bool known = reader.u8() == kContentVersion;
  result.from = read_date(&reader);
  result.to = read_date(&reader);
  result.collection_type = read_text(&reader);
  read_list(&reader, [&] {
    Stratum stratum;
    stratum.name = read_text(&reader);
    stratum.eligible = read_number(&reader);
    stratum.met = read_number(&reader);
    stratum.not_met = read_number(&reader);
    stratum.exceptions = read_number(&reader);
    result.strata.push_back(std::move(stratum));
  });
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "measure result"));
  return result;
}

std::uint32_t BilledCases::total() const {
  std::uint32_t sum = 0;
  for (const auto& month : months) sum += month.value_or(0);
  return sum;
}

std::uint32_t BilledCases::months_known() const {
  std::uint32_t known = 0;
  for (const auto& month : months) known += month ? 1U : 0U;
  return known;
}

std::string measure_result_subject(const EntityId& entity, std::string_view measure_id) {
  ByteWriter writer;
  writer.raw(entity.bytes());
  writer.text(measure_id);
  return writer.take();
}

std::string billed_cases_subject(const TinToken& tin, std::uint32_t month) {
  ByteWriter writer;
  writer.raw(tin.bytes());
  writer.u8(static_cast<std::uint8_t>(month));
  return writer.take();
}

std::string encode_billed_cases(std::uint32_t cases, std::string_view source) {
  ByteWriter writer = begin_content();
  writer.varint(cases);
  writer.text(source);
  return writer.take();
}

Result<std::uint32_t> decode_billed_cases(std::string_view content) {
  ByteReader reader(content);
  const bool known = reader.u8() == kContentVersion;
  const std::uint32_t cases = read_number(&reader);
  reader.text();
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "billed cases"));
  return cases;
}

}  // namespace qcdr::ledger
