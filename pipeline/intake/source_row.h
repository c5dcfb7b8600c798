// A record as it came, as cells of a CSV file of its kind: for handing it back to whoever sent it.
//
// Holds whatever the file holds, identifiers of persons too: it goes to the sender and nowhere
// else, never into a log, a finding or a record of the pipeline.
// Ownership: the columns are views, valid during the call.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qcdr::intake {

struct RecordTable;
struct RecordValues;

// Columns that we add to rows that we hand back. A file that has them is read as if they were not
// there, so that what was corrected can be sent as it stands.
inline constexpr std::string_view kCodeColumn = "qcdr_code";
inline constexpr std::string_view kMessageColumn = "qcdr_message";
inline constexpr std::string_view kHintColumn = "qcdr_hint";
bool is_added_column(std::string_view name);

struct SourceRow {
  std::span<const std::string> columns;
  // As many as columns; or another number, when the row of a CSV file had.
  std::vector<std::string> cells;
};

// Of every kind, in the order of its table.
std::vector<std::string> source_columns(const RecordTable& table);
// The values of a record of a format that has members of its own: lists with ';' and ':'.
std::vector<std::string> source_cells(const RecordValues& values);

}  // namespace qcdr::intake
