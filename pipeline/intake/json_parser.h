// Parser of JSON uploads of every kind of record.
//
// Thread-safety, ownership, errors: see Parser.
#pragma once

#include <cstdint>

#include "intake/json_records.h"
#include "intake/json_values.h"
#include "intake/parser.h"
#include "intake/record_reader.h"

namespace qcdr::intake {

class JsonParser final : public Parser, private JsonRecordHandler {
 public:
  JsonParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys, RowSink& sink);

  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  Status json_record(const JsonNode& record, const std::string& pointer, bool cut) override;
  // Practice and year of the head stand for those that the record lacks.
  void take_head(const JsonHead& head);
  Status refuse(v1::Verdict verdict);

  const RecordTable& table_;
  const ParserOptions options_;
  RowSink& sink_;
  TinTable tins_;
  JsonRecords reader_;
  RecordReader records_;
  JsonValues values_reader_;
  RecordValues values_;
  std::vector<std::string> source_columns_;  // empty: the sink does not want them
  std::uint32_t next_ordinal_ = 0;
  std::uint64_t fed_ = 0;
  Status status_;
};

}  // namespace qcdr::intake
