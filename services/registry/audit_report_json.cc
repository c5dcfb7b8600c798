// The execution report as JSON: the sample's rate first.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "registry/audit_report.h"
#include "registry/json_values.h"

namespace qcdr::registry {
namespace {

using Json = nlohmann::ordered_json;

Json kinds_json(const AuditResults& results) {
  Json kinds = Json::array();
  for (const auto& [name, kind] : results.kinds) {
    kinds.push_back({{"type", name},
                     {"n", kind.count},
                     {"clinicians", kind.submitters.size()},
                     {"detected", kind.detected.to_string()},
                     {"corrected", kind.open ? Json() : Json(kind.corrected.to_string())},
                     {"how", kind.how}});
  }
  return kinds;
}

Json targeted_json(const ExecutionReport& report) {
  Json all = Json::array();
  for (const AuditOutcome& each : report.targeted) {
    const bool corrected = std::none_of(each.results.kinds.begin(), each.results.kinds.end(),
                                        [](const auto& entry) { return entry.second.open; });
    all.push_back({{"trigger", each.trigger},
                   {"rootCause", each.root_cause},
                   {"seed", each.plan.seed},
                   {"sampleExcludesFirstSample", true},
                   {"pairs", each.plan.sample.size()},
                   {"cases", each.results.cases_checked},
                   {"pairsWithError", each.results.submitters_with_error.size()},
                   {"openLines", each.results.open_lines},
                   {"byType", kinds_json(each.results)},
                   {"correctedBeforeSubmission", corrected && each.results.open_lines == 0}});
  }
  return all;
}

Json lines_json(const ExecutionReport& report) {
  Json lines = Json::array();
  for (const ErrorLine& line : report.lines) {
    lines.push_back({{"percent", number_json(line.percent)},
                     {"aboveInSample", line.above_in_sample},
                     {"aboveOfAll", line.above_of_all},
                     {"citation", citation_json(line.citation)}});
  }
  return lines;
}

}  // namespace

std::string execution_report_json(const ExecutionReport& report) {
  const PlanOnFile& plan = report.audit.plan;
  const AuditResults& results = report.audit.results;
  const std::size_t affected = results.submitters_with_error.size();
  Json checks = Json::array();
  for (const std::string_view check : kSubmitterChecks) checks.push_back(std::string(check));
  checks.push_back(std::string(kCaseCheck));
  std::size_t cases = 0;
  for (const PlanOnFile::Sampled& each : plan.sample) cases += each.cases.size();
  const Json json = {
      {"artefact", "DATA_VALIDATION_EXECUTION_REPORT"},
      {"performanceYear", report.year},
      {"registry", report.registry},
      {"vendorId", report.vendor_id},
      {"dueBy", report.due.to_string()},
      {"dueCitation", citation_json(report.due_citation)},
      {"complete", report.complete()},
      {"method", report.method},
      {"checks", checks},
      {"plan", {{"seed", plan.seed}, {"sha256", plan.sha256}}},
      {"sample", {{"pairs", plan.sample.size()}, {"cases", cases}}},
      {"universe", {{"pairs", plan.universe()}}},
      {"results",
       {{"openLines", results.open_lines},
        {"casesChecked", results.cases_checked},
        {"casesWithError", results.cases_with_error.size()},
        {"pairsWithError", affected},
        {"caseErrorRatePct",
         number_json(percent_of(results.cases_with_error.size(), results.cases_checked))},
        {"sampleCliniciansAffectedPct", number_json(percent_of(affected, plan.sample.size()))},
        {"allCliniciansAffectedPct", number_json(percent_of(affected, plan.universe()))},
        {"byType", kinds_json(results)}}},
      {"lines", lines_json(report)},
      {"targetedAuditRequired", !results.kinds.empty()},
      {"withoutTargetedAudit", report.without_targeted_audit()},
      {"targetedAudits", targeted_json(report)},
      {"signedBy", report.signed_by}};
  return json.dump(2) + "\n";
}

}  // namespace qcdr::registry
