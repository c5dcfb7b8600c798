// Rows from records that another form was turned into: a record in our own JSON form, with the
// places of the file that it comes from. Values are checked as in every other format.
// Thread-safety: none; one per upload. Options, keys and sink outlive it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "intake/json_values.h"
#include "intake/parser.h"
#include "intake/record_reader.h"

namespace qcdr::intake {

struct NodeRecord {
  JsonNode node;                      // in our form; without members: nothing of it could be read
  std::string pointer;                // where it stands in the file
  std::vector<Complaint> complaints;  // each that takes a row away takes it away
};

class NodeRows {
 public:
  NodeRows(const RecordTable& table, const ParserOptions& options, KeyRing& keys, RowSink& sink);

  // The practice is the upload's when the record does not say. A fault of the file is returned in
  // *refusal, and nothing is handed on; the status is the sink's.
  Status emit(const NodeRecord& record, std::optional<v1::Verdict>* refusal);
  std::uint32_t count() const { return next_ordinal_; }
  const RecordTable& table() const { return table_; }

 private:
  const RecordTable& table_;
  const ParserOptions& options_;
  RowSink& sink_;
  TinTable tins_;
  RecordReader records_;
  JsonValues values_reader_;
  RecordValues values_;
  const std::string practice_;
  std::vector<std::string> source_columns_;  // empty: the sink does not want them
  std::uint32_t next_ordinal_ = 0;
};

}  // namespace qcdr::intake
