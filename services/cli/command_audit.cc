// `qcdr audit plan|report`; `pack` is in command_audit_pack.cc, `verify` in command_audit_verify.cc
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <tuple>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/pack_commands.h"
#include "cli/place_options.h"
#include "cli/state_view.h"
#include "cli/whole_file.h"
#include "registry/audit_report.h"

namespace qcdr {
namespace {

using registry::AuditKind;
using registry::PlanOnFile;

struct PlanOptions {
  PlaceOptions place;
  int year = 0;
  std::string seed;
  std::vector<std::string> earlier;
  std::string replaces;
  std::string because;
  std::string targeted_after;
  std::string out;
  std::string work_list;
};

// Kind of error, plan, results, root cause.
using Targeted = std::tuple<std::string, std::string, std::string, std::string>;

struct ReportOptions {
  std::string plan;
  std::string results;
  std::vector<Targeted> targeted;
  registry::ReportHead head;
  std::string page;
};

Result<PlanOnFile> plan_on(const std::string& path) {
  const auto bytes = read_whole_file(path);
  QCDR_RETURN_IF_ERROR(bytes.status().with_context(path));
  const auto plan = registry::read_audit_plan(bytes.value());
  QCDR_RETURN_IF_ERROR(plan.status().with_context(path));
  return plan;
}

Result<const rulebook::YearRules*> rules_of(int year) {
  const auto* rules = rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
  if (rules == nullptr) {
    return Status(ErrorCode::kInvalidArgument,
                  std::to_string(year) + " is no year of the rulebook");
  }
  return rules;
}

Result<EntityId> entity_of(const std::string& hex_id) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex_id.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex_id.substr(i, 2), nullptr, 16));
  }
  return EntityId::from_string(bytes);
}

// Whose data would go to CMS as things stand, and in whose set.
Status take_submitted(StateView& view, int year, registry::PlanRequest* request) {
  QCDR_ASSIGN_OR_RETURN(const auto rows, view.score_rows());
  for (const ScoreRow& row : rows) {
    if (row.year.value() != year || !is_sent(row)) continue;
    // A TIN that goes with its virtual group alone has no set of its own to be drawn.
    if (row.group && !row.displaced_by.empty() && !row.will_be_sent) continue;
    QCDR_ASSIGN_OR_RETURN(const EntityId entity, entity_of(row.entity_id));
    if (row.group) {
      request->groups.insert(entity);
    } else {
      bool& own = request->clinicians[entity];
      own = own || row.will_be_sent;
    }
  }
  return Status::ok();
}

Result<std::uint64_t> seed_of(const PlanOptions& options, KeyRing& keys) {
  if (!options.seed.empty()) return registry::parse_seed(options.seed);
  const Nonce96 chance = keys.fresh_nonce();
  std::uint64_t seed = 0;
  std::memcpy(&seed, chance.data(), sizeof seed);
  return seed;
}

Result<registry::PlanRequest> request_of(const PlanOptions& options, StateView& view) {
  registry::PlanRequest request;
  request.as_of = view.as_of();
  request.state_digest = view.digest().to_hex();
  const Hash256 rulebook = rulebook::Rulebook::built_in().digest();
  request.rulebook_digest = hex(qcdr::view(rulebook));
  QCDR_ASSIGN_OR_RETURN(request.seed, seed_of(options, view.keys()));
  for (const std::string& path : options.earlier) {
    QCDR_ASSIGN_OR_RETURN(PlanOnFile plan, plan_on(path));
    request.earlier.push_back(std::move(plan));
  }
  if (!options.replaces.empty()) {
    QCDR_ASSIGN_OR_RETURN(request.replaces, plan_on(options.replaces));
    request.reason = options.because;
  }
  if (!options.targeted_after.empty()) {
    request.kind = AuditKind::kTargeted;
    QCDR_ASSIGN_OR_RETURN(request.after, plan_on(options.targeted_after));
  }
  QCDR_RETURN_IF_ERROR(take_submitted(view, options.year, &request));
  return request;
}

Status write_work_list(const PlanOptions& options, const registry::AuditPlan& plan,
                       const registry::Ledgers& ledgers, KeyRing& keys) {
  std::set<EntityId> entities;
  for (const auto& each : plan.sample) entities.insert(each.entity.entity);
  QCDR_ASSIGN_OR_RETURN(const auto identities,
                        registry::read_identities(ledgers, plan.year, entities, keys.tin_key()));
  return create_whole_file(options.work_list, registry::audit_work_list(plan, identities),
                           FileFor::kOwner)
      .with_context(options.work_list);
}

Status draw(const PlanOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const rulebook::YearRules* rules, rules_of(options.year));
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(registry::PlanRequest request, request_of(options, *view));
  registry::Ledgers ledgers;
  for (StateView::PartitionView& each : view->partitions()) ledgers.push_back(each.ledger.get());
  QCDR_ASSIGN_OR_RETURN(
      const registry::AuditPlan plan,
      registry::make_audit_plan(ledgers, *rules, view->keys().entity_key(), std::move(request)));
  const std::string json = registry::audit_plan_json(plan);
  if (options.out.empty()) {
    std::fputs(json.c_str(), out());
  } else {
    QCDR_RETURN_IF_ERROR(
        create_whole_file(options.out, json, FileFor::kEverybody).with_context(options.out));
  }
  if (!options.work_list.empty()) {
    QCDR_RETURN_IF_ERROR(write_work_list(options, plan, ledgers, view->keys()));
  }
  std::fputs(registry::audit_plan_summary(plan).c_str(), stderr);
  return Status::ok();
}

