// Whom a no is about, for what and for how long: opt-outs beside a group's election, files of
// opt-outs that cannot be read, consents and opt-outs of some categories or days.
#include <gtest/gtest.h>

#include "ledger/readiness_reader.h"
#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

constexpr auto kGroup = v1::REPORTING_LEVEL_GROUP;
constexpr auto kIndividual = v1::REPORTING_LEVEL_INDIVIDUAL;

v1::Row opt_out_of(v1::Category category, bool files) {
  v1::Row row = opt_out(1, 1, files);
  row.mutable_opt_out()->add_categories(category);
  return row;
}

bool waits_for_confirmation(Season& season) {
  ReadinessReader reader(season.practice(), kLastOfJanuary);
  return reader.tin_facts(season.tin_row(1)).value()->opted_out_unconfirmed;
}

// Situation 4, and what it does not say: there is no opt-out from a group.
TEST(OptOut, StandsAgainstTheElectionOnlyWhenItWasThereBefore) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.option("g", Season::at("2022-11-01T10:00:00-05:00"), 1, kGroup);
  season.record("late", Season::at("2022-12-01T10:00:00-06:00"), kOptOutKind, opt_out(1, 1, true));
  season.restart();
  EXPECT_FALSE(waits_for_confirmation(season));
  EXPECT_EQ(told(season, "late", FindingCode::OPT_OUT_LEAVES_GROUP), 1u);
  EXPECT_TRUE(standing(season, 1, 1).filed());
  // The group is elected anew: whoever had opted out by then is named.
  season.option("i", Season::at("2022-12-02T10:00:00-06:00"), 1, kIndividual);
  season.option("g2", Season::at("2022-12-03T10:00:00-06:00"), 1, kGroup);
  EXPECT_TRUE(waits_for_confirmation(season));
}

TEST(OptOut, FiledAgainForMoreStandsSinceItWasFiledFirst) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("o1", kJune, kOptOutKind, opt_out_of(v1::CATEGORY_QUALITY, true));
  EXPECT_EQ(told(season, "o1", FindingCode::OPT_OUT_LEAVES_GROUP), 0u);
  season.option("g", Season::at("2022-11-01T10:00:00-05:00"), 1, kGroup);
  season.record("o2", Season::at("2022-12-01T10:00:00-06:00"), kOptOutKind, opt_out(1, 1, true));
  season.restart();
  EXPECT_TRUE(waits_for_confirmation(season));
}

// Held on 02-03, let in by an officer: what was filed between stood when it was let in.
TEST(OptOut, StandsAgainstAnElectionThatWasHeldUntilItIsLetIn) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.option("i", kJune, 1, kIndividual);
  season.option("g", Season::at("2023-02-03T10:00:00-06:00"), 1, kGroup);
  season.record("o", Season::at("2023-02-04T10:00:00-06:00"), kOptOutKind, opt_out(1, 1, true));
  EXPECT_EQ(told(season, "o", FindingCode::OPT_OUT_LEAVES_GROUP), 0u);
  season.record("d", Season::at("2023-02-05T10:00:00-06:00"), v1::RECORD_KIND_OFFICER_DECISION,
                decision("g"));
  season.restart();
  EXPECT_TRUE(waits_for_confirmation(season));
}

bool held(Season& season, int tin) {
  return season.practice().opt_out_unreadable(season.tin_row(tin)).value();
}

TEST(OptOut, AFileRefusedAsAWholeHoldsEveryTinUntilAReadableOneComes) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {2, 1, "A"}});
  ASSERT_TRUE(season.complete("bad", kJune, kOptOutKind, 0, true).is_ok());
  season.restart();
  EXPECT_TRUE(held(season, 1));
  EXPECT_TRUE(held(season, 2));
  EXPECT_EQ(told(season, "bad", FindingCode::OPT_OUT_FILE_REFUSED), 1u);
  // Another kind, and one that came before, say nothing of it.
  ASSERT_TRUE(
      season.complete("cases", kJune, v1::RECORD_KIND_ACTIVITY_ATTESTATION, 0, true).is_ok());
  season.record("before", Season::at("2022-06-01T12:00:00-05:00"), kOptOutKind,
                opt_out(1, 1, true));
  EXPECT_TRUE(held(season, 1));
  season.record("revokes", kLastOfJanuary, kOptOutKind, opt_out(2, 1, false));
  EXPECT_TRUE(held(season, 1));
  season.record("good", kLastOfJanuary, kOptOutKind, opt_out(1, 1, true));
  EXPECT_FALSE(held(season, 1));
  EXPECT_FALSE(held(season, 2));
  EXPECT_TRUE(standing(season, 1, 1).filed());
}

TEST(OptOut, AFileRefusedAsAWholeIsClearedByAnOfficer) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  ASSERT_TRUE(season.complete("bad", kJune, kOptOutKind, 0, true).is_ok());
  v1::Row cleared = decision("bad");
  cleared.mutable_officer_decision()->set_subject(v1::OfficerDecision::SUBJECT_UNREADABLE_OPT_OUT);
  season.record("d", kJune, v1::RECORD_KIND_OFFICER_DECISION, cleared);
  EXPECT_FALSE(held(season, 1));
}

