#include "registry/audit_report.h"

#include <algorithm>

#include "rulebook/parameter_names.h"

namespace qcdr::registry {
namespace {

constexpr std::int64_t kWhole = 100;  // percent
constexpr int kShownDigits = 2;

// More than `percent` of `whole`, exactly.
bool is_above(std::size_t part, std::size_t whole, Decimal percent) {
  return Decimal::from_integer(static_cast<std::int64_t>(part) * kWhole) >
         percent * Decimal::from_integer(static_cast<std::int64_t>(whole));
}

void add_line(const rulebook::YearRules& rules, std::string_view name, ExecutionReport* report) {
  const rulebook::Parameter* parameter = rules.find_parameter(name);
  if (parameter == nullptr) return;
  const AuditOutcome& audit = report->audit;
  const std::size_t affected = audit.results.submitters_with_error.size();
  report->lines.push_back({parameter->value, parameter->citation,
                           is_above(affected, audit.plan.sample.size(), parameter->value),
                           is_above(affected, audit.plan.universe(), parameter->value)});
}

Status check_targeted(const AuditOutcome& audit, const std::vector<AuditOutcome>& targeted) {
  const std::set<std::string> first = audit.plan.entities();
  for (const AuditOutcome& each : targeted) {
    if (each.plan.kind != AuditKind::kTargeted || each.plan.year != audit.plan.year) {
      return Status(ErrorCode::kInvalidArgument, "that is no targeted audit of the same year");
    }
    if (audit.results.kinds.count(each.trigger) == 0) {
      return Status(ErrorCode::kInvalidArgument,
                    "a targeted audit looks for a kind of error that the audit did not find");
    }
    for (const std::string& entity : each.plan.entities()) {
      if (first.count(entity) == 0) continue;
      return Status(ErrorCode::kInvalidArgument,
                    "a targeted audit must not look at the sample in which the error was found");
    }
  }
  return Status::ok();
}

}  // namespace

Decimal percent_of(std::size_t part, std::size_t whole) {
  if (whole == 0) return Decimal();
  return Decimal::ratio(static_cast<std::int64_t>(part) * kWhole, static_cast<std::int64_t>(whole))
      .rounded(kShownDigits);
}

std::vector<std::string> ExecutionReport::without_targeted_audit() const {
  std::set<std::string> looked_for;
  for (const AuditOutcome& each : targeted) looked_for.insert(each.trigger);
  std::vector<std::string> kinds;
  for (const auto& entry : audit.results.kinds) {
    if (looked_for.count(entry.first) == 0) kinds.push_back(entry.first);
  }
  return kinds;
}

bool ExecutionReport::complete() const {
  const auto is_open = [](const AuditOutcome& outcome) {
    return outcome.results.open_lines > 0 ||
           std::any_of(outcome.results.kinds.begin(), outcome.results.kinds.end(),
                       [](const auto& entry) { return entry.second.open; });
  };
  return !is_open(audit) && std::none_of(targeted.begin(), targeted.end(), is_open) &&
         without_targeted_audit().empty();
}

Result<ExecutionReport> make_execution_report(const rulebook::YearRules& rules, ReportHead head,
                                              AuditOutcome audit,
                                              std::vector<AuditOutcome> targeted) {
  namespace names = rulebook::names;
  if (audit.plan.kind != AuditKind::kValidation) {
    return Status(ErrorCode::kInvalidArgument, "the report is over a data validation audit");
  }
  QCDR_RETURN_IF_ERROR(check_targeted(audit, targeted));
  ExecutionReport report;
  report.registry = std::move(head.registry);
  report.vendor_id = std::move(head.vendor_id);
  report.method = std::move(head.method);
  report.signed_by = std::move(head.signed_by);
  report.year = rules.year().value();
  const rulebook::Parameter& month = rules.parameter(names::kAuditReportDueMonth);
  const rulebook::Parameter& day = rules.parameter(names::kAuditReportDueDay);
  QCDR_ASSIGN_OR_RETURN(
      report.due,
      LocalDate::from_civil(report.year + 1, static_cast<int>(month.value.raw() / Decimal::kOne),
                            static_cast<int>(day.value.raw() / Decimal::kOne)));
  report.due_citation = month.citation;
  report.audit = std::move(audit);
  report.targeted = std::move(targeted);
  add_line(rules, names::kAuditErrorLinePercent, &report);
  add_line(rules, names::kAuditUpperLinePercent, &report);
  return report;
}

}  // namespace qcdr::registry
