// The plan of a data validation audit: who and which cases are looked at, drawn by a seed, and
// everything that somebody needs to draw the same again (42 CFR 414.1400(b)(3)(v)).
//
// The plan holds keyed ids only and may be shown; the work list for the auditor holds TINs and NPIs
// and is made for an operator who has the keys. A redraw is another plan with another seed that
// names the one it replaces and why. A targeted audit (42 CFR 414.1400(b)(3)(vi)) leaves out whom
// the audit before it drew. Forms: README.md beside this file.
// Thread-safety: none. Errors: kInvalidArgument when the year has no such rule or a plan cannot be
// read; kFailedPrecondition when plans contradict each other; else as those of PracticeLedger.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/audit_sample.h"
#include "registry/submitted.h"

namespace qcdr::registry {

enum class AuditKind { kValidation, kTargeted };

// A plan as its file says it: what later plans and the report need of it.
struct PlanOnFile {
  struct Sampled {
    std::string entity;              // hex
    std::string level;               // "individual" or "group"
    std::vector<std::string> cases;  // hex
  };
  AuditKind kind = AuditKind::kValidation;
  int year = 0;
  std::string seed;             // 16 hexadecimal digits
  std::string sha256;           // of the file
  std::size_t individuals = 0;  // of the universe
  std::size_t groups = 0;
  std::vector<Sampled> sample;

  std::size_t universe() const { return individuals + groups; }
  std::set<std::string> entities() const;
};
// audit_plan_reader.cc
Result<PlanOnFile> read_audit_plan(std::string_view json);

struct PlanRequest {
  AuditKind kind = AuditKind::kValidation;
  std::uint64_t seed = 0;
  Instant as_of;
  std::string state_digest;
  std::string rulebook_digest;
  // Clinicians whose data will be submitted; true: in a set of their own.
  std::map<EntityId, bool> clinicians;
  // TINs that are submitted as groups.
  std::set<EntityId> groups;
  std::vector<PlanOnFile> earlier;
  // The plan that this one replaces, and why; never a reason without a plan.
  std::optional<PlanOnFile> replaces;
  std::string reason;
  // kTargeted: the plan of the audit that found errors.
  std::optional<PlanOnFile> after;
};

struct PlannedSubmitter {
  SubmittedEntity entity;
  std::size_t patients = 0;          // of whom `cases` are a sample
  std::vector<SubmittedCase> cases;  // in the order of the draw
};

struct AuditPlan {
  PerformanceYear year;
  AuditRule rule;
  PlanRequest request;
  // Whom the sample is drawn from, by how their data go.
  std::size_t individuals = 0;
  std::size_t groups = 0;
  DrawnSample drawn;
  std::vector<PlannedSubmitter> sample;

  std::size_t universe() const { return individuals + groups; }
  std::size_t cases() const;
};

Result<AuditPlan> make_audit_plan(const Ledgers& ledgers, const rulebook::YearRules& rules,
                                  const Key256& entity_key, PlanRequest request);

// audit_plan_text.cc
std::string seed_text(std::uint64_t seed);
Result<std::uint64_t> parse_seed(std::string_view text);
std::string audit_plan_json(const AuditPlan& plan);
std::string audit_plan_summary(const AuditPlan& plan);
// One line for each check of each sampled one, with room for what the auditor finds.
std::string audit_work_list(const AuditPlan& plan, const std::map<EntityId, Identity>& identities);

// What a plan's file calls itself.
inline constexpr const char* kPlanName = "DATA_VALIDATION_AUDIT_PLAN";
inline constexpr const char* kTargetedPlanName = "TARGETED_AUDIT_PLAN";

// What is checked besides the documents of cases, as the work list names it.
inline constexpr std::array<std::string_view, 4> kSubmitterChecks = {"eligibility", "tin-npi",
                                                                     "rates", "measures"};
inline constexpr std::string_view kCaseCheck = "documentation";

}  // namespace qcdr::registry
