#include "intake/csv_parser.h"

#include <algorithm>
#include <utility>

#include "intake/limits.h"
#include "intake/text.h"

namespace qcdr::intake {

CsvParser::CsvParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys,
                     RowSink& sink)
    : table_(table),
      options_(options),
      sink_(sink),
      tins_(keys),
      reader_(*this),
      records_(table, options_, keys, tins_) {
  values_.fields.resize(fields_of(table).size());
}

Status CsvParser::refuse(v1::Verdict verdict) {
  status_ = to_status(verdict);
  sink_.file_finding(std::move(verdict));
  return status_;
}

Status CsvParser::feed(std::string_view bytes) {
  if (!status_.is_ok()) return status_;
  if (bytes.size() > options_.max_bytes - fed_) {
    return refuse(make_verdict(FindingCode::FILE_TOO_LARGE, reader_.here(), "",
                               {std::to_string(options_.max_bytes)}));
  }
  fed_ += bytes.size();
  const Status status = reader_.feed(bytes);
  if (status_.is_ok()) status_ = status;
  return status_;
}

Status CsvParser::finish() {
  if (!status_.is_ok()) return status_;
  if (fed_ == 0) return refuse(make_verdict(FindingCode::FILE_EMPTY, Place{}, ""));
  std::optional<Place> unterminated;
  const Status status = reader_.finish(&unterminated);
  if (!status_.is_ok()) return status_;
  if (!status.is_ok()) return status_ = status;
  if (unterminated.has_value()) {
    return refuse(make_verdict(FindingCode::CSV_QUOTE_UNTERMINATED, *unterminated, ""));
  }
  if (next_ordinal_ == 0) return refuse(make_verdict(FindingCode::NO_RECORDS, reader_.here(), ""));
  return Status::ok();
}

Status CsvParser::csv_row(const CsvRow& row) {
  return header_seen_ ? read_data(row) : read_header(row);
}

Status CsvParser::read_header(const CsvRow& row) {
  header_seen_ = true;
  if (row.field_count > kMaxCsvColumns) {
    return refuse(make_verdict(FindingCode::CSV_TOO_MANY_COLUMNS, row.place, "",
                               {std::to_string(kMaxCsvColumns)}));
  }
  if (const std::optional<Place> foreign = foreign_encoding(row)) {
    return refuse(make_verdict(FindingCode::ENCODING_NOT_SUPPORTED, *foreign, ""));
  }
  names_ = header_names(row);
  if (kind_of_header(names_) == nullptr) {
    if (const auto separator = other_separator(row)) {
      return refuse(
          make_verdict(FindingCode::CSV_SEPARATOR_WRONG, row.place, "", {std::string(*separator)}));
    }
  }
  columns_ = map_columns(table_, names_);
  const std::string missing = missing_columns(table_, columns_);
  if (!missing.empty()) {
    return refuse(make_verdict(FindingCode::CSV_COLUMNS_MISSING, row.place, "", {missing}));
  }
  const std::vector<RecordField>& fields = fields_of(table_);
  if (columns_.repeated.has_value()) {
    return refuse(make_verdict(FindingCode::CSV_COLUMN_REPEATED, row.place, "",
                               {std::string(fields[*columns_.repeated].name)}));
  }
  column_names_.resize(row.field_count);
  for (std::size_t field = 0; field < fields.size(); ++field) {
    const std::size_t column = columns_.column_of_field[field];
    if (column != ColumnMap::kAbsent) column_names_[column] = std::string(fields[field].name);
  }
  tell_unknown_columns(row);
  if (sink_.wants_source()) {
    for (const CsvField& field : row.fields) source_columns_.emplace_back(field.value);
  }
  column_count_ = row.field_count;
  return Status::ok();
}

