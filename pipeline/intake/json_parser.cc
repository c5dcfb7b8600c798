#include "intake/json_parser.h"

#include <algorithm>
#include <utility>

#include "intake/limits.h"
#include "intake/text.h"

namespace qcdr::intake {

JsonParser::JsonParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys,
                       RowSink& sink)
    : table_(table),
      options_(options),
      sink_(sink),
      tins_(keys),
      reader_(*this),
      records_(table, options_, keys, tins_),
      values_reader_(table) {
  if (sink.wants_source()) source_columns_ = source_columns(table);
}

Status JsonParser::refuse(v1::Verdict verdict) {
  status_ = to_status(verdict);
  sink_.file_finding(std::move(verdict));
  return status_;
}

Status JsonParser::feed(std::string_view bytes) {
  if (!status_.is_ok()) return status_;
  if (bytes.size() > options_.max_bytes - fed_) {
    return refuse(make_verdict(FindingCode::FILE_TOO_LARGE, reader_.here(), "",
                               {std::to_string(options_.max_bytes)}));
  }
  fed_ += bytes.size();
  const Status status = reader_.feed(bytes);
  if (!status_.is_ok()) return status_;
  if (!status.is_ok() && reader_.failure().has_value()) return refuse(*reader_.failure());
  return status_ = status;
}

Status JsonParser::finish() {
  if (!status_.is_ok()) return status_;
  if (fed_ == 0) return refuse(make_verdict(FindingCode::FILE_EMPTY, Place{}, ""));
  const Status status = reader_.finish();
  if (!status_.is_ok()) return status_;
  if (!status.is_ok() && reader_.failure().has_value()) return refuse(*reader_.failure());
  if (!status.is_ok()) return status_ = status;
  if (next_ordinal_ == 0) return refuse(make_verdict(FindingCode::NO_RECORDS, reader_.here(), ""));
  return Status::ok();
}

void JsonParser::take_head(const JsonHead& head) {
  const auto fill = [&](std::size_t field, const std::string& text) {
    FieldValue& value = values_.fields[field];
    if (value.empty()) value.text = trimmed(text);
  };
  fill(field_index(table_, "practice_id"), head.practice);
  fill(field_index(table_, "performance_year"), head.year);
}

Status JsonParser::json_record(const JsonNode& record, const std::string& pointer, bool cut) {
  const std::uint32_t limit = options_.max_records;
  if (next_ordinal_ >= limit) {
    return refuse(make_verdict(FindingCode::TOO_MANY_RECORDS, record.place, pointer,
                               {std::to_string(limit)}));
  }
  JsonHead own;
  read_head(record, &own);
  if (!own.kind.empty() && find_table(own.kind) != &table_) {
    return refuse(
        make_verdict(FindingCode::JSON_KIND_DIFFERS, record.place, pointer, {"its kind"}));
  }
  tins_.forget_if_full();
  v1::Row row;
  row.set_ordinal(next_ordinal_++);
  set_location(row.mutable_location(), record.place, pointer);
  bool lost = false;
  const auto tell = [&](const Complaint& complaint, const Place& place, const std::string& path) {
    lost = true;
    if (static_cast<std::size_t>(row.verdicts_size()) >= kMaxRowVerdicts) return;
    *row.add_verdicts() = make_verdict(complaint.code, place, path, complaint.parameters);
  };
  const auto tell_file = [&](const Complaint& complaint, const Place& place,
                             const std::string& path) {
    sink_.file_finding(make_verdict(complaint.code, place, path, complaint.parameters));
  };
  if (!source_columns_.empty()) values_.fields.clear();  // of the record before
  if (cut) {
    tell({FindingCode::RECORD_TOO_LARGE, {std::to_string(kMaxJsonRecordBytes)}}, record.place,
         pointer);
  } else if (record.shape != JsonNode::Shape::kObject) {
    tell({FindingCode::VALUE_FORM, {"the record", "an object in braces"}}, record.place, pointer);
  } else {
    values_reader_.read(record, pointer, tell, tell_file, &values_);
    take_head(reader_.head());
    if (auto refusal = records_.read(values_, &row)) return refuse(std::move(*refusal));
  }
  if (lost) records_.drop(&row);
  if (!source_columns_.empty()) sink_.source({source_columns_, source_cells(values_)});
  return sink_.row(std::move(row), tins_);
}

}  // namespace qcdr::intake
