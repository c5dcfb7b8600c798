// Turns one row of a CSV file into a fact, checking every field.
//
// One reader per upload: it knows the upload's TINs and, for a roster, the pairs seen so far.
// Thread-safety: none. Options and table outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/time.h"
#include "intake/csv_kinds.h"
#include "intake/csv_reader.h"
#include "intake/parser.h"

namespace qcdr::intake {

class CsvRowReader {
 public:
  CsvRowReader(v1::RecordKind kind, const ParserOptions& options, TinTable& tins);

  void set_columns(const ColumnMap& columns) { columns_ = columns; }
  // Fills verdicts and, unless one of them takes the row away, the fact. A verdict that refuses
  // the upload is returned instead.
  std::optional<v1::Verdict> read(const CsvRow& row, v1::Row* result);

 private:
  struct Period {
    std::int32_t first;
    std::int32_t last;
    std::uint32_t line;
  };

  std::string_view value(Column column) const;
  const Place& place(Column column) const;
  void complain(FindingCode code, Column column, std::vector<std::string> parameters = {});
  void check_needs();
  std::optional<v1::Verdict> check_practice();
  void check_year();

  std::uint32_t read_tin();
  Npi read_npi();
  // 0 when the field is empty.
  std::int32_t read_date(Column column);
  std::string read_name(Column column);
  std::int64_t read_signed_at();
  std::string read_document_hash();
  v1::ConsentAction read_action();

  void read_roster_entry(v1::Row* result);
  void read_status(bool has_end);
  void check_repeated_pair(const v1::RosterEntry& entry);
  void read_individual_consent(v1::Row* result);
  void read_officer_consent(v1::Row* result);
  void read_reporting_option(v1::Row* result);

  const v1::RecordKind kind_;
  const ParserOptions& options_;
  TinTable& tins_;
  ColumnMap columns_;
  // Periods of each pair of the roster, by the first half of its token and the NPI.
  std::unordered_map<std::uint64_t, std::vector<Period>> pairs_;

  // While read() runs.
  const CsvRow* row_ = nullptr;
  v1::Row* result_ = nullptr;
  bool row_is_lost_ = false;
};

}  // namespace qcdr::intake
