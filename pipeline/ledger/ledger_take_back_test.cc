// What is taken back when one version of several is named: that one, and never a no with it.
#include <gtest/gtest.h>

#include "ledger/readiness_reader.h"
#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

const Instant kDecember = Season::at("2022-12-05T10:00:00-06:00");
const Instant kLate = Season::at("2023-02-05T10:00:00-06:00");
const Instant kLater = Season::at("2023-02-06T10:00:00-06:00");
constexpr auto kConsentKind = v1::RECORD_KIND_INDIVIDUAL_CONSENT;
constexpr auto kDecisionKind = v1::RECORD_KIND_OFFICER_DECISION;

void take_back(Season& season, const char* upload, v1::RecordKind kind, const char* record) {
  v1::Row row;
  row.set_action(v1::ROW_ACTION_WITHDRAW);
  row.set_supersedes(record);
  season.record(upload, kLater, kind, row);
}

v1::Row named(v1::Row row, const char* record_id) {
  row.set_record_id(record_id);
  return row;
}

TEST(TakeBack, OfALateCorrectionLeavesWhatIsInForce) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("a1", kDecember, kActivityKind, activity(1, Season::day(1, 1), Season::day(5, 31)));
  season.record("a2", kLate, kActivityKind,
                named(activity(1, Season::day(1, 1), Season::day(6, 30)), "ia-2"));
  ASSERT_EQ(season.upload("a2").rows_held, 1u);
  take_back(season, "w", kActivityKind, "ia-2");
  season.restart();
  const auto activities = season.practice().activities(season.pair_row(1, 1)).value();
  ASSERT_EQ(activities.size(), 1u);
  EXPECT_FALSE(activities.front().held);
  season.record("d", kLater, kDecisionKind, decision("a2"));
  EXPECT_EQ(told(season, "d", FindingCode::NOTHING_HELD), 1u);
}

TEST(TakeBack, OfALateRenewalLeavesTheConsent) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  const auto consent = [](const char* expires) {
    v1::Row row;
    v1::IndividualConsent& fact = *row.mutable_individual_consent();
    fact.set_tin(1);
    fact.set_npi(Season::npi(1).value());
    fact.set_action(v1::CONSENT_ACTION_GRANT);
    fact.set_expires_on(LocalDate::parse(expires).value().days());
    return row;
  };
  season.record("c1", kDecember, kConsentKind, consent("2023-02-10"));
  season.record("c2", kLate, kConsentKind, consent("2023-03-31"));
  ASSERT_TRUE(season.practice().individual_consent(season.pair_row(1, 1)).value().held);
  take_back(season, "w", kConsentKind, "c2/0");
  EXPECT_EQ(season.upload("w").rows_accepted, 1u);
  season.record("d", kLater, kDecisionKind, decision("c2"));
  const Consent left = season.practice().individual_consent(season.pair_row(1, 1)).value();
  EXPECT_EQ(left.state, ConsentState::kOnTime);
  EXPECT_EQ(left.scope.to, LocalDate::parse("2023-02-10").value());
}

// A revocation that was never meant is a no.
TEST(TakeBack, OfARevocationNeverEndsAnOptOut) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("o", kDecember, kOptOutKind, opt_out(1, 1, true));
  v1::Row partly = opt_out(1, 1, false);
  partly.mutable_opt_out()->add_categories(v1::CATEGORY_PROMOTING_INTEROPERABILITY);
  season.record("p", kDecember, kOptOutKind, partly);
  take_back(season, "w1", kOptOutKind, "p/0");
  EXPECT_EQ(told(season, "w1", FindingCode::RECORD_CANNOT_BE_TAKEN_BACK), 1u);
  EXPECT_TRUE(standing(season, 1, 1).filed());

  season.record("q", kLate, kOptOutKind, named(opt_out(1, 1, false), "rev-1"));
  ASSERT_TRUE(standing(season, 1, 1).revocation_held);
  take_back(season, "w2", kOptOutKind, "rev-1");
  season.restart();
  EXPECT_EQ(season.upload("w2").rows_accepted, 1u);
  EXPECT_TRUE(standing(season, 1, 1).filed());
  EXPECT_FALSE(standing(season, 1, 1).revocation_held);

  season.record("q2", kLate, kOptOutKind, opt_out(1, 1, false));
  v1::Row row = opt_out(1, 1, false);  // the whole row again, withdrawn
  row.set_action(v1::ROW_ACTION_WITHDRAW);
  season.record("w3", kLater, kOptOutKind, row);
  EXPECT_FALSE(standing(season, 1, 1).revocation_held);
  season.record("d", kLater, kDecisionKind, decision("q2"));
  EXPECT_TRUE(standing(season, 1, 1).filed());
}

