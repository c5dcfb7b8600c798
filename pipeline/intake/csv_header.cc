#include "intake/csv_header.h"

#include <algorithm>
#include <array>

#include "intake/text.h"

namespace qcdr::intake {
namespace {

struct Separator {
  char sign;
  std::string_view name;
};
constexpr std::array<Separator, 3> kSeparators = {{
    {';', "semicolons"},
    {'\t', "tabs"},
    {'|', "vertical bars"},
}};
constexpr std::array<std::string_view, 4> kCommonColumns = {"practice_id", "performance_year",
                                                            "tin", "npi"};

constexpr std::string_view kOptOutTable = "opt-out";
constexpr std::string_view kOptOutColumn = "opt_out";

bool has(const HeaderNames& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_common(std::string_view name) {
  return std::find(kCommonColumns.begin(), kCommonColumns.end(), name) != kCommonColumns.end();
}

std::string normalised(std::string_view name) {
  std::string text(without_invisible_ends(trimmed(name)));
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() > 1 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

struct Fit {
  std::size_t needed = 0;   // columns that tell kinds apart
  std::size_t missing = 0;  // of those
  std::size_t missing_common = 0;
};

Fit fit(const RecordTable& table, const HeaderNames& names) {
  Fit result;
  for (const RecordField& field : fields_of(table)) {
    if (field.need == Need::kOptional) continue;
    const bool there = has(names, field.name);
    if (is_common(field.name)) {
      result.missing_common += there ? 0 : 1;
    } else {
      ++result.needed;
      result.missing += there ? 0 : 1;
    }
  }
  return result;
}

}  // namespace

HeaderNames header_names(const CsvRow& row) {
  HeaderNames names;
  for (const CsvField& field : row.fields) names.push_back(normalised(field.value));
  return names;
}

ColumnMap map_columns(const RecordTable& table, const HeaderNames& names) {
  const std::vector<RecordField>& fields = fields_of(table);
  ColumnMap map;
  map.column_of_field.assign(fields.size(), ColumnMap::kAbsent);
  for (std::size_t column = 0; column < names.size(); ++column) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const RecordField& field) {
      return field.name == names[column];
    });
    if (found == fields.end()) {
      map.unknown.push_back(column);
      continue;
    }
    const auto field = static_cast<std::size_t>(found - fields.begin());
    if (map.column_of_field[field] != ColumnMap::kAbsent) {
      map.repeated = field;
    } else {
      map.column_of_field[field] = column;
    }
  }
  return map;
}

std::string missing_columns(const RecordTable& table, const ColumnMap& columns) {
  const std::vector<RecordField>& fields = fields_of(table);
  std::string text;
  for (std::size_t field = 0; field < fields.size(); ++field) {
    if (fields[field].need == Need::kOptional) continue;
    if (columns.column_of_field[field] != ColumnMap::kAbsent) continue;
    text.append(text.empty() ? "" : ", ").append(fields[field].name);
  }
  return text;
}

const RecordTable* kind_of_header(const HeaderNames& names) {
  const RecordTable* whole = nullptr;
  const RecordTable* part = nullptr;
  std::size_t most_needed = 0;
  Fit best;
  for (const RecordTable* table : record_tables()) {
    const Fit now = fit(*table, names);
    if (now.missing == 0 && now.missing_common == 0 && now.needed > most_needed) {
      whole = table;
      most_needed = now.needed;
    }
    if (now.missing * 2 > now.needed) continue;
    // The larger share that is there, cross-multiplied.
    if (part == nullptr || now.missing * best.needed < best.missing * now.needed) {
      part = table;
      best = now;
    }
  }
  if (whole != nullptr) return whole;
  // A no must not get lost: with this column it is an opt-out file, however little else is there.
  return part == nullptr && has(names, kOptOutColumn) ? find_table(kOptOutTable) : part;
}

std::optional<Place> foreign_encoding(const CsvRow& row) {
  for (const CsvFault& fault : row.faults) {
    if (fault.complaint.code == FindingCode::CSV_INVALID_UTF8) return fault.place;
  }
  return std::nullopt;
}

std::optional<std::string_view> other_separator(const CsvRow& row) {
  std::string line;
  for (const CsvField& field : row.fields) line.append(line.empty() ? "" : ",").append(field.value);
  for (const Separator& separator : kSeparators) {
    HeaderNames names;
    std::string_view rest = line;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(separator.sign), rest.size());
      names.push_back(normalised(without_quotes(rest.substr(0, end))));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (names.size() > 1 && kind_of_header(names) != nullptr) return separator.name;
  }
  return std::nullopt;
}

}  // namespace qcdr::intake