TEST(OptOut, OfAnUnknownTinIsNotClearedForAllByNamingOne) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {2, 1, "A"}});
  ASSERT_TRUE(season.complete("bad", kJune, kOptOutKind, 0, true).is_ok());
  v1::Row cleared = decision("");
  cleared.mutable_officer_decision()->set_subject(v1::OfficerDecision::SUBJECT_UNREADABLE_OPT_OUT);
  cleared.mutable_officer_decision()->set_tin(1);
  season.record("d1", kJune, v1::RECORD_KIND_OFFICER_DECISION, cleared);
  EXPECT_TRUE(held(season, 1));
  EXPECT_TRUE(held(season, 2));
  EXPECT_EQ(told(season, "d1", FindingCode::NOTHING_HELD), 1u);
  cleared.mutable_officer_decision()->set_record_id("bad");
  season.record("d2", kJune, v1::RECORD_KIND_OFFICER_DECISION, cleared);
  EXPECT_FALSE(held(season, 1));
}

TEST(OptOut, OfSomeCategoriesIsAddedToAndRevokedByCategory) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("o1", kJune, kOptOutKind, opt_out_of(v1::CATEGORY_QUALITY, true));
  season.record("o2", kJune, kOptOutKind, opt_out_of(v1::CATEGORY_IMPROVEMENT_ACTIVITIES, true));
  EXPECT_EQ(standing(season, 1, 1).categories, kQualityBit | kActivitiesBit);
  season.record("x1", kLastOfJanuary, kOptOutKind, opt_out_of(v1::CATEGORY_QUALITY, false));
  EXPECT_EQ(standing(season, 1, 1).categories, kActivitiesBit);
  EXPECT_TRUE(standing(season, 1, 1).filed());
  season.record("x2", kFirstOfFebruary, kOptOutKind,
                opt_out_of(v1::CATEGORY_IMPROVEMENT_ACTIVITIES, false));
  season.restart();
  EXPECT_TRUE(standing(season, 1, 1).revocation_held);
  EXPECT_EQ(standing(season, 1, 1).held_categories, kActivitiesBit);
  season.record("d", kFinalDate, v1::RECORD_KIND_OFFICER_DECISION, decision("x2"));
  EXPECT_EQ(standing(season, 1, 1).state, OptOutState::kRevoked);
  // All, then one: the rest stays.
  season.record("o3", kFinalDate, kOptOutKind, opt_out(1, 1, true));
  season.record("x3", kLastOfJanuary, kOptOutKind, opt_out_of(v1::CATEGORY_QUALITY, false));
  EXPECT_EQ(standing(season, 1, 1).categories, kActivitiesBit | kInteroperabilityBit);
}

v1::Row consent_until(std::int32_t last_day) {
  v1::Row row;
  v1::IndividualConsent& fact = *row.mutable_individual_consent();
  fact.set_tin(1);
  fact.set_npi(Season::npi(1).value());
  fact.set_action(v1::CONSENT_ACTION_GRANT);
  fact.set_expires_on(last_day);
  return row;
}

constexpr auto kConsentKind = v1::RECORD_KIND_INDIVIDUAL_CONSENT;

TEST(Consent, RenewedTooLateIsHeldAndAnOfficerLetsItIn) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("c", kJune, kConsentKind, consent_until(Season::day(12, 31)));
  season.record("c2", kFirstOfFebruary, kConsentKind, consent_until(0));
  season.restart();
  const auto standing = [&] {
    return season.practice().individual_consent(season.pair_row(1, 1)).value();
  };
  EXPECT_EQ(season.upload("c2").rows_held, 1u);
  ASSERT_TRUE(standing().held.has_value());
  EXPECT_EQ(standing().scope.to, LocalDate::from_days(Season::day(12, 31)));
  season.record("c3", kFirstOfFebruary, kConsentKind, consent_until(0));
  EXPECT_EQ(season.upload("c3").rows_duplicate, 1u);
  season.record("d", kFinalDate, v1::RECORD_KIND_OFFICER_DECISION, decision("c2"));
  EXPECT_FALSE(standing().held.has_value());
  EXPECT_EQ(standing().scope, ConsentScope());
  EXPECT_EQ(standing().state, ConsentState::kOnTime);
}

// The day after its last one the pair is told, and changes no state.
TEST(Consent, ThatExpiresTouchesItsPairOnTheDayAfter) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.option("i", kJune, 1, kIndividual);
  season.consent("c2", kJune, 1, 2, true);
  season.record("c", kJune, kConsentKind, consent_until(Season::day(12, 30)));
  for (const bool restarted : {false, true}) {
    if (restarted) season.restart();
    const StateDigest digest = season.digest();
    EXPECT_EQ(season.touched_by_time(Season::at("2022-12-29T09:00:00-06:00"),
                                     Season::at("2022-12-30T09:00:00-06:00")),
              0u);
    EXPECT_EQ(season.touched_by_time(Season::at("2022-12-30T09:00:00-06:00"),
                                     Season::at("2022-12-31T00:00:00-06:00")),
              1u);
    EXPECT_EQ(season.touched_by_time(Season::at("2022-12-31T00:00:00-06:00"),
                                     Season::at("2023-01-02T09:00:00-06:00")),
              0u);
    EXPECT_EQ(season.digest(), digest);
  }
}

// A practice's own limit that ended on the day before.
TEST(Deadline, OfThePracticeAloneIsNoticedOnTheNextDay) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.option("i", kJune, 1, kIndividual);
  season.record("e", kLastOfJanuary, v1::RECORD_KIND_DEADLINE_EXTENSION,
                extension("individual-consent", "2023-02-04T17:00:00-06:00"));
  EXPECT_EQ(season.touched_by_time(Season::at("2023-02-03T18:00:00-06:00"),
                                   Season::at("2023-02-04T09:00:00-06:00")),
            0u);
  EXPECT_EQ(season.touched_by_time(Season::at("2023-02-04T18:00:00-06:00"),
                                   Season::at("2023-02-05T09:00:00-06:00")),
            1u);
}

}  // namespace
}  // namespace qcdr::ledger
