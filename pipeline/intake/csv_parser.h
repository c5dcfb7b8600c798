// Parser of CSV uploads of every kind of record. One row per line of data.
//
// Thread-safety, ownership, errors: see Parser.
#pragma once

#include <cstdint>

#include "intake/csv_header.h"
#include "intake/csv_reader.h"
#include "intake/parser.h"
#include "intake/record_reader.h"

namespace qcdr::intake {

class CsvParser final : public Parser, private CsvHandler {
 public:
  CsvParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys, RowSink& sink);

  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  Status csv_row(const CsvRow& row) override;
  Status read_header(const CsvRow& row);
  void tell_unknown_columns(const CsvRow& row);
  bool is_header_again(const CsvRow& row) const;
  Status read_data(const CsvRow& row);
  // Adds what is wrong with the form of the row. False: the fields are not worth reading.
  bool check_form(const CsvRow& row, v1::Row* result) const;
  void take_values(const CsvRow& row);
  void hand_source(const CsvRow& row);
  std::string field_path(std::size_t column) const;
  Status refuse(v1::Verdict verdict);

  const RecordTable& table_;
  const ParserOptions options_;
  RowSink& sink_;
  TinTable tins_;
  CsvReader reader_;
  RecordReader records_;
  RecordValues values_;
  ColumnMap columns_;
  HeaderNames names_;
  bool header_again_told_ = false;
  bool header_seen_ = false;
  std::size_t column_count_ = 0;
  std::vector<std::string> column_names_;    // for paths; empty for unknown columns
  std::vector<std::string> source_columns_;  // as they stand in the file
  std::uint32_t next_ordinal_ = 0;
  std::uint64_t fed_ = 0;
  Status status_;
};

}  // namespace qcdr::intake
