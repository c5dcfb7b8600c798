#include "intake/csv_kinds.h"

#include <algorithm>

#include "core/assert.h"

namespace qcdr::intake {
namespace {

constexpr std::array<std::string_view, kColumnCount> kColumnNames = {
    "practice_id",
    "performance_year",
    "tin",
    "npi",
    "last_name",
    "first_name",
    "credential",
    "asa_member_id",
    "start_date",
    "end_date",
    "reporting_role",
    "status",
    "action",
    "signer_name",
    "signed_at",
    "document_sha256",
    "level",
    "pathway",
    "elected_by",
};

constexpr std::array<ColumnNeed, 12> kRoster = {{
    {Column::kPracticeId, Need::kValue},
    {Column::kPerformanceYear, Need::kValue},
    {Column::kTin, Need::kValue},
    {Column::kNpi, Need::kValue},
    {Column::kLastName, Need::kValue},
    {Column::kFirstName, Need::kColumn},
    {Column::kCredential, Need::kValue},
    {Column::kAsaMemberId, Need::kOptional},
    {Column::kStartDate, Need::kColumn},
    {Column::kEndDate, Need::kColumn},
    {Column::kReportingRole, Need::kOptional},
    {Column::kStatus, Need::kOptional},
}};
constexpr std::array<ColumnNeed, 8> kIndividualConsent = {{
    {Column::kPracticeId, Need::kValue},
    {Column::kPerformanceYear, Need::kValue},
    {Column::kTin, Need::kValue},
    {Column::kNpi, Need::kValue},
    {Column::kAction, Need::kValue},
    {Column::kSignerName, Need::kValue},
    {Column::kSignedAt, Need::kValue},
    {Column::kDocumentSha256, Need::kOptional},
}};
constexpr std::array<ColumnNeed, 7> kOfficerConsent = {{
    {Column::kPracticeId, Need::kValue},
    {Column::kPerformanceYear, Need::kValue},
    {Column::kTin, Need::kValue},
    {Column::kAction, Need::kValue},
    {Column::kSignerName, Need::kValue},
    {Column::kSignedAt, Need::kValue},
    {Column::kDocumentSha256, Need::kOptional},
}};
constexpr std::array<ColumnNeed, 6> kReportingOption = {{
    {Column::kPracticeId, Need::kValue},
    {Column::kPerformanceYear, Need::kValue},
    {Column::kTin, Need::kValue},
    {Column::kLevel, Need::kValue},
    {Column::kPathway, Need::kValue},
    {Column::kElectedBy, Need::kValue},
}};

// Kinds with more columns first: an officer's consent is an individual one without npi.
constexpr std::array<v1::RecordKind, 4> kKinds = {
    v1::RECORD_KIND_ROSTER_ENTRY,
    v1::RECORD_KIND_INDIVIDUAL_CONSENT,
    v1::RECORD_KIND_OFFICER_CONSENT,
    v1::RECORD_KIND_REPORTING_OPTION,
};

std::string normalised(std::string_view name) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t first = name.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  std::string text(name.substr(first, name.find_last_not_of(kSpace) - first + 1));
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::size_t missing_count(v1::RecordKind kind, const ColumnMap& columns, std::size_t* needed) {
  std::size_t missing = 0;
  *needed = 0;
  for (const ColumnNeed& entry : columns_of(kind)) {
    if (entry.need == Need::kOptional) continue;
    ++*needed;
    if (!columns.has(entry.column)) ++missing;
  }
  return missing;
}

}  // namespace

std::string_view column_name(Column column) {
  return kColumnNames[static_cast<std::size_t>(column)];
}

std::span<const v1::RecordKind> csv_kinds() {
  return kKinds;
}

std::span<const ColumnNeed> columns_of(v1::RecordKind kind) {
  switch (kind) {
    case v1::RECORD_KIND_ROSTER_ENTRY:
      return kRoster;
    case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
      return kIndividualConsent;
    case v1::RECORD_KIND_OFFICER_CONSENT:
      return kOfficerConsent;
    case v1::RECORD_KIND_REPORTING_OPTION:
      return kReportingOption;
    default:
      return {};
  }
}

HeaderLine read_header_line(const std::vector<std::string_view>& names) {
  HeaderLine header;
  header.columns.index.fill(ColumnMap::kAbsent);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = normalised(names[i]);
    const auto* found = std::find(kColumnNames.begin(), kColumnNames.end(), name);
    if (found == kColumnNames.end()) {
      header.unknown.push_back(i);
      continue;
    }
    const auto column = static_cast<std::size_t>(found - kColumnNames.begin());
    if (header.columns.index[column] != ColumnMap::kAbsent) {
      header.repeated = static_cast<Column>(column);
    } else {
      header.columns.index[column] = i;
    }
  }
  return header;
}

std::string missing_columns(v1::RecordKind kind, const ColumnMap& columns) {
  std::string text;
  for (const ColumnNeed& entry : columns_of(kind)) {
    if (entry.need == Need::kOptional || columns.has(entry.column)) continue;
    if (!text.empty()) text += ", ";
    text += column_name(entry.column);
  }
  return text;
}

v1::RecordKind kind_of_columns(const ColumnMap& columns) {
  v1::RecordKind best = v1::RECORD_KIND_UNSPECIFIED;
  std::size_t fewest = kColumnCount;
  for (const v1::RecordKind kind : kKinds) {
    std::size_t needed = 0;
    const std::size_t missing = missing_count(kind, columns, &needed);
    if (missing == 0) return kind;
    if (missing * 2 <= needed && missing < fewest) {
      best = kind;
      fewest = missing;
    }
  }
  return best;
}

}  // namespace qcdr::intake
