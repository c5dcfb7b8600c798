// What a data validation audit came to: the auditor's answers on the lines of the work list, and
// the execution report over them (42 CFR 414.1400(b)(3)(v)(G), (vi)).
//
// The rate of the sample comes first, that of all submitted second: the first estimates, the second
// is what is known to be wrong of everything that goes out. The lines above which errors are held
// against the registry are parameters; "more than" is strict. Each kind of error asks for a
// targeted audit, whatever the rate. Answers name submitters by their number and cases by their
// token; TINs and NPIs in the file are passed over.
// Thread-safety: pure functions. Errors: kInvalidArgument with the line of the file.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/decimal.h"
#include "registry/audit_plan.h"

namespace qcdr::registry {

// One kind of error over the whole audit.
struct ErrorKind {
  std::size_t count = 0;             // lines of the work list
  std::set<std::size_t> submitters;  // numbers
  LocalDate detected;                // first
  LocalDate corrected;               // last; zero while one is not
  bool open = false;                 // one is not corrected
  std::set<std::string> how;
};

struct AuditResults {
  std::size_t open_lines = 0;  // without an answer
  std::size_t cases_checked = 0;
  std::set<std::string> cases_with_error;
  std::set<std::size_t> submitters_checked;
  std::set<std::size_t> submitters_with_error;
  std::map<std::string, ErrorKind> kinds;
};
Result<AuditResults> read_audit_results(std::string_view csv, const PlanOnFile& plan);

struct AuditOutcome {
  PlanOnFile plan;
  AuditResults results;
  // Of a targeted audit: the kind of error that it looked for, and where that came from.
  std::string trigger;
  std::string root_cause;
};

struct ErrorLine {
  Decimal percent;
  rulebook::Citation citation;
  bool above_in_sample = false;
  bool above_of_all = false;
};

struct ExecutionReport {
  std::string registry;
  std::string vendor_id;
  std::string method;
  std::string signed_by;
  int year = 0;
  LocalDate due;
  rulebook::Citation due_citation;
  AuditOutcome audit;
  std::vector<AuditOutcome> targeted;
  std::vector<ErrorLine> lines;

  // Kinds of errors that no targeted audit has looked for.
  std::vector<std::string> without_targeted_audit() const;
  bool complete() const;
};
// Percent with two decimals, half up; 0 of nothing.
Decimal percent_of(std::size_t part, std::size_t whole);

struct ReportHead {
  std::string registry;
  std::string vendor_id;
  std::string method;
  std::string signed_by;
};
Result<ExecutionReport> make_execution_report(const rulebook::YearRules& rules, ReportHead head,
                                              AuditOutcome audit,
                                              std::vector<AuditOutcome> targeted);

std::string execution_report_json(const ExecutionReport& report);  // audit_report_json.cc
std::string execution_report_page(const ExecutionReport& report);  // audit_report_page.cc

}  // namespace qcdr::registry
