#include "intake/node_rows.h"

#include "intake/limits.h"

namespace qcdr::intake {

NodeRows::NodeRows(const RecordTable& table, const ParserOptions& options, KeyRing& keys,
                   RowSink& sink)
    : table_(table),
      options_(options),
      sink_(sink),
      tins_(keys),
      records_(table, options_, keys, tins_),
      values_reader_(table),
      practice_(std::to_string(options.practice.value())) {
  if (sink.wants_source()) source_columns_ = source_columns(table);
}

Status NodeRows::emit(const NodeRecord& record, std::optional<v1::Verdict>* refusal) {
  if (next_ordinal_ >= options_.max_records) {
    *refusal = make_verdict(FindingCode::TOO_MANY_RECORDS, record.node.place, record.pointer,
                            {std::to_string(options_.max_records)});
    return Status::ok();
  }
  tins_.forget_if_full();
  v1::Row row;
  row.set_ordinal(next_ordinal_++);
  set_location(row.mutable_location(), record.node.place, record.pointer);
  bool lost = false;
  const auto tell = [&](const Complaint& complaint, const Place& place, const std::string& path) {
    lost = lost || takes_row_away(complaint.code);
    if (static_cast<std::size_t>(row.verdicts_size()) >= kMaxRowVerdicts) return;
    *row.add_verdicts() = make_verdict(complaint.code, place, path, complaint.parameters);
  };
  const auto tell_file = [&](const Complaint& complaint, const Place& place,
                             const std::string& path) {
    sink_.file_finding(make_verdict(complaint.code, place, path, complaint.parameters));
  };
  for (const Complaint& complaint : record.complaints) {
    tell(complaint, record.node.place, record.pointer);
  }
  values_.fields.clear();
  if (lost && !record.node.children.empty()) {
    // What else is wrong follows from that; the values are read for handing the record back.
    const auto quiet = [](const Complaint&, const Place&, const std::string&) {};
    values_reader_.read(record.node, record.pointer, quiet, quiet, &values_);
  } else if (!record.node.children.empty()) {
    values_reader_.read(record.node, record.pointer, tell, tell_file, &values_);
    FieldValue& practice = values_.fields[field_index(table_, "practice_id")];
    if (practice.empty()) practice.text = practice_;
    *refusal = records_.read(values_, &row);
    if (refusal->has_value()) return Status::ok();
  }
  if (lost) records_.drop(&row);
  if (!source_columns_.empty()) sink_.source({source_columns_, source_cells(values_)});
  return sink_.row(std::move(row), tins_);
}

}  // namespace qcdr::intake
