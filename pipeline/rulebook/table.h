// The compact tables of data/: comment lines, one line of column names, one line per row.
//
// Comma separated; a cell with a comma or a quote stands in quotes, a quote inside is doubled, a
// cell has no control character. Lists inside a cell are separated by "; ".
// Limits: 4 MiB, 20,000 rows.
// Thread-safety: values. Errors: kInvalidArgument "path:line: what"; kLimitExceeded.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace qcdr::rulebook {

struct TableRow {
  int line = 0;  // from 1
  std::vector<std::string> cells;
};

// Rows of a table whose column names are exactly `columns`.
Result<std::vector<TableRow>> parse_table(std::string_view path, std::string_view bytes,
                                          std::span<const std::string_view> columns);

// One line with its line break, cells quoted where needed. Control characters become spaces.
std::string table_line(std::span<const std::string> cells);
std::string table_line(std::span<const std::string_view> cells);

std::vector<std::string> split_list(std::string_view cell);
std::string join_list(std::span<const std::string> items);

}  // namespace qcdr::rulebook
