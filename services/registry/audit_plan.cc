#include "registry/audit_plan.h"

#include <algorithm>

namespace qcdr::registry {
namespace {

Status check_request(const PlanRequest& request, int year) {
  const auto wrong = [](const char* text) { return Status(ErrorCode::kFailedPrecondition, text); };
  if (request.replaces) {
    if (request.reason.empty()) return wrong("a plan that replaces another says why");
    if (request.replaces->year != year) return wrong("the plan to be replaced is of another year");
    if (request.replaces->seed == seed_text(request.seed)) {
      return wrong("the same seed draws the same sample: a redraw needs another one");
    }
    if (request.replaces->kind != request.kind) {
      return wrong("the plan to be replaced is of another kind of audit");
    }
  }
  if (request.kind == AuditKind::kTargeted && !request.after) {
    return wrong("a targeted audit names the plan of the audit that found errors");
  }
  if (request.after && request.after->year != year) {
    return wrong("the audit that found errors is of another year");
  }
  return Status::ok();
}

// Whose sample would be the same data again.
std::set<std::string> left_out(const PlanRequest& request) {
  if (request.kind != AuditKind::kTargeted) return {};
  return request.after->entities();
}

DrawnBefore drawn_before(const PlanRequest& request, int year) {
  DrawnBefore drawn;
  for (const PlanOnFile& plan : request.earlier) {
    if (plan.year < year) drawn[plan.year].merge(plan.entities());
  }
  return drawn;
}

Status draw_cases(const Ledgers& ledgers, AuditPlan* plan) {
  std::set<EntityId> chosen;
  for (const PlannedSubmitter& each : plan->sample) chosen.insert(each.entity.entity);
  QCDR_ASSIGN_OR_RETURN(CasesByEntity cases, read_cases(ledgers, plan->year, chosen));
  for (PlannedSubmitter& each : plan->sample) {
    std::vector<SubmittedCase>& all = cases[each.entity.entity];
    std::vector<std::string> subjects;
    for (const SubmittedCase& one : all) subjects.push_back(one.token.to_hex());
    each.patients = all.size();
    std::vector<std::size_t> order =
        draw_order(plan->request.seed, "patients of " + each.entity.entity.to_hex(), subjects);
    order.resize(plan->rule.patients.of(order.size()));
    for (const std::size_t place : order) each.cases.push_back(std::move(all[place]));
  }
  return Status::ok();
}

}  // namespace

std::size_t AuditPlan::cases() const {
  std::size_t sum = 0;
  for (const PlannedSubmitter& each : sample) sum += each.cases.size();
  return sum;
}

Result<AuditPlan> make_audit_plan(const Ledgers& ledgers, const rulebook::YearRules& rules,
                                  const Key256& entity_key, PlanRequest request) {
  const std::optional<AuditRule> rule = audit_rule(rules);
  const int year = rules.year().value();
  if (!rule) {
    return Status(ErrorCode::kInvalidArgument,
                  "no data validation audit is asked for in " + std::to_string(year));
  }
  QCDR_RETURN_IF_ERROR(check_request(request, year));
  std::set<EntityId> wanted;
  const std::set<std::string> out = left_out(request);
  for (const auto& entry : request.clinicians) {
    if (!rule->samples_entities || entry.second) wanted.insert(entry.first);
  }
  if (rule->samples_entities) wanted.insert(request.groups.begin(), request.groups.end());
  std::erase_if(wanted, [&](const EntityId& id) { return out.count(id.to_hex()) != 0; });
  QCDR_ASSIGN_OR_RETURN(
      const auto submitted,
      read_submitted(ledgers, rules.year(), wanted, entity_key, drawn_before(request, year)));
  AuditPlan plan;
  plan.year = rules.year();
  plan.rule = *rule;
  plan.request = std::move(request);
  std::vector<Candidate> candidates;
  for (const SubmittedEntity& each : submitted) {
    candidates.push_back({each.entity.to_hex(), each.last_drawn});
    const auto own = plan.request.clinicians.find(each.entity);
    const bool individual = own != plan.request.clinicians.end() && own->second;
    ++(individual ? plan.individuals : plan.groups);
  }
  const char* what = plan.request.kind == AuditKind::kTargeted ? "targeted" : "submitters";
  plan.drawn = draw_sample(plan.request.seed, what, year, rule->excluded_years,
                           rule->submitters.of(candidates.size()), candidates);
  for (const std::size_t place : plan.drawn.chosen)
    plan.sample.push_back({submitted[place], 0, {}});
  QCDR_RETURN_IF_ERROR(draw_cases(ledgers, &plan));
  return plan;
}

}  // namespace qcdr::registry
