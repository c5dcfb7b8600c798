// The auditor's answers, line by line against the plan.
#include <algorithm>

#include "registry/audit_report.h"
#include "registry/csv_text.h"

namespace qcdr::registry {
namespace {

Status fault(const CsvRecord& record, const std::string& what) {
  return Status(ErrorCode::kInvalidArgument, "line " + std::to_string(record.line) + ": " + what);
}

// What a line of the work list is about: number of the submitter, check and case.
using Line = std::tuple<std::size_t, std::string, std::string>;

std::set<Line> lines_of(const PlanOnFile& plan) {
  std::set<Line> lines;
  for (std::size_t i = 0; i < plan.sample.size(); ++i) {
    for (const std::string_view check : kSubmitterChecks)
      lines.insert({i + 1, std::string(check), ""});
    for (const std::string& token : plan.sample[i].cases) {
      lines.insert({i + 1, std::string(kCaseCheck), token});
    }
  }
  return lines;
}

Result<Line> read_line(const CsvRecord& record, const std::set<Line>& lines) {
  const std::string& number = record.at("submitter");
  std::size_t submitter = 0;
  for (const char c : number) {
    if (c < '0' || c > '9' || submitter > 1'000'000) return fault(record, "submitter is no number");
    submitter = submitter * 10 + static_cast<std::size_t>(c - '0');
  }
  Line line{submitter, record.at("check"), record.at("case")};
  if (lines.count(line) == 0)
    return fault(record, "the plan has no such submitter, check and case");
  return line;
}

Result<LocalDate> read_date(const CsvRecord& record, const char* column) {
  auto date = LocalDate::parse(record.at(column));
  if (!date.is_ok()) return fault(record, std::string(column) + " is no date like 2023-02-20");
  return date;
}

Status take_error(const CsvRecord& record, std::size_t submitter, AuditResults* results) {
  const std::string& name = record.at("error_type");
  if (name.empty()) return fault(record, "a deficient line needs an error_type");
  QCDR_ASSIGN_OR_RETURN(const LocalDate detected, read_date(record, "detected"));
  ErrorKind& kind = results->kinds[name];
  if (kind.count == 0 || detected < kind.detected) kind.detected = detected;
  ++kind.count;
  kind.submitters.insert(submitter);
  if (record.at("corrected").empty()) {
    kind.open = true;
  } else {
    QCDR_ASSIGN_OR_RETURN(const LocalDate corrected, read_date(record, "corrected"));
    if (corrected < detected) return fault(record, "corrected before it was detected");
    if (record.at("how").empty()) return fault(record, "how it was corrected is not said");
    kind.corrected = std::max(kind.corrected, corrected);
    kind.how.insert(record.at("how"));
  }
  return Status::ok();
}

}  // namespace

Result<AuditResults> read_audit_results(std::string_view csv, const PlanOnFile& plan) {
  QCDR_ASSIGN_OR_RETURN(const auto records,
                        read_csv(csv, {"submitter", "check", "case", "outcome", "error_type",
                                       "detected", "corrected", "how"}));
  AuditResults results;
  const std::set<Line> lines = lines_of(plan);
  std::set<Line> answered;
  for (const CsvRecord& record : records) {
    QCDR_ASSIGN_OR_RETURN(const Line line, read_line(record, lines));
    const std::size_t submitter = std::get<0>(line);
    const std::string& token = std::get<2>(line);
    const std::string& outcome = record.at("outcome");
    if (outcome.empty()) continue;
    if (outcome != "agreed" && outcome != "deficient") {
      return fault(record, "outcome is agreed or deficient, or empty while it is open");
    }
    if (!answered.insert(line).second) return fault(record, "it is answered twice");
    results.submitters_checked.insert(submitter);
    if (!token.empty()) ++results.cases_checked;
    if (outcome == "agreed") continue;
    results.submitters_with_error.insert(submitter);
    // The same case is one of two clinicians: two lines, and two cases of the sample.
    if (!token.empty()) results.cases_with_error.insert(std::to_string(submitter) + "/" + token);
    QCDR_RETURN_IF_ERROR(take_error(record, submitter, &results));
  }
  results.open_lines = lines.size() - answered.size();
  return results;
}

}  // namespace qcdr::registry