Result<registry::AuditOutcome> outcome_of(const std::string& plan, const std::string& results) {
  registry::AuditOutcome outcome;
  QCDR_ASSIGN_OR_RETURN(outcome.plan, plan_on(plan));
  const auto bytes = read_whole_file(results);
  QCDR_RETURN_IF_ERROR(bytes.status().with_context(results));
  auto read = registry::read_audit_results(bytes.value(), outcome.plan);
  QCDR_RETURN_IF_ERROR(read.status().with_context(results));
  outcome.results = std::move(read).value();
  return outcome;
}

Status make_report(const ReportOptions& options, bool* complete) {
  QCDR_ASSIGN_OR_RETURN(registry::AuditOutcome audit, outcome_of(options.plan, options.results));
  std::vector<registry::AuditOutcome> targeted;
  for (const auto& [trigger, plan, results, cause] : options.targeted) {
    QCDR_ASSIGN_OR_RETURN(registry::AuditOutcome each, outcome_of(plan, results));
    each.trigger = trigger;
    each.root_cause = cause;
    targeted.push_back(std::move(each));
  }
  QCDR_ASSIGN_OR_RETURN(const rulebook::YearRules* rules, rules_of(audit.plan.year));
  QCDR_ASSIGN_OR_RETURN(
      const registry::ExecutionReport report,
      registry::make_execution_report(*rules, options.head, std::move(audit), std::move(targeted)));
  *complete = report.complete();
  if (!options.page.empty()) {
    QCDR_RETURN_IF_ERROR(create_whole_file(options.page, registry::execution_report_page(report),
                                           FileFor::kEverybody)
                             .with_context(options.page));
  }
  std::fputs(registry::execution_report_json(report).c_str(), out());
  return Status::ok();
}

void add_plan(CLI::App* audit, int* exit_code) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command = audit->add_subcommand(
      "plan", "Draws who and which cases a data validation audit looks at, of what would be sent");
  add_place_options(command, &options->place, true);
  command->add_option("--year", options->year, "Performance year")->required();
  command->add_option("--seed", options->seed,
                      "16 hexadecimal digits, to draw the same again; without it by chance");
  command->add_option("--earlier", options->earlier,
                      "Plans of earlier years: whom they drew is left out for some years");
  CLI::Option* replaces = command->add_option(
      "--replaces", options->replaces, "The plan of this year that this one is drawn instead of");
  CLI::Option* because = command->add_option("--because", options->because, "Why, with --replaces");
  replaces->needs(because);
  because->needs(replaces);
  command->add_option("--targeted-after", options->targeted_after,
                      "A targeted audit: the plan of the audit that found errors");
  command->add_option("--out", options->out, "A new file for the plan, instead of standard output");
  command->add_option("--work-list", options->work_list,
                      "A new file for the auditor, with TINs and NPIs, for its owner alone");
  command->footer(
      "Example:\n  qcdr audit plan --data-dir data --year 2022 --out plan.json --work-list "
      "list.csv");
  command->callback([options, exit_code] { *exit_code = report(draw(*options)); });
}

void add_report(CLI::App* audit, int* exit_code) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = audit->add_subcommand(
      "report", "The execution report over the work list as the auditor filled it in");
  command->add_option("--plan", options->plan, "The plan")->required();
  command->add_option("--results", options->results, "The filled work list, CSV")->required();
  command->add_option(
      "--targeted", options->targeted,
      "KIND PLAN RESULTS CAUSE of a targeted audit: the kind of error that it looked "
      "for, its plan and filled work list, and the root cause");
  command->add_option("--registry", options->head.registry, "Name of the registry");
  command->add_option("--vendor-id", options->head.vendor_id, "CMS's number of it");
  command->add_option("--method", options->head.method, "Words of the approved plan");
  command->add_option("--signed-by", options->head.signed_by, "Who signs");
  command->add_option("--html", options->page, "A new file for the report as a page to print");
  command->footer(
      "Exit code 3 while lines or corrections are open.\n"
      "Example:\n  qcdr audit report --plan plan.json --results list.csv --html report.html");
  command->callback([options, exit_code] {
    bool complete = false;
    *exit_code = report(make_report(*options, &complete));
    if (*exit_code == kExitOk && !complete) *exit_code = kExitFindings;
  });
}

}  // namespace

void add_audit_command(CLI::App& app, int* exit_code) {
  CLI::App* audit = app.add_subcommand("audit",
                                       "The registry's data validation audit, packs for CMS's "
                                       "audit of a clinician, and the audit records");
  audit->require_subcommand(1);
  audit->footer("Example:\n  qcdr audit plan --data-dir data --year 2022 --out plan.json");
  add_plan(audit, exit_code);
  add_report(audit, exit_code);
  add_audit_pack(*audit, exit_code);
  add_audit_verify(*audit, exit_code);
}

}  // namespace qcdr
