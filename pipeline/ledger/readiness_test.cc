// What blocks and what costs, from facts put together by hand. The situations are those that the
// 2022 season demanded; dates are those of the registry's calendar.
#include "ledger/readiness.h"

#include <gtest/gtest.h>

#include "core/finding_codes.h"
#include "rulebook/calendar_kinds.h"
#include "scoring/test_year.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kIndividual = 1;
constexpr std::uint8_t kGroup = 2;
constexpr std::uint32_t kSomeCases = 20;

Instant at(const char* text) {
  return Instant::parse(text).value();
}

Registration paid_registration() {
  Registration registration;
  registration.paid_on = LocalDate::from_civil(2022, 9, 20).value();
  for (const char* name : {"participation", "quality-addendum", "business-associate"}) {
    registration.agreements.push_back({name, LocalDate::from_civil(2022, 9, 1).value()});
  }
  return registration;
}

// A practice for which nothing blocks: every test takes one thing away.
struct Facts {
  explicit Facts(std::uint8_t level) {
    practice.rules = &scoring::built_in_2022();
    practice.as_of = at("2023-01-15T12:00:00-06:00");
    practice.registration.in_force = paid_registration();
    tin.option.in_force.level = level;
    tin.officer_consent.state = ConsentState::kOnTime;
    tin.reconciliation.state = Reconciliation::State::kSigned;
    pair.consent.state = ConsentState::kOnTime;
    data.cases_counted = kSomeCases;
  }
  Readiness individual() const { return individual_readiness(practice, tin, pair, data); }
  Readiness group() const { return group_readiness(practice, tin, data); }

  PracticeFacts practice;
  TinFacts tin;
  PairFacts pair;
  DataFacts data;
};

std::string names(const Readiness& readiness) {
  std::string text;
  for (const Block& block : readiness.blocks) {
    text += (text.empty() ? "" : " ") + std::string(block_reason_name(block.reason));
    if (block.held_late) text += "(held)";
    if (block.refused) text += "(no)";
    if (block.closed && !block.held_late) text += "(closed)";
  }
  return text;
}

TEST(Readiness, NothingBlocksWhenAllIsThere) {
  EXPECT_EQ(names(Facts(kIndividual).individual()), "");
  EXPECT_EQ(names(Facts(kGroup).group()), "");
  EXPECT_TRUE(Facts(kGroup).group().will_be_sent());
}

// Situation 1.
TEST(Readiness, ALateRevocationOfAnOptOutIsHeldAndTheOptOutStands) {
  Facts facts(kIndividual);
  facts.pair.opt_out.state = OptOutState::kFiled;
  EXPECT_EQ(names(facts.individual()), "optOut(no)");
  EXPECT_FALSE(facts.individual().can_be_sent());
  facts.pair.opt_out.revocation_held = true;
  facts.practice.as_of = at("2023-02-02T12:00:00-06:00");
  EXPECT_EQ(names(facts.individual()), "optOut(held)");
  EXPECT_TRUE(facts.individual().can_be_sent());
  facts.pair.opt_out = {};
  facts.pair.opt_out.state = OptOutState::kRevoked;
  EXPECT_EQ(names(facts.individual()), "");
}

TEST(Readiness, AnOptOutDoesNotHoldTheGroup) {
  Facts facts(kGroup);
  facts.pair.opt_out.state = OptOutState::kFiled;
  EXPECT_EQ(names(facts.group()), "");
}

// Situation 2: the clock passes the last second, nothing else happens.
TEST(Readiness, MissingConsentClosesWithItsDate) {
  Facts facts(kIndividual);
  facts.pair.consent.state = ConsentState::kMissing;
  facts.practice.as_of = at("2023-01-31T23:59:59-06:00");
  const Readiness before = facts.individual();
  EXPECT_EQ(names(before), "individualConsent");
  EXPECT_TRUE(before.can_be_sent());
  EXPECT_EQ(last_second(before.blocks[0].limit.ends), at("2023-01-31T23:59:59-06:00"));
  facts.practice.as_of = at("2023-02-01T00:00:00-06:00");
  const Readiness after = facts.individual();
  EXPECT_EQ(names(after), "individualConsent(closed)");
  EXPECT_FALSE(after.can_be_sent());
  EXPECT_FALSE(same_blocks(before, after));
  Facts group(kGroup);
  group.practice.as_of = at("2023-02-01T00:00:00-06:00");
  EXPECT_EQ(names(group.group()), "");
}

