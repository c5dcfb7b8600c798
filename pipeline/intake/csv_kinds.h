// The kinds of CSV files and their columns.
//
// Column names are compared without regard to case and surrounding space; order is free.
// Thread-safety: free functions over constant tables.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "qcdr/v1/common.pb.h"

namespace qcdr::intake {

enum class Column : std::uint8_t {
  kPracticeId,
  kPerformanceYear,
  kTin,
  kNpi,
  kLastName,
  kFirstName,
  kCredential,
  kAsaMemberId,
  kStartDate,
  kEndDate,
  kReportingRole,
  kStatus,
  kAction,
  kSignerName,
  kSignedAt,
  kDocumentSha256,
  kLevel,
  kPathway,
  kElectedBy,
};
inline constexpr std::size_t kColumnCount = 19;

enum class Need : std::uint8_t {
  kValue,     // the column, and a value in every row
  kColumn,    // the column; a value may be left out
  kOptional,  // not even the column
};

struct ColumnNeed {
  Column column;
  Need need;
};

std::string_view column_name(Column column);

// Columns of a kind, in the order of the documentation. Empty for a kind that has no CSV form.
std::span<const ColumnNeed> columns_of(v1::RecordKind kind);
// Kinds that have a CSV form.
std::span<const v1::RecordKind> csv_kinds();

// Where the columns of a header line stand.
struct ColumnMap {
  static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);
  std::array<std::size_t, kColumnCount> index;  // of the field, or kAbsent
  std::size_t at(Column column) const { return index[static_cast<std::size_t>(column)]; }
  bool has(Column column) const { return at(column) != kAbsent; }
};

struct HeaderLine {
  ColumnMap columns;                 // first occurrence of each name
  std::vector<std::size_t> unknown;  // fields whose name is no column of any kind
  std::optional<Column> repeated;
};
HeaderLine read_header_line(const std::vector<std::string_view>& names);

// "npi, action": columns that the kind needs and the header lacks; empty when it has them all.
std::string missing_columns(v1::RecordKind kind, const ColumnMap& columns);
// The kind that a header line fits best: all its columns there, or else the kind of which the
// fewest are missing, if at least half of them are there. UNSPECIFIED when there is none.
v1::RecordKind kind_of_columns(const ColumnMap& columns);

}  // namespace qcdr::intake
