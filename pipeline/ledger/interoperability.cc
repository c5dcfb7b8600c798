#include "ledger/interoperability.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kNo = 0;
constexpr std::uint8_t kYes = 1;
constexpr std::uint8_t kRatio = 2;

}  // namespace

std::string InteroperabilityReport::encode() const {
  ByteWriter writer = begin_content();
  write_date(from, &writer);
  write_date(to, &writer);
  writer.text(cehrt_id);
  writer.varint(measures.size());
  for (const Measure& measure : measures) {
    writer.text(measure.measure_id);
    writer.u8(measure.is_ratio ? kRatio : measure.attested ? kYes : kNo);
    if (!measure.is_ratio) continue;
    writer.varint(measure.numerator);
    writer.varint(measure.denominator);
  }
  return writer.take();
}

Result<InteroperabilityReport> InteroperabilityReport::decode(std::string_view content) {
  ByteReader reader(content);
  InteroperabilityReport report;
  const bool known = reader.u8() == kContentVersion;
  report.from = read_date(&reader);
  report.to = read_date(&reader);
  report.cehrt_id = read_text(&reader);
  read_list(&reader, [&] {
    Measure measure;
    measure.measure_id = read_text(&reader);
    const std::uint8_t value = reader.u8();
    measure.is_ratio = value == kRatio;
    measure.attested = value == kYes;
    if (measure.is_ratio) {
      measure.numerator = read_number(&reader);
      measure.denominator = read_number(&reader);
    }
    report.measures.push_back(std::move(measure));
  });
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "interoperability report"));
  return report;
}

}  // namespace qcdr::ledger
