// The execution report as a page to read and print.
#include <fmt/core.h>

#include "registry/audit_report.h"
#include "registry/page.h"

namespace qcdr::registry {
namespace {

constexpr int kShownDigits = 2;

std::string percent_text(std::size_t part, std::size_t whole) {
  return whole == 0 ? "none to compare with"
                    : percent_of(part, whole).to_fixed(kShownDigits) + " %";
}

std::string cited(const rulebook::Citation& citation) {
  return fmt::format("{} ({})", citation.title, confidence_name(citation.confidence));
}

std::string kinds_table(const std::string& caption, const AuditResults& results) {
  if (results.kinds.empty()) return page_paragraph("No deficiency was found.");
  PageTable table(caption,
                  {"Kind", "Lines", "Clinicians", "First detected", "Corrected by", "How"});
  for (const auto& [name, kind] : results.kinds) {
    std::string how;
    for (const std::string& each : kind.how) how += (how.empty() ? "" : "; ") + each;
    table.row({name, std::to_string(kind.count), std::to_string(kind.submitters.size()),
               kind.detected.to_string(), kind.open ? "still open" : kind.corrected.to_string(),
               how});
  }
  return table.take();
}

std::string rates_table(const ExecutionReport& report) {
  const PlanOnFile& plan = report.audit.plan;
  const AuditResults& results = report.audit.results;
  const std::size_t affected = results.submitters_with_error.size();
  PageTable table("Deficiency rates", {"What", "With a deficiency", "Of", "Rate"}, true);
  table.row({"Clinicians of the sample", std::to_string(affected),
             std::to_string(plan.sample.size()), percent_text(affected, plan.sample.size())});
  table.row({"Clinicians of all that is submitted, as far as is known", std::to_string(affected),
             std::to_string(plan.universe()), percent_text(affected, plan.universe())});
  table.row({"Cases that were checked", std::to_string(results.cases_with_error.size()),
             std::to_string(results.cases_checked),
             percent_text(results.cases_with_error.size(), results.cases_checked)});
  return table.take();
}

std::string lines_table(const ExecutionReport& report) {
  PageTable table("Lines of the share of clinicians affected",
                  {"Line", "Sample", "All submitted", "Source"});
  const auto word = [](bool above) { return above ? "above" : "not above"; };
  for (const ErrorLine& line : report.lines) {
    table.row({line.percent.to_string() + " %", word(line.above_in_sample), word(line.above_of_all),
               cited(line.citation)});
  }
  return table.take();
}

std::string targeted_section(const ExecutionReport& report) {
  std::string body = page_heading("Targeted audits");
  body += page_paragraph(
      "Each kind of deficiency asks for one, on another sample, and for its correction before "
      "submission, whatever the rates are.");
  for (const std::string& name : report.without_targeted_audit()) {
    body += page_paragraph("Still to be done: " + name + ".");
  }
  for (const AuditOutcome& each : report.targeted) {
    body += page_paragraph(fmt::format(
        "For {}: {} clinicians and {} cases, drawn with seed {} without those of the first "
        "sample; {} with a deficiency. Root cause: {}.",
        each.trigger, each.plan.sample.size(), each.results.cases_checked, each.plan.seed,
        each.results.submitters_with_error.size(), each.root_cause));
    if (each.results.open_lines > 0) {
      body += page_paragraph(fmt::format("{} lines are still open.", each.results.open_lines));
    }
    body += kinds_table("Deficiencies that the targeted audit for " + each.trigger + " found",
                        each.results);
  }
  return body;
}

}  // namespace

std::string execution_report_page(const ExecutionReport& report) {
  const AuditOutcome& audit = report.audit;
  std::string body;
  if (!report.registry.empty()) {
    body += page_paragraph(report.registry +
                           (report.vendor_id.empty() ? "" : ", vendor " + report.vendor_id));
  }
  body += page_paragraph(
      fmt::format("Due by {}: {}.", report.due.to_string(), cited(report.due_citation)));
  body += page_paragraph(report.complete()
                             ? "Every line of the audit is answered and every deficiency corrected."
                             : "This report is not complete.");
  if (audit.results.open_lines > 0) {
    body += page_paragraph(
        fmt::format("{} lines of the work list have no answer yet.", audit.results.open_lines));
  }
  body += page_heading("Rates") + rates_table(report) + lines_table(report);
  body += page_heading("Deficiencies") + kinds_table("Deficiencies by kind", audit.results);
  if (!audit.results.kinds.empty()) body += targeted_section(report);
  body += page_heading("Method");
  if (!report.method.empty()) body += page_paragraph(report.method);
  body += page_paragraph(fmt::format(
      "{} clinicians were drawn of {} by a keyed hash under seed {}; the plan's SHA-256 is {}.",
      audit.plan.sample.size(), audit.plan.universe(), audit.plan.seed, audit.plan.sha256));
  body += page_paragraph(
      "Checked were eligibility, TIN and NPI, rates, the measures of the year, and the clinical "
      "documents behind each case of the sample. The registry keeps no patients: a case stands for "
      "a patient.");
  if (!report.signed_by.empty()) body += page_paragraph("Signed by " + report.signed_by + ".");
  return whole_page(
      fmt::format("Data validation execution report, performance year {}", report.year), body);
}

}  // namespace qcdr::registry