// Those without a name are told together: they come from commas at the end of the line.
void CsvParser::tell_unknown_columns(const CsvRow& row) {
  std::optional<std::size_t> unnamed;
  std::size_t unnamed_count = 0;
  for (const std::size_t column : columns_.unknown) {
    if (is_added_column(names_[column])) continue;
    if (names_[column].empty()) {
      if (!unnamed.has_value()) unnamed = column;
      ++unnamed_count;
      continue;
    }
    sink_.file_finding(make_verdict(FindingCode::CSV_COLUMN_UNKNOWN, row.fields[column].place, "",
                                    {safe_name(row.fields[column].value)}));
  }
  if (!unnamed.has_value()) return;
  std::string shown = "number " + std::to_string(*unnamed + 1);
  if (unnamed_count > 1) shown += " and " + std::to_string(unnamed_count - 1) + " more";
  sink_.file_finding(make_verdict(FindingCode::CSV_COLUMN_UNKNOWN, row.fields[*unnamed].place, "",
                                  {shown + ", without a name"}));
}

// A row that repeats the header line, as files have that were joined. Hardly a row needs more than
// the look at its first field.
bool CsvParser::is_header_again(const CsvRow& row) const {
  return row.field_count == column_count_ &&
         row.fields.front().value.size() >= names_.front().size() && header_names(row) == names_;
}

std::string CsvParser::field_path(std::size_t column) const {
  return column < column_names_.size() ? column_names_[column] : std::string();
}

bool CsvParser::check_form(const CsvRow& row, v1::Row* result) const {
  for (const CsvFault& fault : row.faults) {
    *result->add_verdicts() = make_verdict(fault.complaint.code, fault.place,
                                           field_path(fault.field), fault.complaint.parameters);
  }
  if (row.cut_off && row.field_count < column_count_) {
    *result->add_verdicts() = make_verdict(FindingCode::CSV_ROW_CUT, row.place, "");
  } else if (row.field_count != column_count_) {
    *result->add_verdicts() =
        make_verdict(FindingCode::CSV_ROW_RAGGED, row.place, "",
                     {std::to_string(column_count_), std::to_string(row.field_count)});
  }
  return result->verdicts_size() == 0;
}

void CsvParser::take_values(const CsvRow& row) {
  values_.place = row.place;
  for (std::size_t field = 0; field < values_.fields.size(); ++field) {
    FieldValue& value = values_.fields[field];
    const std::size_t column = columns_.column_of_field[field];
    const bool there = column < row.fields.size();
    value.text = there ? trimmed(row.fields[column].value) : std::string_view();
    value.place = there ? row.fields[column].place : row.place;
    value.quoted = there && row.fields[column].quoted;
  }
}

void CsvParser::hand_source(const CsvRow& row) {
  SourceRow source;
  source.columns = source_columns_;
  for (const CsvField& field : row.fields) source.cells.emplace_back(field.value);
  sink_.source(std::move(source));
}

Status CsvParser::read_data(const CsvRow& row) {
  if (is_header_again(row)) {
    if (!std::exchange(header_again_told_, true)) {
      sink_.file_finding(make_verdict(FindingCode::CSV_HEADER_AGAIN, row.place, ""));
    }
    return Status::ok();
  }
  if (next_ordinal_ >= std::min(options_.max_records, kMaxCsvRows)) {
    return refuse(make_verdict(FindingCode::TOO_MANY_RECORDS, row.place, "",
                               {std::to_string(std::min(options_.max_records, kMaxCsvRows))}));
  }
  tins_.forget_if_full();
  v1::Row result;
  result.set_ordinal(next_ordinal_++);
  set_location(result.mutable_location(), row.place, "");
  if (check_form(row, &result)) {
    take_values(row);
    std::optional<v1::Verdict> refusal = records_.read(values_, &result);
    if (refusal.has_value()) return refuse(std::move(*refusal));
  }
  if (sink_.wants_source()) hand_source(row);
  return sink_.row(std::move(result), tins_);
}

}  // namespace qcdr::intake
