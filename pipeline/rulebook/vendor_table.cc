#include "rulebook/vendor_table.h"

#include <fmt/core.h>

#include <array>

#include "rulebook/field_reader.h"
#include "rulebook/table.h"

namespace qcdr::rulebook {
namespace {

constexpr std::array<std::string_view, 2> kColumns = {"measure", "vendors"};

}  // namespace

Result<std::vector<VendorRow>> parse_vendor_table(std::string_view path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(std::vector<TableRow> lines, parse_table(path, bytes, kColumns));
  FileErrors errors(path);
  std::vector<VendorRow> rows;
  for (TableRow& line : lines) {
    VendorRow row{std::move(line.cells[0]), split_list(line.cells[1])};
    if (row.measure_id.empty() || (!rows.empty() && rows.back().measure_id >= row.measure_id)) {
      errors.add(line.line, fmt::format("measure {} is out of order or repeated", row.measure_id));
    }
    if (row.vendors.empty()) errors.add(line.line, "a list of vendors is expected");
    rows.push_back(std::move(row));
  }
  if (!errors.is_ok()) return errors.first();
  return rows;
}

std::string write_vendor_table(std::span<const VendorRow> rows) {
  std::string table = table_line(std::span<const std::string_view>(kColumns));
  for (const VendorRow& row : rows) {
    const std::array<std::string, kColumns.size()> cells = {row.measure_id, join_list(row.vendors)};
    table += table_line(std::span<const std::string>(cells));
  }
  return table;
}

}  // namespace qcdr::rulebook
