// The plan as JSON, as a few lines and as the auditor's work list.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "registry/audit_plan.h"
#include "registry/csv_text.h"

namespace qcdr::registry {
namespace {

using Json = nlohmann::ordered_json;

const std::vector<std::string> kColumns = {
    "submitter", "level",      "practices",    "tin",       "npi", "clinician",
    "check",     "case",       "service_date", "upload",    "row", "as_submitted",
    "outcome",   "error_type", "detected",     "corrected", "how"};

Json rule_json(const AuditRule& rule) {
  return {{"pct", rule.submitters.percent},
          {"min", rule.submitters.minimum},
          {"max", rule.submitters.maximum},
          {"patientPct", rule.patients.percent},
          {"patientMin", rule.patients.minimum},
          {"patientMax", rule.patients.maximum},
          {"excludeSampledWithinYears", rule.excluded_years},
          {"samples", rule.samples_entities ? "entities" : "tinNpi"},
          {"citation",
           {{"title", rule.citation.title},
            {"href", rule.citation.href},
            {"confidence", std::string(confidence_name(rule.citation.confidence))}}}};
}

const char* level_of(const AuditPlan& plan, const PlannedSubmitter& each) {
  const auto own = plan.request.clinicians.find(each.entity.entity);
  return own != plan.request.clinicians.end() && own->second ? "individual" : "group";
}

Json submitter_json(const AuditPlan& plan, std::size_t place) {
  const PlannedSubmitter& each = plan.sample[place];
  Json practices = Json::array();
  for (const PracticeId practice : each.entity.practices) practices.push_back(practice.value());
  Json cases = Json::array();
  for (const SubmittedCase& one : each.cases) cases.push_back(one.token.to_hex());
  Json json = {{"number", place + 1},           {"entityId", each.entity.entity.to_hex()},
               {"level", level_of(plan, each)}, {"practices", practices},
               {"patients", each.patients},     {"cases", cases}};
  if (each.entity.last_drawn != 0) json["lastDrawn"] = each.entity.last_drawn;
  return json;
}

Json named_plan(const PlanOnFile& plan) {
  return {{"seed", plan.seed}, {"sha256", plan.sha256}};
}

}  // namespace

std::string seed_text(std::uint64_t seed) {
  return fmt::format("{:016x}", seed);
}

std::string audit_plan_json(const AuditPlan& plan) {
  const PlanRequest& request = plan.request;
  Json json = {{"artefact", request.kind == AuditKind::kTargeted ? kTargetedPlanName : kPlanName},
               {"performanceYear", plan.year.value()},
               {"seed", seed_text(request.seed)}};
  if (request.replaces) {
    json["replaces"] = named_plan(*request.replaces);
    json["replaces"]["reason"] = request.reason;
  }
  if (request.after) json["after"] = named_plan(*request.after);
  json["universe"] = {{"tinNpiPairs", plan.universe()},
                      {"byType", {{"individual", plan.individuals}, {"group", plan.groups}}}};
  json["rule"] = rule_json(plan.rule);
  json["excluded"] = {{"plans", request.earlier.size()},
                      {"pairs", plan.drawn.excluded},
                      {"takenBack", plan.drawn.taken_back}};
  json["selectedPairs"] = plan.sample.size();
  json["selectedCases"] = plan.cases();
  json["frozenAt"] = request.as_of.to_string();
  json["stateDigest"] = request.state_digest;
  json["rulebookDigest"] = request.rulebook_digest;
  json["sample"] = Json::array();
  for (std::size_t i = 0; i < plan.sample.size(); ++i) {
    json["sample"].push_back(submitter_json(plan, i));
  }
  return json.dump(2) + "\n";
}

std::string audit_plan_summary(const AuditPlan& plan) {
  std::string text = fmt::format(
      "{} of {}, seed {}\n{} of {} that will be submitted ({} individually, {} as groups), {} "
      "cases\n",
      plan.request.kind == AuditKind::kTargeted ? "Targeted audit" : "Data validation audit",
      plan.year.value(), seed_text(plan.request.seed), plan.sample.size(), plan.universe(),
      plan.individuals, plan.groups, plan.cases());
  if (plan.universe() == 0) text += "Nothing will be submitted as things stand: no sample\n";
  if (plan.drawn.excluded > 0) {
    text += fmt::format("{} left out, drawn in the last {} years\n", plan.drawn.excluded,
                        plan.rule.excluded_years);
  }
  if (plan.drawn.taken_back > 0) {
    text += fmt::format(
        "{} drawn although it was drawn in the last {} years: the rule's number comes first\n",
        plan.drawn.taken_back, plan.rule.excluded_years);
  }
  return text;
}

std::string audit_work_list(const AuditPlan& plan, const std::map<EntityId, Identity>& identities) {
  std::string text = csv_line(kColumns);
  for (std::size_t i = 0; i < plan.sample.size(); ++i) {
    const PlannedSubmitter& each = plan.sample[i];
    const auto found = identities.find(each.entity.entity);
    const Identity who = found == identities.end() ? Identity() : found->second;
    std::string practices;
    for (const PracticeId practice : each.entity.practices) {
      practices += (practices.empty() ? "" : " ") + std::to_string(practice.value());
    }
    const std::vector<std::string> head = {
        std::to_string(i + 1), level_of(plan, each), practices, who.tin, who.npi, who.name};
    const auto add = [&](std::vector<std::string> cells) {
      cells.insert(cells.begin(), head.begin(), head.end());
      cells.resize(kColumns.size());
      text += csv_line(cells);
    };
    for (const std::string_view check : kSubmitterChecks) add({std::string(check)});
    for (const SubmittedCase& one : each.cases) {
      add({std::string(kCaseCheck), one.token.to_hex(), one.service_date.to_string(), one.upload_id,
           std::to_string(one.row + 1), one.outcomes});
    }
  }
  return text;
}

}  // namespace qcdr::registry
