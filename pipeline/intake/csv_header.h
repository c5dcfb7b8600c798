// The header line of a CSV file: which kind it fits, and where each field stands.
//
// Names are compared without regard to case and surrounding space; order is free.
// Thread-safety: free functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/csv_reader.h"
#include "intake/record_table.h"

namespace qcdr::intake {

// Where the fields of a kind stand in a header line.
struct ColumnMap {
  static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);
  std::vector<std::size_t> column_of_field;  // by index among fields_of(), or kAbsent
  std::vector<std::size_t> unknown;          // columns that are no field of the kind
  std::optional<std::size_t> repeated;       // a field that stands there twice
};

using HeaderNames = std::vector<std::string>;
// Trimmed and in small letters.
HeaderNames header_names(const CsvRow& row);

ColumnMap map_columns(const RecordTable& table, const HeaderNames& names);
// "npi, action": columns that the kind needs and the header lacks; empty when it has them all.
std::string missing_columns(const RecordTable& table, const ColumnMap& columns);

// The kind that a header line fits: of those whose needed columns are all there the one that needs
// most, or else the one of which most are there, if that is at least half. Columns that nearly
// every kind has do not count. Null when there is none.
const RecordTable* kind_of_header(const HeaderNames& names);

// Where a byte stands that is not UTF-8, so that names of columns cannot be trusted.
std::optional<Place> foreign_encoding(const CsvRow& row);

// "semicolons", when cutting the line at another sign gives a header that fits a kind.
std::optional<std::string_view> other_separator(const CsvRow& row);

}  // namespace qcdr::intake
