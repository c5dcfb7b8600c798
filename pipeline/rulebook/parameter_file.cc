#include "rulebook/parameter_file.h"

#include <fmt/core.h>

#include "rulebook/field_reader.h"

namespace qcdr::rulebook {
namespace {

constexpr int kFirstYear = 2017;
constexpr int kLastYear = 2099;

std::vector<std::string> read_columns(FieldReader* file, FileErrors& errors) {
  std::vector<std::string> columns;
  const DocumentNode* node = file->find("columns");
  if (node == nullptr) return columns;
  for (const DocumentNode& item : node->items) columns.push_back(read_word(item, errors));
  if (columns.empty()) errors.add(node->line, "a list of columns is expected");
  return columns;
}

// One line of a matrix: as many numbers as there are columns.
void read_row(const DocumentEntry& row, const std::vector<std::string>& columns,
              const DatedParameter& common, std::vector<DatedParameter>* out, FileErrors& errors) {
  if (row.value.kind != DocumentNode::Kind::kList || row.value.items.size() != columns.size()) {
    errors.add(row.line, fmt::format("a list of {} numbers is expected", columns.size()));
    return;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    DatedParameter one = common;
    one.parameter.name = fmt::format("{}/{}/{}", common.parameter.name, row.key, columns[i]);
    one.parameter.value = read_decimal(row.value.items[i], errors);
    out->push_back(std::move(one));
  }
}

void read_year(const DocumentEntry& entry, const std::vector<std::string>& columns,
               DatedParameter common, std::vector<DatedParameter>* out, FileErrors& errors) {
  common.year =
      PerformanceYear(parse_integer(entry.key, kFirstYear, kLastYear, entry.line, errors));
  FieldReader reader(entry.value, errors);
  common.parameter.citation = reader.citation("reference");
  if (reader.has("usable_from")) common.parameter.usable_from = reader.instant("usable_from");
  if (columns.empty()) {
    common.parameter.value = read_decimal(reader.require("value"), errors);
    out->push_back(std::move(common));
  } else {
    const DocumentNode& rows = reader.require("rows");
    if (rows.entries.empty()) errors.add(rows.line, "a map of rows is expected");
    for (const DocumentEntry& row : rows.entries) read_row(row, columns, common, out, errors);
  }
  reader.finish();
}

}  // namespace

Result<std::vector<DatedParameter>> parse_parameter_file(std::string_view path,
                                                         std::string_view name,
                                                         std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  FileErrors errors(path);
  FieldReader file(root, errors);
  file.text("description");
  DatedParameter common;
  common.parameter.name = name;
  common.parameter.unit = file.text("unit");
  const std::vector<std::string> columns = read_columns(&file, errors);
  const DocumentNode& values = file.require("values");
  if (values.entries.empty()) errors.add(values.line, "values by year are expected");
  std::vector<DatedParameter> parameters;
  for (const DocumentEntry& entry : values.entries) {
    read_year(entry, columns, common, &parameters, errors);
  }
  file.finish();
  if (!errors.is_ok()) return errors.first();
  return parameters;
}

}  // namespace qcdr::rulebook