TEST(Readiness, AnExtensionMovesTheDate) {
  Facts facts(kIndividual);
  facts.pair.consent.state = ConsentState::kMissing;
  facts.practice.as_of = at("2023-02-03T00:00:00-06:00");
  const std::vector<calendar::Extension> extensions = {
      {"individual-consent", at("2023-02-04T00:00:00-06:00")}};
  facts.practice.extensions = extensions;
  EXPECT_EQ(names(facts.individual()), "individualConsent");
  facts.practice.as_of = at("2023-02-04T00:00:00-06:00");
  EXPECT_EQ(names(facts.individual()), "individualConsent(closed)");
}

TEST(Readiness, ConsentHeldAndConsentTakenBackAreNotTheSame) {
  Facts facts(kIndividual);
  facts.practice.as_of = at("2023-02-10T00:00:00-06:00");
  facts.pair.consent.state = ConsentState::kHeld;
  EXPECT_EQ(names(facts.individual()), "individualConsent(held)");
  EXPECT_TRUE(facts.individual().can_be_sent());
  facts.pair.consent.state = ConsentState::kRevoked;
  EXPECT_EQ(names(facts.individual()), "individualConsent(no)(closed)");
  EXPECT_FALSE(facts.individual().can_be_sent());
}

// Situation 3.
TEST(Readiness, ANewFindingReopensTheSignOffUntilTheFinalDate) {
  Facts facts(kGroup);
  facts.tin.reconciliation.state = Reconciliation::State::kReopened;
  OpenFinding open;
  open.code = FindingCode::NPI_NOT_ON_ROSTER;
  open.pair = 3;
  open.blocks_group = true;
  open.blocks_individual = true;
  facts.tin.reconciliation.open.push_back(open);
  facts.practice.as_of = at("2023-02-10T09:00:00-06:00");
  const Readiness readiness = facts.group();
  EXPECT_EQ(names(readiness), "reconciliation");
  EXPECT_EQ(last_second(readiness.blocks[0].limit.ends), at("2023-02-15T23:59:59-06:00"));
  ASSERT_EQ(readiness.blocks[0].code_count, 1U);
  EXPECT_EQ(readiness.blocks[0].codes[0], code_number(FindingCode::NPI_NOT_ON_ROSTER));
  facts.practice.as_of = at("2023-02-16T00:00:00-06:00");
  EXPECT_EQ(names(facts.group()), "reconciliation(closed)");
  // Another clinician's finding does not hold an individual set; the own one does.
  Facts individual(kIndividual);
  individual.tin.reconciliation = facts.tin.reconciliation;
  EXPECT_EQ(names(individual.individual()), "");
  individual.pair.ordinal = 3;
  EXPECT_EQ(names(individual.individual()), "reconciliation");
}

// Situation 4.
TEST(Readiness, InAGroupTheGatesOfIndividualsDoNotApply) {
  Facts facts(kGroup);
  facts.pair.consent.state = ConsentState::kMissing;
  facts.pair.opt_out.state = OptOutState::kFiled;
  EXPECT_EQ(names(facts.individual()), "reportingOption(no)");
  facts.tin.opted_out_unconfirmed = true;
  EXPECT_EQ(names(facts.group()), "confirmation");
}

TEST(Readiness, AGroupElectedLateIsHeld) {
  Facts facts(kIndividual);
  facts.tin.option.held.level = kGroup;
  facts.practice.as_of = at("2023-02-03T12:00:00-06:00");
  EXPECT_EQ(names(facts.group()), "reportingOption(held)");
  EXPECT_EQ(names(facts.individual()), "");
}

TEST(Readiness, NothingElectedBlocksBoth) {
  Facts facts(0);
  EXPECT_EQ(names(facts.group()), "reportingOption");
  EXPECT_EQ(names(facts.individual()), "reportingOption");
}

Reweighting circumstances(CategoryBits categories) {
  Reweighting approval;
  approval.reason = ReweightingReason::kExtremeAndUncontrollable;
  approval.categories = categories;
  return approval;
}

// Situation 10.
TEST(Readiness, CircumstancesHoldTheSetAndLateOnesAreForAnOfficer) {
  Facts facts(kGroup);
  facts.tin.reweighting.push_back(circumstances(kAllSent));
  EXPECT_EQ(names(facts.group()), "circumstances(no)");
  facts.tin.reweighting[0].held = true;
  EXPECT_EQ(names(facts.group()), "officerDecision(held)");
  facts.tin.reweighting[0].reason = ReweightingReason::kHardship;
  EXPECT_EQ(names(facts.group()), "");
}

