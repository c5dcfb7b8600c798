// Lines of CSV (RFC 4180) for people's spreadsheets: a cell that a spreadsheet would take for a
// formula has an apostrophe before it. And rows of such a file by their columns' names.
// Thread-safety: free functions, values. Errors: kInvalidArgument with the line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/status.h"

namespace qcdr::registry {

std::string csv_line(const std::vector<std::string>& cells);

struct CsvRecord {
  std::uint64_t line = 0;
  std::map<std::string, std::string> cells;                // by name of the column
  const std::string& at(const std::string& column) const;  // empty where there is none
};
// The first row names the columns; `required` must be among them.
Result<std::vector<CsvRecord>> read_csv(std::string_view bytes,
                                        const std::vector<std::string>& required);

}  // namespace qcdr::registry
