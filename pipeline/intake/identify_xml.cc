// What an XML upload is, from its header: a NACOR file, or a QRDA category III document.
#include <optional>
#include <utility>

#include "intake/identify_parts.h"
#include "intake/limits.h"
#include "intake/nacor_elements.h"
#include "intake/nacor_header.h"
#include "intake/nacor_values.h"
#include "intake/parser.h"
#include "intake/qrda_parser.h"
#include "intake/text.h"
#include "intake/xml_reader.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kStartElement = "AnesthesiaStartTime";
constexpr std::size_t kYearDigits = 4;

// Reads the header of a NACOR file and stops the parse behind it; behind the first start of
// anesthesia, when files of the version were taken for several years.
class HeaderWalk final : public XmlHandler {
 public:
  explicit HeaderWalk(std::uint64_t bytes) : reader_(*this, bytes) {}

  // The header, or why there is none.
  std::optional<v1::Verdict> read(std::string_view bytes) {
    // Bytes that were cut off are not a fault of the file; a header that comes so late is.
    const bool cut_off = bytes.size() >= kIdentifyBytes;
    const Status status = reader_.feed(bytes);
    if (header_read_) return std::nullopt;  // what is wrong behind it the parser tells
    if (status.is_ok() && (cut_off || reader_.finish().is_ok())) {
      reader_.refuse(FindingCode::HEADER_INCOMPLETE, Place{}, "/AnesthesiaRecords",
                     {header_.missing()});
    }
    return reader_.failure();
  }
  const NacorHeader& header() const { return header_; }
  PerformanceYear year() const { return year_.value_or(header_.year()); }

 private:
  void start_element(std::string_view name) override {
    ++depth_;
    if (header_read_) {
      in_start_ = name == kStartElement;
      value_.clear();
      return;
    }
    value_.clear();
    field_ = nullptr;
    const Element* element = nullptr;
    if (depth_ == 1) element = child(ElementType::kDocument, name);
    if (depth_ == 2) element = child(ElementType::kRecords, name);
    if (depth_ == 1 && element == nullptr) {
      return reader_.refuse(FindingCode::XML_ROOT_UNKNOWN, reader_.place(), "");
    }
    if (depth_ == 2) in_header_ = element != nullptr && element->type == ElementType::kHeader;
    if (depth_ == 2 && element != nullptr && !in_header_) return end_header();
    if (depth_ != 3 || !in_header_) return;
    element = child(ElementType::kHeader, name);
    if (element == nullptr || element->field == Field::kNone) return;
    field_ = element;
    place_ = reader_.place();
  }

  void end_element() override {
    if (header_read_) return end_start();
    if (depth_ == 3 && field_ != nullptr) {
      const auto complaint = header_.set(field_->field, trimmed(value_), place_);
      if (complaint.has_value()) {
        reader_.refuse(complaint->complaint.code, complaint->place,
                       std::string("/AnesthesiaRecords/RecordHeader/").append(complaint->element),
                       complaint->complaint.parameters);
      }
    }
    field_ = nullptr;
    if (depth_ == 2 && in_header_) end_header();
    --depth_;
  }

  void text(std::string_view piece) override {
    if ((field_ != nullptr || in_start_) && value_.size() <= kMaxValueBytes) value_.append(piece);
  }

  void end_header() {
    header_read_ = header_.complete();
    if (header_read_ && header_.has_several_years()) return;
    if (header_read_) return reader_.stop(Status(ErrorCode::kAborted, "header was read"));
    reader_.refuse(FindingCode::HEADER_INCOMPLETE, reader_.place(),
                   "/AnesthesiaRecords/RecordHeader", {header_.missing()});
  }

  // What is no year of the version is the header's: the parser tells what is wrong with the case.
  void end_start() {
    --depth_;
    if (!std::exchange(in_start_, false)) return;
    const auto digits = small_number(trimmed(value_).substr(0, kYearDigits), kYearDigits);
    const PerformanceYear year(static_cast<std::int32_t>(digits.value_or(0)));
    if (header_.is_of(year)) year_ = year;
    reader_.stop(Status(ErrorCode::kAborted, "the first case was read"));
  }

  static const Element* child(ElementType parent, std::string_view name) {
    const std::size_t index = find_child(parent, name);
    return index == kMaxChildren ? nullptr : &children_of(parent)[index];
  }

  XmlReader reader_;
  NacorHeader header_;
  int depth_ = 0;
  bool in_header_ = false;
  bool header_read_ = false;
  bool in_start_ = false;
  std::optional<PerformanceYear> year_;  // of the first case
  const Element* field_ = nullptr;
  Place place_;
  std::string value_;
};

}  // namespace

namespace {

// None: it is no clinical document. Else what refuses it, or no verdict in it.
std::optional<std::optional<v1::Verdict>> identify_qrda(std::string_view bytes,
                                                        Identified* result) {
  XmlReader* reading = nullptr;
  const auto enough = [&reading] { reading->stop(Status(ErrorCode::kAborted, "enough was read")); };
  QrdaWalk walk(
      [&](const QrdaHeader&) {
        if (!walk.is_clinical_document()) enough();
      },
      [](const QrdaMeasure&) {}, [&](const QrdaHeader&) { enough(); },
      [&] { return reading->place(); });
  XmlReader reader(walk, bytes.size());
  reading = &reader;
  const bool cut_off = bytes.size() >= kIdentifyBytes;
  if (reader.feed(bytes).is_ok() && !cut_off) (void)reader.finish();
  if (!walk.is_clinical_document()) return std::nullopt;
  if (!walk.header_read()) {
    if (reader.failure().has_value()) return reader.failure();
    return std::optional(make_verdict(FindingCode::QRDA_NOT_CATEGORY_THREE, Place{}, ""));
  }
  const QrdaHeader& header = walk.header();
  const bool known = result->practice.value() != 0;
  if (auto refusal = check_qrda_header(header, known)) return refusal;
  const std::string year = qrda_year(header, !cut_off);
  if (year.empty()) {
    return std::optional(make_verdict(FindingCode::QRDA_PERIOD, header.place, "/ClinicalDocument"));
  }
  result->kind = v1::RECORD_KIND_MEASURE_RESULT;
  result->format = kFormatQrda;
  const std::string practice =
      header.practice.empty() ? std::to_string(result->practice.value()) : header.practice;
  return take_practice_and_year(practice, year, header.place, "the practice's id", "effectiveTime",
                                "the document", result);
}

}  // namespace

std::optional<v1::Verdict> identify_xml(std::string_view bytes, Identified* result) {
  if (const auto qrda = identify_qrda(bytes, result)) return *qrda;
  HeaderWalk walk(bytes.size());
  if (std::optional<v1::Verdict> failure = walk.read(bytes)) return failure;
  result->kind = v1::RECORD_KIND_ANESTHESIA_CASE;
  result->format = kFormatNacorXml;
  result->practice = walk.header().practice();
  result->year = walk.year();
  return std::nullopt;
}

}  // namespace qcdr::intake