std::string withheld(const Readiness& readiness) {
  std::string text;
  for (const Block& block : readiness.withheld) {
    text += (text.empty() ? "" : " ") + std::string(block_reason_name(block.reason)) + ":" +
            std::to_string(block.categories);
    if (block.held_late) text += "(held)";
  }
  return text;
}

// Quality is bit 2, improvement activities 8, promoting interoperability 16.
TEST(Readiness, CircumstancesOfOneCategoryKeepItsDataHereAndLetTheRestGo) {
  Facts facts(kGroup);
  facts.data.elsewhere = kInteroperabilityBit;
  facts.tin.reweighting.push_back(circumstances(kInteroperabilityBit));
  EXPECT_EQ(names(facts.group()), "");
  EXPECT_EQ(withheld(facts.group()), "circumstances:16");
  // Nothing else is there: nothing is to be sent.
  facts.data.cases_counted = 0;
  EXPECT_EQ(names(facts.group()), "circumstances(no)");
  EXPECT_FALSE(facts.group().can_be_sent());
  // Cost comes from CMS: an approval for it keeps nothing here.
  facts.tin.reweighting[0] = circumstances(1U << 2U);
  EXPECT_EQ(names(facts.group()), "");
  EXPECT_EQ(withheld(facts.group()), "");
}

TEST(Readiness, AConsentLetsGoOnlyTheCategoriesThatItNames) {
  Facts facts(kIndividual);
  facts.data.elsewhere = kActivitiesBit;
  facts.pair.consent.scope.categories = kQualityBit;
  EXPECT_EQ(names(facts.individual()), "");
  EXPECT_EQ(withheld(facts.individual()), "individualConsent:24");
  EXPECT_EQ(facts.individual().withheld_now(), 24);
  EXPECT_EQ(facts.individual().withheld_when_done(), 24);
  facts.data.cases_counted = 0;
  EXPECT_EQ(names(facts.individual()), "individualConsent(no)");
  Facts group(kGroup);
  group.tin.officer_consent.scope.categories = kActivitiesBit;
  EXPECT_EQ(names(group.group()), "officerConsent(no)");
  group.data.elsewhere = kActivitiesBit;
  EXPECT_EQ(withheld(group.group()), "officerConsent:18");
}

TEST(Readiness, AConsentHoldsFromItsFirstDayToItsLast) {
  Facts facts(kIndividual);
  facts.pair.consent.scope.from = LocalDate::from_civil(2023, 1, 10).value();
  facts.pair.consent.scope.to = LocalDate::from_civil(2023, 1, 20).value();
  const auto on = [&](const char* text) {
    facts.practice.as_of = at(text);
    return names(facts.individual());
  };
  EXPECT_EQ(on("2023-01-09T23:59:59-06:00"), "individualConsent");
  EXPECT_EQ(on("2023-01-10T00:00:00-06:00"), "");
  EXPECT_EQ(on("2023-01-20T23:59:59-06:00"), "");
  EXPECT_EQ(on("2023-01-21T00:00:00-06:00"), "individualConsent");
  EXPECT_TRUE(facts.individual().can_be_sent());
  EXPECT_EQ(on("2023-02-01T00:00:00-06:00"), "individualConsent(closed)");
  // Renewed too late: an officer can let that in.
  facts.pair.consent.held = HeldGrant();
  EXPECT_EQ(names(facts.individual()), "individualConsent(held)");
  // Another practice is not told what depends on the day.
  facts.practice.dated = false;
  EXPECT_EQ(names(facts.individual()), "");
}

TEST(Readiness, AnOptOutOfSomeCategoriesLetsTheOthersGo) {
  Facts facts(kIndividual);
  facts.data.elsewhere = kActivitiesBit;
  facts.pair.opt_out.state = OptOutState::kFiled;
  facts.pair.opt_out.categories = kActivitiesBit;
  EXPECT_EQ(names(facts.individual()), "");
  EXPECT_EQ(withheld(facts.individual()), "optOut:8");
  // Revoked too late for one: it is done when an officer lets that in.
  facts.pair.opt_out.revocation_held = true;
  EXPECT_EQ(withheld(facts.individual()), "optOut:8(held)");
  EXPECT_EQ(facts.individual().withheld_when_done(), 0);
  // With the consent for nothing but that one, the held revocation is all that is open.
  facts.pair.consent.scope.categories = kActivitiesBit;
  EXPECT_EQ(names(facts.individual()), "optOut(held)");
  EXPECT_EQ(facts.individual().withheld_when_done(), kQualityBit | kInteroperabilityBit);
}

