// What a CSV upload is, from its header line and first row.
#include <optional>
#include <utility>

#include "intake/csv_header.h"
#include "intake/csv_reader.h"
#include "intake/identify_parts.h"
#include "intake/limits.h"
#include "intake/parser.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

// Looks for the header line among the first rows, and keeps the row behind it.
class FirstRows final : public CsvHandler {
 public:
  Status csv_row(const CsvRow& row) override {
    if (table_ != nullptr) {
      first_row_ = row.place;
      practice_ = value(row, "practice_id");
      year_ = value(row, "performance_year");
      return Status(ErrorCode::kAborted, "first row was read");
    }
    const HeaderNames names = header_names(row);
    table_ = kind_of_header(names);
    if (table_ != nullptr) {
      header_line_ = row.place;
      columns_ = map_columns(*table_, names);
    } else {
      if (!separator_.has_value()) separator_ = other_separator(row);
      if (!foreign_.has_value()) foreign_ = foreign_encoding(row);
    }
    if (table_ == nullptr && ++rows_ == kMaxHeaderSearchRows) {
      return Status(ErrorCode::kAborted, "no header line among the first rows");
    }
    return Status::ok();
  }

  const RecordTable* table() const { return table_; }
  const ColumnMap& columns() const { return columns_; }
  const Place& header_line() const { return header_line_; }
  std::size_t rows_above() const { return rows_; }
  const std::optional<std::string_view>& separator() const { return separator_; }
  const std::optional<Place>& foreign() const { return foreign_; }
  const std::optional<Place>& first_row() const { return first_row_; }
  const std::string& practice() const { return practice_; }
  const std::string& year() const { return year_; }

 private:
  std::string value(const CsvRow& row, std::string_view field) const {
    const std::size_t column = columns_.column_of_field[field_index(*table_, field)];
    return column < row.fields.size() ? std::string(trimmed(row.fields[column].value)) : "";
  }

  const RecordTable* table_ = nullptr;
  ColumnMap columns_;
  Place header_line_;
  std::size_t rows_ = 0;  // without a header
  std::optional<std::string_view> separator_;
  std::optional<Place> foreign_;  // a byte above the header line that is not UTF-8
  std::optional<Place> first_row_;
  std::string practice_;
  std::string year_;
};

}  // namespace

std::optional<v1::Verdict> identify_csv(std::string_view bytes, Identified* result) {
  FirstRows rows;
  CsvReader reader(rows);
  std::optional<Place> unterminated;
  // Stopping early is what the handler does when it has seen enough.
  if (reader.feed(bytes).is_ok()) static_cast<void>(reader.finish(&unterminated).is_ok());
  if (rows.separator().has_value()) {
    return make_verdict(FindingCode::CSV_SEPARATOR_WRONG, Place{}, "",
                        {std::string(*rows.separator())});
  }
  if (rows.table() == nullptr && rows.foreign().has_value()) {
    return make_verdict(FindingCode::ENCODING_NOT_SUPPORTED, *rows.foreign(), "");
  }
  if (rows.table() == nullptr) return make_verdict(FindingCode::FILE_KIND_UNKNOWN, Place{}, "");
  if (rows.rows_above() > 0) {
    return make_verdict(FindingCode::CSV_HEADER_NOT_FIRST, rows.header_line(), "",
                        {std::to_string(rows.header_line().line - 1)});
  }
  result->kind = rows.table()->kind;
  result->format = kFormatCsv;
  const auto there = [&](std::string_view field) {
    const std::size_t index = field_index(*rows.table(), field);
    return rows.columns().column_of_field[index] != ColumnMap::kAbsent;
  };
  if (!there("practice_id") || !there("performance_year")) {
    return make_verdict(FindingCode::CSV_COLUMNS_MISSING, Place{}, "",
                        {missing_columns(*rows.table(), rows.columns())});
  }
  if (!rows.first_row().has_value()) {
    if (unterminated.has_value()) {
      return make_verdict(FindingCode::CSV_QUOTE_UNTERMINATED, *unterminated, "");
    }
    return make_verdict(FindingCode::NO_RECORDS, reader.here(), "");
  }
  return take_practice_and_year(rows.practice(), rows.year(), *rows.first_row(), "practice_id",
                                "performance_year", "the first row", result);
}

}  // namespace qcdr::intake
