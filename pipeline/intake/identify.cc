#include "intake/identify.h"

#include <optional>
#include <utility>
#include <vector>

#include "intake/csv_kinds.h"
#include "intake/csv_reader.h"
#include "intake/findings.h"
#include "intake/limits.h"
#include "intake/nacor_elements.h"
#include "intake/nacor_header.h"
#include "intake/nacor_values.h"
#include "intake/parser.h"
#include "intake/text.h"
#include "intake/xml_reader.h"

namespace qcdr::intake {
namespace {

// Reads the header of a NACOR file and stops the parse behind it.
class HeaderWalk final : public XmlHandler {
 public:
  explicit HeaderWalk(std::uint64_t bytes) : reader_(*this, bytes) {}

  // The header, or why there is none.
  std::optional<v1::Verdict> read(std::string_view bytes) {
    // Bytes that were cut off are not a fault of the file; a header that comes so late is.
    const bool cut_off = bytes.size() >= kIdentifyBytes;
    if (reader_.feed(bytes).is_ok() && (cut_off || reader_.finish().is_ok())) {
      reader_.refuse(FindingCode::HEADER_INCOMPLETE, Place{}, "/AnesthesiaRecords",
                     {header_.missing()});
    }
    return reader_.failure();
  }
  const NacorHeader& header() const { return header_; }

 private:
  void start_element(std::string_view name) override {
    ++depth_;
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
    if (field_ != nullptr && value_.size() <= kMaxValueBytes) value_.append(piece);
  }

  void end_header() {
    if (header_.complete()) return reader_.stop(Status(ErrorCode::kAborted, "header was read"));
    reader_.refuse(FindingCode::HEADER_INCOMPLETE, reader_.place(),
                   "/AnesthesiaRecords/RecordHeader", {header_.missing()});
  }

  static const Element* child(ElementType parent, std::string_view name) {
    const std::size_t index = find_child(parent, name);
    return index == kMaxChildren ? nullptr : &children_of(parent)[index];
  }

  XmlReader reader_;
  NacorHeader header_;
  int depth_ = 0;
  bool in_header_ = false;
  const Element* field_ = nullptr;
  Place place_;
  std::string value_;
};

// Keeps the header line and the first row of a CSV file.
class FirstRows final : public CsvHandler {
 public:
  Status csv_row(const CsvRow& row) override {
    if (!header_.has_value()) {
      std::vector<std::string_view> names;
      for (const CsvField& field : row.fields) names.push_back(field.value);
      header_ = read_header_line(names);
      return Status::ok();
    }
    first_row_place_ = row.place;
    practice_ = value(row, Column::kPracticeId);
    year_ = value(row, Column::kPerformanceYear);
    return Status(ErrorCode::kAborted, "first row was read");
  }

  const std::optional<HeaderLine>& header() const { return header_; }
  const std::optional<Place>& first_row_place() const { return first_row_place_; }
  const std::string& practice() const { return practice_; }
  const std::string& year() const { return year_; }

 private:
  std::string value(const CsvRow& row, Column column) const {
    const std::size_t index = header_->columns.at(column);
    return index < row.fields.size() ? std::string(trimmed(row.fields[index].value)) : "";
  }

  std::optional<HeaderLine> header_;
  std::optional<Place> first_row_place_;
  std::string practice_;
  std::string year_;
};

std::optional<v1::Verdict> identify_xml(std::string_view bytes, Identified* result) {
  HeaderWalk walk(bytes.size());
  if (std::optional<v1::Verdict> failure = walk.read(bytes)) return failure;
  result->kind = v1::RECORD_KIND_ANESTHESIA_CASE;
  result->format = kFormatNacorXml;
  result->practice = walk.header().practice();
  result->year = walk.header().year();
  return std::nullopt;
}

std::optional<v1::Verdict> identify_csv(std::string_view bytes, Identified* result) {
  FirstRows rows;
  CsvReader reader(rows);
  std::optional<Place> unterminated;
  // Stopping early is what the handler does when it has seen enough.
  if (reader.feed(bytes).is_ok()) static_cast<void>(reader.finish(&unterminated).is_ok());
  if (!rows.header().has_value()) {
    return make_verdict(FindingCode::FILE_KIND_UNKNOWN, Place{}, "");
  }
  const ColumnMap& columns = rows.header()->columns;
  result->kind = kind_of_columns(columns);
  result->format = kFormatCsv;
  if (result->kind == v1::RECORD_KIND_UNSPECIFIED) {
    return make_verdict(FindingCode::FILE_KIND_UNKNOWN, Place{}, "");
  }
  if (!columns.has(Column::kPracticeId) || !columns.has(Column::kPerformanceYear)) {
    return make_verdict(FindingCode::CSV_COLUMNS_MISSING, Place{}, "",
                        {missing_columns(result->kind, columns)});
  }
  if (!rows.first_row_place().has_value()) {
    return make_verdict(FindingCode::NO_RECORDS, reader.here(), "");
  }
  const std::optional<std::uint32_t> practice = small_number(rows.practice(), 5);
  if (!practice.has_value()) {
    return make_verdict(FindingCode::HEADER_VALUE_FORM, *rows.first_row_place(), "practice_id",
                        {"practice_id of the first row", "three to five digits"});
  }
  const std::optional<std::uint32_t> year = small_number(rows.year(), 4);
  if (!year.has_value() || rows.year().size() != 4) {
    return make_verdict(FindingCode::HEADER_VALUE_FORM, *rows.first_row_place(), "performance_year",
                        {"performance_year of the first row", "a year of four digits"});
  }
  result->practice = PracticeId(*practice);
  result->year = PerformanceYear(static_cast<std::int32_t>(*year));
  return std::nullopt;
}

bool looks_like_xml(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  const std::string_view text = trimmed(bytes.substr(0, 1024));
  // UTF-16 goes the same way, to be refused with its own finding.
  const bool utf16 = bytes.size() >= 2 && static_cast<unsigned char>(bytes[0]) >= 0xFE;
  return utf16 || (!text.empty() && text.front() == '<');
}

}  // namespace

Result<Identified> identify(std::string_view first_bytes, v1::Verdict* why) {
  Identified result;
  first_bytes = first_bytes.substr(0, kIdentifyBytes);
  std::optional<v1::Verdict> failure;
  if (trimmed(first_bytes).empty()) {
    failure = make_verdict(FindingCode::FILE_EMPTY, Place{}, "");
  } else if (looks_like_xml(first_bytes)) {
    failure = identify_xml(first_bytes, &result);
  } else {
    failure = identify_csv(first_bytes, &result);
  }
  if (!failure.has_value()) return result;
  if (why != nullptr) *why = *failure;
  return to_status(*failure);
}

}  // namespace qcdr::intake