TEST(Readiness, AnotherPracticeKeepsItsCategoriesHereToo) {
  Facts facts(kGroup);
  facts.data.elsewhere = kActivitiesBit;
  facts.tin.others.push_back({1235, BlockReason::kOfficerConsent, false, kActivitiesBit});
  EXPECT_EQ(names(facts.group()), "");
  EXPECT_EQ(withheld(facts.group()), "officerConsent:8");
  EXPECT_EQ(facts.group().withheld[0].practice, 1235U);
}

TEST(Readiness, ADeadlineIsNotAllThatChangesWhatIsWithheld) {
  Facts facts(kIndividual);
  const Readiness before = facts.individual();
  facts.pair.opt_out.state = OptOutState::kFiled;
  facts.pair.opt_out.categories = kActivitiesBit;
  EXPECT_FALSE(same_blocks(before, facts.individual()));
}

// Situation 11.
TEST(Readiness, AnotherPracticeOfTheTinHoldsItByName) {
  Facts facts(kGroup);
  facts.tin.others.push_back({1235, BlockReason::kReconciliation, false});
  const Readiness readiness = facts.group();
  EXPECT_EQ(names(readiness), "reconciliation");
  EXPECT_EQ(readiness.blocks[0].practice, 1235U);
}

TEST(Readiness, RegistrationAgreementsAndPaymentBlockApart) {
  Facts facts(kGroup);
  facts.practice.registration.in_force->paid_on = LocalDate();
  EXPECT_EQ(names(facts.group()), "payment");
  facts.practice.registration.in_force = paid_registration();
  facts.practice.registration.in_force->agreements.clear();
  EXPECT_EQ(names(facts.group()), "agreement");
  facts.practice.registration.in_force.reset();
  EXPECT_EQ(names(facts.group()), "registration(closed)");
  facts.practice.registration.held = paid_registration();
  EXPECT_EQ(names(facts.group()), "registration(held)");
}

TEST(Readiness, NoDataIsNothingToSend) {
  Facts facts(kIndividual);
  facts.data.cases_counted = 0;
  EXPECT_EQ(names(facts.individual()), "noData");
  facts.data.elsewhere = kActivitiesBit;
  EXPECT_EQ(names(facts.individual()), "");
}

TEST(Readiness, WhatIsClosedComesFirst) {
  Facts facts(kIndividual);
  facts.tin.opt_out_unreadable = true;
  facts.pair.consent.state = ConsentState::kMissing;
  facts.practice.as_of = at("2023-02-01T00:00:00-06:00");
  EXPECT_EQ(names(facts.individual()), "individualConsent(closed) unreadableOptOut");
}

// --- costs ------------------------------------------------------------------------------------

const PointCost* find(const Readiness& readiness, CostReason reason) {
  for (const PointCost& cost : readiness.costs) {
    if (cost.reason == reason) return &cost;
  }
  return nullptr;
}

struct Scored {
  Scored() : rules(scoring::resolve(scoring::built_in_2022())) { input.rules = &rules; }
  void add(const char* id, std::int64_t eligible, std::int64_t met) {
    scoring::MeasureInput measure;
    measure.measure = scoring::built_in_2022().find_measure(id);
    measure.eligible_population = eligible;
    measure.performance_met = met;
    input.measures.push_back(measure);
  }
  Readiness costs(const Facts& facts) const {
    Readiness readiness;
    add_costs(facts.practice, facts.tin, facts.data, input, scoring::compute(input), &readiness);
    return readiness;
  }
  scoring::ResolvedRules rules;
  scoring::ScoreInput input;
};

