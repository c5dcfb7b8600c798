#include "rulebook/parameter_file.h"

#include <fmt/core.h>

#include <map>
#include <utility>

#include "rulebook/field_reader.h"
#include "rulebook/year_range.h"

namespace qcdr::rulebook {
namespace {

constexpr std::size_t kMaximumValues = 20'000;  // of one file, all years together

class ParameterFile {
 public:
  ParameterFile(std::string_view path, std::string_view name) : errors_(path) {
    common_.name = name;
  }

  Result<std::vector<DatedParameter>> read(const DocumentNode& root) {
    FieldReader file(root, errors_);
    common_.description = file.text("description");
    common_.unit = file.text("unit");
    const DocumentNode& applies = file.require("applies");
    if (errors_.is_ok()) applies_ = read_range(applies.scalar, applies.line, errors_);
    read_columns(&file);
    const DocumentNode& values = file.require("values");
    if (values.entries.empty()) errors_.add(values.line, "values by year are expected");
    for (const DocumentEntry& entry : values.entries) read_entry(entry);
    require_every_year(applies.line);
    file.finish();
    if (!errors_.is_ok()) return errors_.first();
    return std::move(parameters_);
  }

 private:
  void read_columns(FieldReader* file) {
    const DocumentNode* node = file->find("columns");
    if (node == nullptr) return;
    for (const DocumentNode& item : node->items) columns_.push_back(read_word(item, errors_));
    if (columns_.empty()) errors_.add(node->line, "a list of columns is expected");
  }

  void read_entry(const DocumentEntry& entry) {
    const YearRange range = read_range(entry.key, entry.line, errors_);
    claim(range, entry);
    FieldReader reader(entry.value, errors_);
    Parameter common = common_;
    common.citation = reader.citation("reference");
    if (reader.has("usable_from")) common.usable_from = reader.instant("usable_from");
    if (reader.has("provenance")) {
      common.provenance = static_cast<Provenance>(reader.choice("provenance", kProvenanceNames));
    }
    if (columns_.empty()) {
      common.value = read_decimal(reader.require("value"), errors_);
      add(range, entry.line, common);
    } else {
      const DocumentNode& rows = reader.require("rows");
      if (rows.entries.empty()) errors_.add(rows.line, "a map of rows is expected");
      for (const DocumentEntry& row : rows.entries) read_row(row, range, common);
    }
    reader.finish();
  }

  // Each year of the range must apply and have no value yet.
  void claim(YearRange range, const DocumentEntry& entry) {
    if (range.first < applies_.first || range.last > applies_.last) {
      errors_.add(entry.line, fmt::format("{} is not among the years that apply", entry.key));
    }
    for (int year = range.first; year <= range.last; ++year) {
      const auto claimed = lines_.emplace(year, entry.line);
      if (claimed.second) continue;
      errors_.add(entry.line,
                  fmt::format("{} has a value already, in line {}", year, claimed.first->second));
    }
  }

  void require_every_year(int line) {
    for (int year = applies_.first; year <= applies_.last; ++year) {
      if (lines_.count(year) == 0)
        errors_.add(line, fmt::format("{} applies, but has no value", year));
    }
  }

  // One line of a matrix: as many numbers as there are columns.
  void read_row(const DocumentEntry& row, YearRange range, const Parameter& common) {
    if (row.value.kind != DocumentNode::Kind::kList || row.value.items.size() != columns_.size()) {
      errors_.add(row.line, fmt::format("a list of {} numbers is expected", columns_.size()));
      return;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Parameter one = common;
      one.name = fmt::format("{}/{}/{}", common.name, row.key, columns_[i]);
      one.value = read_decimal(row.value.items[i], errors_);
      add(range, row.line, one);
    }
  }

  void add(YearRange range, int line, const Parameter& parameter) {
    for (int year = range.first; year <= range.last; ++year) {
      if (parameters_.size() >= kMaximumValues) return errors_.add(line, "too many values");
      parameters_.push_back({PerformanceYear(year), line, parameter});
    }
  }

  FileErrors errors_;
  Parameter common_;
  YearRange applies_;
  std::vector<std::string> columns_;
  std::map<int, int> lines_;  // of the year that has a value
  std::vector<DatedParameter> parameters_;
};

}  // namespace

Result<std::vector<DatedParameter>> parse_parameter_file(std::string_view path,
                                                         std::string_view name,
                                                         std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  return ParameterFile(path, name).read(root);
}

}  // namespace qcdr::rulebook
