#include "registry/audit_report.h"

#include <nlohmann/json.hpp>

#include "registry/csv_text.h"
#include "registry/testing_audit.h"

namespace qcdr::registry {
namespace {

const rulebook::YearRules& rules_of(int year) {
  return *rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
}

// Submitters with two cases each, of `universe` pairs.
PlanOnFile plan_of(std::size_t sampled, std::size_t universe, const char* prefix = "e") {
  PlanOnFile plan;
  plan.year = 2022;
  plan.seed = "000000000000002a";
  plan.individuals = universe;
  for (std::size_t i = 1; i <= sampled; ++i) {
    const std::string name = prefix + std::to_string(i);
    plan.sample.push_back({name, "individual", {name + "a", name + "b"}});
  }
  return plan;
}

const std::vector<std::string> kHead = {"submitter",  "check",    "case",      "outcome",
                                        "error_type", "detected", "corrected", "how"};

// Everything agreed, except what `deficient` says by submitter and case.
std::string answers(const PlanOnFile& plan,
                    const std::map<std::pair<std::size_t, std::string>, std::string>& deficient,
                    const std::string& corrected = "2023-02-27") {
  std::string csv = csv_line(kHead);
  const auto add = [&](std::size_t number, std::string_view check, const std::string& token) {
    const auto found = deficient.find({number, token.empty() ? std::string(check) : token});
    if (found == deficient.end()) {
      csv +=
          csv_line({std::to_string(number), std::string(check), token, "agreed", "", "", "", ""});
      return;
    }
    csv += csv_line({std::to_string(number), std::string(check), token, "deficient", found->second,
                     "2023-02-20", corrected, corrected.empty() ? "" : "resubmitted"});
  };
  for (std::size_t i = 0; i < plan.sample.size(); ++i) {
    for (const std::string_view check : kSubmitterChecks) add(i + 1, check, "");
    for (const std::string& token : plan.sample[i].cases) add(i + 1, kCaseCheck, token);
  }
  return csv;
}

AuditOutcome outcome_of(PlanOnFile plan, const std::string& csv) {
  auto results = read_audit_results(csv, plan);
  EXPECT_TRUE(results.is_ok()) << results.status().to_string();
  AuditOutcome outcome;
  outcome.plan = std::move(plan);
  if (results.is_ok()) outcome.results = std::move(results).value();
  return outcome;
}

ExecutionReport report_of(AuditOutcome audit, std::vector<AuditOutcome> targeted = {}) {
  auto report = make_execution_report(rules_of(audit.plan.year), {"EXAMPLE QCDR", "1", "m", "s"},
                                      std::move(audit), std::move(targeted));
  EXPECT_TRUE(report.is_ok()) << report.status().to_string();
  return std::move(report).value();
}

// Three of 19 in the sample are 15.79 %, three of 612 are 0.49 %; 4 of 38 cases are 10.53 %.
TEST(AuditReportTest, TheSampleFirstAndAllSecond) {
  const PlanOnFile plan = plan_of(19, 612);
  const ExecutionReport report =
      report_of(outcome_of(plan, answers(plan, {{{1, "e1a"}, "CODE_NOT_SUPPORTED"},
                                                {{1, "e1b"}, "CODE_NOT_SUPPORTED"},
                                                {{2, "e2a"}, "CODE_NOT_SUPPORTED"},
                                                {{3, "e3a"}, "DENOMINATOR_OMITTED"}})));
  const auto json = nlohmann::json::parse(execution_report_json(report));
  EXPECT_EQ(json["dueBy"], "2023-05-31");
  const auto& results = json["results"];
  EXPECT_EQ(results["sampleCliniciansAffectedPct"].dump(), "15.79");
  EXPECT_EQ(results["allCliniciansAffectedPct"].dump(), "0.49");
  EXPECT_EQ(results["caseErrorRatePct"].dump(), "10.53");
  EXPECT_EQ(results["pairsWithError"], 3);
  EXPECT_EQ(results["byType"][0]["type"], "CODE_NOT_SUPPORTED");
  EXPECT_EQ(results["byType"][0]["n"], 3);
  EXPECT_EQ(results["byType"][0]["clinicians"], 2);
  const std::string text = execution_report_json(report);
  EXPECT_LT(text.find("sampleCliniciansAffectedPct"), text.find("allCliniciansAffectedPct"));
  const std::string page = execution_report_page(report);
  EXPECT_LT(page.find("15.79 %"), page.find("0.49 %"));
  EXPECT_NE(page.find("Still to be done: CODE_NOT_SUPPORTED."), std::string::npos);
}

// "More than 3 percent": three of a hundred are not, four are; five of a hundred are not above
// five.
TEST(AuditReportTest, LinesAreStrict) {
  const auto above = [](std::size_t affected) {
    const PlanOnFile plan = plan_of(100, 100);
    std::map<std::pair<std::size_t, std::string>, std::string> deficient;
    for (std::size_t i = 1; i <= affected; ++i) deficient[{i, "rates"}] = "RATE";
    const ExecutionReport report = report_of(outcome_of(plan, answers(plan, deficient)));
    EXPECT_EQ(report.lines.size(), 2U);
    return std::pair(report.lines[0].above_in_sample, report.lines[1].above_of_all);
  };
  EXPECT_EQ(above(3), std::pair(false, false));
  EXPECT_EQ(above(4), std::pair(true, false));
  EXPECT_EQ(above(5), std::pair(true, false));
  EXPECT_EQ(above(6), std::pair(true, true));
}

TEST(AuditReportTest, TheSecondLineIsNoRegulation) {
  const PlanOnFile plan = plan_of(10, 10);
  const ExecutionReport report = report_of(outcome_of(plan, answers(plan, {})));
  EXPECT_TRUE(report.lines[0].citation.verified());
  EXPECT_FALSE(report.lines[1].citation.verified());
}

TEST(AuditReportTest, CompleteWhenAllIsAnsweredCorrectedAndLookedFor) {
  const PlanOnFile plan = plan_of(10, 40);
  EXPECT_TRUE(report_of(outcome_of(plan, answers(plan, {}))).complete());
  EXPECT_FALSE(report_of(outcome_of(plan, csv_line(kHead))).complete());
  const AuditOutcome found = outcome_of(plan, answers(plan, {{{1, "e1a"}, "CODE"}}));
  EXPECT_FALSE(report_of(found).complete());
  PlanOnFile other = plan_of(10, 30, "t");
  other.kind = AuditKind::kTargeted;
  AuditOutcome targeted = outcome_of(other, answers(other, {}));
  targeted.trigger = "CODE";
  targeted.root_cause = "a vendor's default";
  EXPECT_TRUE(report_of(found, {targeted}).complete());
  const AuditOutcome open = outcome_of(plan, answers(plan, {{{1, "e1a"}, "CODE"}}, ""));
  EXPECT_FALSE(report_of(open, {targeted}).complete());
}

TEST(AuditReportTest, ATargetedAuditOfTheSameSampleIsRefused) {
  const PlanOnFile plan = plan_of(10, 40);
  const AuditOutcome found = outcome_of(plan, answers(plan, {{{1, "e1a"}, "CODE"}}));
  PlanOnFile same = plan;
  same.kind = AuditKind::kTargeted;
  AuditOutcome targeted = outcome_of(same, answers(same, {}));
  targeted.trigger = "CODE";
  EXPECT_FALSE(make_execution_report(rules_of(2022), {}, found, {targeted}).is_ok());
}

TEST(AuditReportTest, AnswersThatCannotBeAreToldByLine) {
  const PlanOnFile plan = plan_of(1, 1);
  const std::vector<std::pair<std::vector<std::string>, const char*>> faults = {
      {{"2", "rates", "", "agreed", "", "", "", ""}, "no such submitter"},
      {{"x", "rates", "", "agreed", "", "", "", ""}, "no number"},
      {{"1", "rates", "", "fine", "", "", "", ""}, "agreed or deficient"},
      {{"1", "rates", "", "deficient", "", "2023-02-20", "", ""}, "error_type"},
      {{"1", "rates", "", "deficient", "RATE", "yesterday", "", ""}, "detected"},
      {{"1", "rates", "", "deficient", "RATE", "2023-02-20", "2023-02-19", "x"}, "before"},
      {{"1", "rates", "", "deficient", "RATE", "2023-02-20", "2023-02-21", ""}, "how"},
      {{"1", "documentation", "unknown", "agreed", "", "", "", ""}, "no such submitter"}};
  for (const auto& [cells, words] : faults) {
    const auto read = read_audit_results(csv_line(kHead) + csv_line(cells), plan);
    ASSERT_FALSE(read.is_ok()) << words;
    EXPECT_NE(read.status().message().find("line 2"), std::string::npos);
    EXPECT_NE(read.status().message().find(words), std::string::npos) << read.status().message();
  }
  const std::string line = csv_line({"1", "rates", "", "agreed", "", "", "", ""});
  EXPECT_FALSE(read_audit_results(csv_line(kHead) + line + line, plan).is_ok());
}

}  // namespace
}  // namespace qcdr::registry