TEST(TakeBack, OfARevocationInTimeAsksForTheOptOutAnew) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("o", kDecember, kOptOutKind, opt_out(1, 1, true));
  season.record("p", kDecember, kOptOutKind, named(opt_out(1, 1, false), "rev"));
  take_back(season, "w", kOptOutKind, "rev");
  EXPECT_EQ(told(season, "w", FindingCode::RECORD_CANNOT_BE_TAKEN_BACK), 1u);
}

// One file, two late consents: the officer means one of them.
TEST(Decision, OfAnUploadIsAboutThePairThatItNames) {
  for (const char* record : {"c", "same"}) {
    Season season;
    season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
    std::vector<v1::Row> rows;
    for (const int npi : {1, 2}) {
      v1::Row row;
      row.set_record_id("same");  // two records under one id: it names neither
      v1::IndividualConsent& fact = *row.mutable_individual_consent();
      fact.set_tin(1);
      fact.set_npi(Season::npi(npi).value());
      fact.set_action(v1::CONSENT_ACTION_GRANT);
      rows.push_back(row);
    }
    season.apply("c", kLate, kConsentKind, rows);
    v1::Row only = decision(record);
    only.mutable_officer_decision()->set_tin(1);
    only.mutable_officer_decision()->set_npi(Season::npi(1).value());
    season.record("d", kLater, kDecisionKind, only);
    EXPECT_EQ(season.consent_state(1, 2), ConsentState::kHeld) << record;
    const bool by_upload = std::string_view(record) == "c";
    EXPECT_EQ(season.consent_state(1, 1), by_upload ? ConsentState::kOnTime : ConsentState::kHeld);
    EXPECT_EQ(told(season, "d", FindingCode::RECORD_ID_AMBIGUOUS), by_upload ? 0u : 1u);
    v1::Row under_the_tin = decision("c");
    under_the_tin.mutable_officer_decision()->set_tin(1);
    season.record("e", kLater, kDecisionKind, under_the_tin);
    EXPECT_EQ(season.consent_state(1, 2), ConsentState::kOnTime);
  }
}

// An approval told in time, and a wider one told late that an officer refuses by its id.
TEST(Decision, OfOneApprovalLeavesTheOther) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.option("g", kJune, 1, v1::REPORTING_LEVEL_GROUP);
  const auto approval = [](std::initializer_list<v1::Category> categories) {
    v1::Row row;
    v1::ReweightingApproval& fact = *row.mutable_reweighting_approval();
    fact.set_tin(1);
    for (const v1::Category category : categories) fact.add_categories(category);
    fact.set_reason(v1::ReweightingApproval::REASON_EXTREME_AND_UNCONTROLLABLE);
    return row;
  };
  constexpr auto kApprovalKind = v1::RECORD_KIND_REWEIGHTING_APPROVAL;
  const Instant march = Season::at("2023-03-06T10:00:00-06:00");
  season.record("e1", kDecember, kApprovalKind, approval({v1::CATEGORY_IMPROVEMENT_ACTIVITIES}));
  season.record("e2", march, kApprovalKind,
                approval({v1::CATEGORY_IMPROVEMENT_ACTIVITIES, v1::CATEGORY_QUALITY}));
  v1::Row refused = decision("e2/0");
  v1::OfficerDecision& fact = *refused.mutable_officer_decision();
  fact.set_subject(v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES);
  fact.set_verdict(v1::OfficerDecision::VERDICT_REFUSE);
  fact.set_tin(1);
  season.record("d", march, kDecisionKind, refused);
  ReadinessReader reader(season.practice(), march);
  const auto& left = reader.tin_facts(season.tin_row(1)).value()->reweighting;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_FALSE(left.front().held);
}

}  // namespace
}  // namespace qcdr::ledger
