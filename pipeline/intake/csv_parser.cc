#include "intake/csv_parser.h"

#include <algorithm>
#include <utility>

#include "intake/limits.h"

namespace qcdr::intake {

CsvParser::CsvParser(v1::RecordKind kind, const ParserOptions& options, KeyRing& keys,
                     RowSink& sink)
    : kind_(kind),
      options_(options),
      sink_(sink),
      tins_(keys),
      reader_(*this),
      rows_(kind, options_, tins_) {
  QCDR_ASSERT(!columns_of(kind).empty());
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
  std::vector<std::string_view> names;
  for (const CsvField& field : row.fields) names.push_back(field.value);
  const HeaderLine header = read_header_line(names);
  const std::string missing = missing_columns(kind_, header.columns);
  if (!missing.empty()) {
    return refuse(make_verdict(FindingCode::CSV_COLUMNS_MISSING, row.place, "", {missing}));
  }
  if (header.repeated.has_value()) {
    return refuse(make_verdict(FindingCode::CSV_COLUMN_REPEATED, row.place, "",
                               {std::string(column_name(*header.repeated))}));
  }
  field_names_.resize(row.field_count);
  for (std::size_t column = 0; column < kColumnCount; ++column) {
    const std::size_t index = header.columns.index[column];
    if (index == ColumnMap::kAbsent) continue;
    field_names_[index] = std::string(column_name(static_cast<Column>(column)));
  }
  for (const std::size_t index : header.unknown) {
    sink_.file_finding(make_verdict(FindingCode::CSV_COLUMN_UNKNOWN, row.fields[index].place, "",
                                    {safe_name(names[index])}));
  }
  column_count_ = row.field_count;
  rows_.set_columns(header.columns);
  return Status::ok();
}

std::string CsvParser::field_path(std::size_t field) const {
  return field < field_names_.size() ? field_names_[field] : std::string();
}

bool CsvParser::check_form(const CsvRow& row, v1::Row* result) const {
  for (const CsvFault& fault : row.faults) {
    *result->add_verdicts() = make_verdict(fault.complaint.code, fault.place,
                                           field_path(fault.field), fault.complaint.parameters);
  }
  if (row.field_count != column_count_) {
    *result->add_verdicts() =
        make_verdict(FindingCode::CSV_ROW_RAGGED, row.place, "",
                     {std::to_string(column_count_), std::to_string(row.field_count)});
  }
  return result->verdicts_size() == 0;
}

Status CsvParser::read_data(const CsvRow& row) {
  if (next_ordinal_ >= std::min(options_.max_records, kMaxCsvRows)) {
    return refuse(make_verdict(FindingCode::TOO_MANY_RECORDS, row.place, "",
                               {std::to_string(std::min(options_.max_records, kMaxCsvRows))}));
  }
  tins_.forget_if_full();
  v1::Row result;
  result.set_ordinal(next_ordinal_++);
  set_location(result.mutable_location(), row.place, "");
  if (check_form(row, &result)) {
    std::optional<v1::Verdict> refusal = rows_.read(row, &result);
    if (refusal.has_value()) return refuse(std::move(*refusal));
  }
  return sink_.row(std::move(result), tins_);
}

}  // namespace qcdr::intake