// Worked by hand, weights 55/0/15/30 (special status unknown, cost left out). 424: 10 of 30
// reported, 33 %, 0 points; 404: 15 cases, 3 points. Both are of the cluster of anesthesia care, so
// that two of four measures are missing.
TEST(ReadinessCosts, WhatEachLackIsWorthAtMost) {
  Facts facts(kIndividual);
  Scored scored;
  scored.add("424", 30, 10);
  scored.add("404", 15, 15);
  const Readiness readiness = scored.costs(facts);
  // 10 of 40 points of 55: 13.75. 7 of 40: 9.625. Twice 10 of 40: 27.5.
  const PointCost* completeness = find(readiness, CostReason::kCompleteness);
  ASSERT_NE(completeness, nullptr);
  EXPECT_EQ(completeness->measure->id, "424");
  EXPECT_EQ(completeness->cases, 20U);
  EXPECT_EQ(completeness->points_at_most.to_fixed(4), "13.7500");
  EXPECT_EQ(last_second(completeness->limit.ends), at("2023-02-15T23:59:59-06:00"));
  const PointCost* minimum = find(readiness, CostReason::kCaseMinimum);
  ASSERT_NE(minimum, nullptr);
  EXPECT_EQ(minimum->cases, 5U);
  EXPECT_EQ(minimum->points_at_most.to_fixed(4), "9.6250");
  EXPECT_EQ(find(readiness, CostReason::kMissingMeasure)->points_at_most.to_fixed(4), "27.5000");
  const PointCost* activities = find(readiness, CostReason::kImprovementActivities);
  ASSERT_NE(activities, nullptr);
  EXPECT_EQ(activities->points_at_most.to_fixed(2), "15.00");
  EXPECT_EQ(last_second(activities->limit.ends), at("2023-01-31T23:59:59-06:00"));
  EXPECT_EQ(find(readiness, CostReason::kPromotingInteroperability)->points_at_most.to_fixed(2),
            "30.00");
  EXPECT_EQ(find(readiness, CostReason::kHeldCases), nullptr);
}

TEST(ReadinessCosts, ReweightedInteroperabilityAndFullActivitiesCostNothing) {
  Facts facts(kIndividual);
  Scored scored;
  scored.add("424", 30, 30);
  scored.input.profile.kind = scoring::ClinicianKind::kCrna;
  scored.input.profile.activities_percent = Decimal::from_integer(100);
  const Readiness readiness = scored.costs(facts);
  EXPECT_EQ(find(readiness, CostReason::kPromotingInteroperability), nullptr);
  EXPECT_EQ(find(readiness, CostReason::kImprovementActivities), nullptr);
}

TEST(ReadinessCosts, NobodyIsAskedForMoreOfWhatStaysHere) {
  Facts facts(kIndividual);
  facts.pair.opt_out.state = OptOutState::kFiled;
  facts.pair.opt_out.categories = kActivitiesBit;
  Scored scored;
  scored.add("424", 30, 30);
  Readiness readiness = facts.individual();
  add_costs(facts.practice, facts.tin, facts.data, scored.input, scoring::compute(scored.input),
            &readiness);
  EXPECT_EQ(find(readiness, CostReason::kImprovementActivities), nullptr);
  EXPECT_NE(find(readiness, CostReason::kPromotingInteroperability), nullptr);
}

TEST(ReadinessCosts, AMonthIsMissingOnceItIsOverUnlessNothingWasBilled) {
  Facts facts(kGroup);
  facts.practice.as_of = at("2022-05-10T00:00:00-05:00");
  facts.tin.cases_by_month = {10, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Scored scored;
  scored.input.profile.group = true;
  scored.add("424", 22, 22);
  std::vector<std::uint32_t> months;
  for (const PointCost& cost : scored.costs(facts).costs) {
    if (cost.reason == CostReason::kMissingMonth) months.push_back(cost.month);
  }
  EXPECT_EQ(months, (std::vector<std::uint32_t>{2, 4}));
  facts.tin.billed.months[1] = 0;
  months.clear();
  for (const PointCost& cost : scored.costs(facts).costs) {
    if (cost.reason == CostReason::kMissingMonth) months.push_back(cost.month);
  }
  EXPECT_EQ(months, (std::vector<std::uint32_t>{4}));
}

TEST(Readiness, AdviceNamesTheListThatIsMissing) {
  Facts facts(kGroup);
  Readiness readiness;
  add_group_advice(facts.tin, &readiness);
  ASSERT_EQ(readiness.advice.size(), 3U);
  EXPECT_EQ(readiness.advice[1].kind, AdviceKind::kEligibilityList);
  facts.tin.eligibility.list_date = LocalDate::from_civil(2022, 12, 20).value();
  facts.tin.eligibility.status = EligibilityStatus::kNotRequired;
  facts.tin.billed.months[0] = 5;
  readiness = {};
  add_group_advice(facts.tin, &readiness);
  ASSERT_EQ(readiness.advice.size(), 2U);
  EXPECT_EQ(readiness.advice[1].kind, AdviceKind::kNotRequired);
}

}  // namespace
}  // namespace qcdr::ledger
