#include "registry/audit_plan.h"

#include "registry/testing_audit.h"

namespace qcdr::registry {
namespace {

AuditPlan must(Result<AuditPlan> plan) {
  EXPECT_TRUE(plan.is_ok()) << plan.status().to_string();
  return std::move(plan).value();
}
PlanOnFile reread(const AuditPlan& plan) {
  auto read = read_audit_plan(audit_plan_json(plan));
  EXPECT_TRUE(read.is_ok()) << read.status().to_string();
  return std::move(read).value();
}

TEST(AuditPlanTest, DrawsTheRulesNumbers) {
  AuditSeason season(30);
  const AuditPlan plan = must(season.plan(season.request(42)));
  EXPECT_EQ(plan.universe(), 30U);
  EXPECT_EQ(plan.individuals, 15U);
  EXPECT_EQ(plan.groups, 15U);
  ASSERT_EQ(plan.sample.size(), 10U);
  for (const PlannedSubmitter& each : plan.sample) {
    // 25 % of up to 30 cases, at least 5 as far as there are so many.
    const std::size_t share = (each.patients + 3) / 4;
    EXPECT_EQ(each.cases.size(), std::min(each.patients, std::max<std::size_t>(5, share)));
    std::set<CaseToken> different;
    for (const SubmittedCase& one : each.cases) {
      different.insert(one.token);
      EXPECT_EQ(one.upload_id, "upload-1");
      EXPECT_EQ(one.service_date.month(), 3);
      EXPECT_TRUE(one.outcomes == "424 met" || one.outcomes == "424 not met") << one.outcomes;
    }
    EXPECT_EQ(different.size(), each.cases.size());
  }
}

TEST(AuditPlanTest, SameSeedSameBytes) {
  AuditSeason season(30);
  const std::string first = audit_plan_json(must(season.plan(season.request(42))));
  season.season().restart();
  EXPECT_EQ(audit_plan_json(must(season.plan(season.request(42)))), first);
  EXPECT_NE(audit_plan_json(must(season.plan(season.request(43)))), first);
}

TEST(AuditPlanTest, NobodyToSubmitGivesNoSample) {
  AuditSeason season(3);
  PlanRequest request = season.request(1);
  request.clinicians.clear();
  const AuditPlan plan = must(season.plan(std::move(request)));
  EXPECT_TRUE(plan.sample.empty());
  EXPECT_NE(audit_plan_summary(plan).find("no sample"), std::string::npos);
}

TEST(AuditPlanTest, LeavesOutWhomEarlierYearsDrew) {
  AuditSeason season(30);
  // Under the entity ids of 2019, which are not those of 2022.
  PlanOnFile earlier;
  earlier.year = 2019;
  for (int number = 1; number <= 15; ++number) {
    const ledger::PairRow& pair = season.season().pair_row(1, number);
    earlier.sample.push_back({make_individual_entity(season.entity_key(), PerformanceYear(2019),
                                                     ledger::Season::tin(1), pair.npi)
                                  .to_hex(),
                              "individual",
                              {}});
  }
  PlanRequest request = season.request(42);
  request.earlier = {earlier};
  const AuditPlan plan = must(season.plan(std::move(request)));
  EXPECT_EQ(plan.drawn.excluded, 15U);
  ASSERT_EQ(plan.sample.size(), 10U);
  for (const PlannedSubmitter& each : plan.sample) EXPECT_EQ(each.entity.last_drawn, 0);
}

TEST(AuditPlanTest, ARedrawSaysWhatItReplacesAndWhy) {
  AuditSeason season(30);
  const PlanOnFile before = reread(must(season.plan(season.request(42))));
  PlanRequest request = season.request(43);
  request.replaces = before;
  EXPECT_FALSE(season.plan(request).is_ok());  // why?
  request.reason = "a sampled practice closed";
  const std::string json = audit_plan_json(must(season.plan(request)));
  EXPECT_NE(json.find("\"reason\": \"a sampled practice closed\""), std::string::npos);
  EXPECT_NE(json.find(before.sha256), std::string::npos);
  request.seed = 42;
  EXPECT_FALSE(season.plan(request).is_ok());  // the same sample again
}

TEST(AuditPlanTest, ATargetedAuditLooksElsewhere) {
  AuditSeason season(30);
  const PlanOnFile first = reread(must(season.plan(season.request(42))));
  PlanRequest request = season.request(42);
  request.kind = AuditKind::kTargeted;
  EXPECT_FALSE(season.plan(request).is_ok());
  request.after = first;
  const AuditPlan plan = must(season.plan(request));
  EXPECT_EQ(plan.universe(), 20U);
  const std::set<std::string> out = first.entities();
  for (const PlannedSubmitter& each : plan.sample) {
    EXPECT_EQ(out.count(each.entity.entity.to_hex()), 0U);
  }
}

TEST(AuditPlanTest, TheFileIsReadAgain) {
  AuditSeason season(12);
  const AuditPlan plan = must(season.plan(season.request(0xfedcba9876543210)));
  const PlanOnFile file = reread(plan);
  EXPECT_EQ(file.seed, "fedcba9876543210");
  EXPECT_EQ(file.year, 2022);
  EXPECT_EQ(file.universe(), 12U);
  ASSERT_EQ(file.sample.size(), plan.sample.size());
  EXPECT_EQ(file.sample[0].cases.size(), plan.sample[0].cases.size());
  for (const char* bad :
       {"", "[]", "{}", "{\"artefact\": 1}",
        "{\"artefact\": \"DATA_VALIDATION_AUDIT_PLAN\", \"performanceYear\": 2022,"
        "\"seed\": \"42\"}"}) {
    EXPECT_FALSE(read_audit_plan(bad).is_ok()) << bad;
  }
}

// A virtual group is looked at as one, over the distinct cases of its TINs, by its number.
TEST(AuditPlanTest, AVirtualGroupHasTheCasesOfItsTins) {
  AuditSeason season(3);
  v1::Row row;
  v1::EntityMembership& membership = *row.mutable_entity_membership();
  membership.set_kind(v1::ENTITY_KIND_VIRTUAL_GROUP);
  membership.set_entity_number("VG-0007");
  membership.set_tin(1);
  membership.set_action(v1::CONSENT_ACTION_GRANT);
  season.season().record("member", ledger::Season::at("2022-11-01T12:00:00Z"),
                         v1::RECORD_KIND_ENTITY_MEMBERSHIP, row);
  const PerformanceYear year(2022);
  const EntityId entity = ledger::virtual_group_entity(season.entity_key(), year, "VG-0007");
  const EntityId before =
      ledger::virtual_group_entity(season.entity_key(), PerformanceYear(2021), "VG-0007");
  const Ledgers ledgers = {&season.season().ledger()};
  const auto found =
      read_submitted(ledgers, year, {entity}, season.entity_key(), {{2021, {before.to_hex()}}});
  ASSERT_TRUE(found.is_ok()) << found.status().to_string();
  ASSERT_EQ(found.value().size(), 1U);
  EXPECT_TRUE(found.value()[0].group);
  EXPECT_EQ(found.value()[0].last_drawn, 2021);
  const auto cases = read_cases(ledgers, year, {entity});
  ASSERT_TRUE(cases.is_ok());
  EXPECT_EQ(cases.value().at(entity).size(), 6U);  // 1 + 2 + 3
  const auto identities = read_identities(ledgers, year, {entity}, season.entity_key());
  ASSERT_TRUE(identities.is_ok());
  EXPECT_EQ(identities.value().at(entity).name, "virtual group VG-0007");
  EXPECT_TRUE(identities.value().at(entity).tin.empty());
}

TEST(AuditPlanTest, OnlyTheWorkListHasIdentifiers) {
  AuditSeason season(12);
  const AuditPlan plan = must(season.plan(season.request(42)));
  std::map<EntityId, Identity> identities;
  for (const PlannedSubmitter& each : plan.sample) {
    identities[each.entity.entity] = {"000123456", "2999999999", "Doe, Jane"};
  }
  const std::string list = audit_work_list(plan, identities);
  std::size_t lines = 0;
  for (const char c : list) lines += c == '\n' ? 1U : 0U;
  EXPECT_EQ(lines, 1 + plan.sample.size() * kSubmitterChecks.size() + plan.cases());
  EXPECT_NE(list.find(",1234,000123456,2999999999,\"Doe, Jane\",eligibility,"), std::string::npos);
  EXPECT_EQ(audit_plan_json(plan).find(std::to_string(season.season().pair_row(1, 1).npi.value())),
            std::string::npos);
}

}  // namespace
}  // namespace qcdr::registry
