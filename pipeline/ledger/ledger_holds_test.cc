// What lets in what was held, what an officer or the practice decides, what is taken back.
#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

TEST(Extension, JudgesWhatIsHeldAgainByItsReceipt) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.consent("c1", Season::at("2023-02-10T23:59:59-06:00"), 1, 1, true);
  season.consent("c2", Season::at("2023-02-11T00:00:00-06:00"), 1, 2, true);
  season.cases("u1", kAfterFinalDate,
               {{"d", Season::day(12, 1), {{1, 1}}, Season::temperature(true)}});
  season.cases("u2", kFirstOfFebruary,
               {{"n", Season::day(11, 1), {{1, 1}}, Season::temperature(true)}});
  const auto kind = v1::RECORD_KIND_DEADLINE_EXTENSION;
  season.record("e1", kAfterFinalDate, kind,
                extension("individual-consent", "2023-02-10T23:59:59-06:00"));
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
  EXPECT_EQ(season.consent_state(1, 2), ConsentState::kHeld);
  season.record("e2", kAfterFinalDate, kind, extension("final-data", "2023-02-20T23:59:59-06:00"));
  season.record("e3", kAfterFinalDate, kind,
                extension("january-to-november-data", "2023-02-03T23:59:59-06:00"));
  EXPECT_EQ(season.group(1).cases(CountClass::kOnTime), 2u);
  EXPECT_EQ(season.group(1).held(), 0u);
  season.restart();
  season.cases("u3", Season::at("2023-02-20T23:59:59-06:00"),
               {{"d3", Season::day(12, 1), {{1, 1}}, Season::temperature(true)}});
  season.cases("u4", Season::at("2023-02-21T00:00:00-06:00"),
               {{"d4", Season::day(12, 1), {{1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(season.group(1).counted(), 3u);
  EXPECT_EQ(season.group(1).held(), 1u);
  season.record("e4", kAfterFinalDate, kind,
                extension("no-such-date", "2023-02-20T23:59:59-06:00"));
  EXPECT_EQ(season.upload("e4").rows_rejected, 1u);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

TEST(Decision, LiftsOneHeldRecordAndNoOther) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.consent("c1", kFirstOfFebruary, 1, 1, true);
  season.consent("c2", kFirstOfFebruary, 1, 2, true);
  const auto kind = v1::RECORD_KIND_OFFICER_DECISION;
  season.record("d1", kFinalDate, kind, decision("c1/0"));
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
  EXPECT_EQ(season.consent_state(1, 2), ConsentState::kHeld);
  season.record("d2", kFinalDate, kind, decision("nothing/0"));
  EXPECT_EQ(told(season, "d2", FindingCode::NOTHING_HELD), 1u);
  season.cases("u", kAfterFinalDate, {{"c", Season::day(12, 1), {{1, 1}}, {}}});
  season.record("d3", kAfterFinalDate, kind, decision("u"));
  EXPECT_EQ(season.group(1).counted(), 1u);
}

TEST(Hold, LiftedForAKindLetsEverythingOfItIn) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.consent("c1", kFirstOfFebruary, 1, 1, true);
  season.option("o1", kFirstOfFebruary, 1, v1::REPORTING_LEVEL_GROUP);
  season.cases("u", kAfterFinalDate, {{"c", Season::day(12, 1), {{1, 1}}, {}}});
  ASSERT_TRUE(season.lift_hold(v1::RECORD_KIND_INDIVIDUAL_CONSENT).is_ok());
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
  EXPECT_EQ(season.group(1).counted(), 0u);
  ASSERT_TRUE(season.lift_hold(v1::RECORD_KIND_ANESTHESIA_CASE).is_ok());
  EXPECT_EQ(season.group(1).counted(), 1u);
  ASSERT_TRUE(season.lift_hold(v1::RECORD_KIND_REPORTING_OPTION).is_ok());
  EXPECT_EQ(season.practice().reporting_option(season.tin_row(1)).value().in_force.level,
            v1::REPORTING_LEVEL_GROUP);
}

TEST(Confirmation, TakesOrDiscardsTheRosterThatWaits) {
  for (const bool confirmed : {true, false}) {
    Season season;
    std::vector<Season::RosterSpec> all;
    for (int i = 1; i <= 10; ++i) all.push_back({1, i, "N"});
    season.roster("r1", kJune, all);
    all.resize(4);
    season.roster("r2", kJune, all);
    v1::Row row;
    row.mutable_confirmation()->set_subject(v1::Confirmation::SUBJECT_ROSTER_DROP);
    row.mutable_confirmation()->set_upload_id("r2");
    row.mutable_confirmation()->set_confirmed(confirmed);
    season.restart();
    season.record("k", kJune, v1::RECORD_KIND_CONFIRMATION, row);
    EXPECT_EQ(season.pair_row(1, 9).listed, !confirmed);
    EXPECT_EQ(season.upload("r2").rows_accepted, confirmed ? 4u : 0u);
    season.record("k2", kJune, v1::RECORD_KIND_CONFIRMATION, row);  // nothing waits any more
    EXPECT_EQ(season.upload("k2").rows_rejected, 1u);
  }
}

// However many records are folded before the effects are taken.
TEST(Confirmation, TheOutcomeOfARosterIsThatOfItsEnd) {
  Season season;
  std::vector<Season::RosterSpec> all;
  for (int i = 1; i <= 10; ++i) all.push_back({1, i, "N"});
  season.roster("r1", kJune, all);
  all.resize(4);
  season.roster("r2", kJune, all);
  v1::Row row;
  row.mutable_confirmation()->set_subject(v1::Confirmation::SUBJECT_ROSTER_DROP);
  row.mutable_confirmation()->set_upload_id("r2");
  row.mutable_confirmation()->set_confirmed(true);
  season.record("k", kJune, v1::RECORD_KIND_CONFIRMATION, row);
  EXPECT_EQ(season.upload("r2").rows_accepted, 4u);
  const Effects effects = season.take();
  ASSERT_EQ(effects.uploads.size(), 3u);
  EXPECT_EQ(effects.uploads[1].upload_id, "r2");
  EXPECT_EQ(effects.uploads[1].fact.rows_held, 4u);
  EXPECT_EQ(effects.uploads[1].fact.rows_accepted, 0u);
}

TEST(Confirmation, AnOptInTakesTwoAndIsIrrevocable) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  const auto elect = [&](const char* upload, v1::OptInElection::Election election) {
    v1::Row row;
    row.mutable_opt_in_election()->set_tin(1);
    row.mutable_opt_in_election()->set_npi(Season::npi(1).value());
    row.mutable_opt_in_election()->set_election(election);
    season.record(upload, kJune, v1::RECORD_KIND_OPT_IN_ELECTION, row);
  };
  const auto standing = [&] {
    return season.practice().opt_in_election(season.pair_row(1, 1)).value();
  };
  elect("e1", v1::OptInElection::ELECTION_OPT_IN);
  EXPECT_FALSE(standing().final());
  v1::Row row;
  row.mutable_confirmation()->set_subject(v1::Confirmation::SUBJECT_OPT_IN);
  row.mutable_confirmation()->set_tin(1);
  row.mutable_confirmation()->add_npis(Season::npi(1).value());
  row.mutable_confirmation()->set_confirmed(true);
  season.record("k", kJune, v1::RECORD_KIND_CONFIRMATION, row);
  EXPECT_TRUE(standing().final());
  elect("e2", v1::OptInElection::ELECTION_VOLUNTARY);
  EXPECT_EQ(season.upload("e2").rows_rejected, 1u);
  EXPECT_EQ(standing().election, 1);
}

TEST(Eligibility, AStatusFoundInTheFirstSegmentStaysAndTheLastListDecides) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  const auto kind = v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT;
  const auto best = [&] { return season.practice().eligibility(season.tin_row(1)).value(); };
  EXPECT_EQ(best().special(SpecialStatusKind::kNonPatientFacing), Tristate::kUnknown);
  EXPECT_EQ(best().adjustment_applies(), Tristate::kUnknown);
  season.record("l2", kJune, kind,
                eligibility("2022-12-20", 2, v1::EligibilitySnapshot::STATUS_NOT_REQUIRED,
                            {{v1::SpecialStatus::KIND_NON_PATIENT_FACING, false},
                             {v1::SpecialStatus::KIND_RURAL, false}}));
  season.record("l1", kJune, kind,
                eligibility("2021-12-20", 1, v1::EligibilitySnapshot::STATUS_REQUIRED,
                            {{v1::SpecialStatus::KIND_NON_PATIENT_FACING, true}}));
  season.restart();
  EXPECT_EQ(best().special(SpecialStatusKind::kNonPatientFacing), Tristate::kYes);
  EXPECT_EQ(best().special(SpecialStatusKind::kRural), Tristate::kNo);
  EXPECT_EQ(best().special(SpecialStatusKind::kHpsa), Tristate::kUnknown);
  EXPECT_EQ(best().adjustment_applies(), Tristate::kNo);
  const auto input = season.practice().group_input(season.tin_row(1), kJune).value();
  EXPECT_EQ(input.profile.non_patient_facing, scoring::Known::kYes);
  EXPECT_EQ(input.profile.eligible, scoring::Known::kNo);
}

TEST(Reweighting, ToldInTimeItCountsAndLateAnOfficerDecides) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row;
  v1::ReweightingApproval& fact = *row.mutable_reweighting_approval();
  fact.set_tin(1);
  fact.add_categories(v1::CATEGORY_QUALITY);
  fact.set_reason(v1::ReweightingApproval::REASON_EXTREME_AND_UNCONTROLLABLE);
  const auto kind = v1::RECORD_KIND_REWEIGHTING_APPROVAL;
  const auto reweighted = [&] {
    return season.practice()
        .group_input(season.tin_row(1), kJune)
        .value()
        .profile.reweighted_by_approval;
  };
  season.record("w1", Season::at("2023-03-06T10:00:00-06:00"), kind, row);
  EXPECT_EQ(reweighted(), 0);
  v1::Row decided;
  decided.mutable_officer_decision()->set_subject(v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES);
  decided.mutable_officer_decision()->set_verdict(v1::OfficerDecision::VERDICT_APPROVE);
  decided.mutable_officer_decision()->set_tin(1);
  season.record("d", Season::at("2023-03-07T10:00:00-06:00"), v1::RECORD_KIND_OFFICER_DECISION,
                decided);
  EXPECT_EQ(reweighted(), scoring::category_bit(scoring::Category::kQuality));
}

TEST(Consent, HoldsForItsCategoriesAndDays) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row;
  v1::IndividualConsent& fact = *row.mutable_individual_consent();
  fact.set_tin(1);
  fact.set_npi(Season::npi(1).value());
  fact.set_action(v1::CONSENT_ACTION_GRANT);
  fact.add_categories(v1::CATEGORY_QUALITY);
  fact.set_effective_from(Season::day(7, 1));
  fact.set_expires_on(Season::day(12, 31));
  const auto kind = v1::RECORD_KIND_INDIVIDUAL_CONSENT;
  season.record("c1", kJune, kind, row);
  season.restart();
  const auto standing = [&] {
    return season.practice().individual_consent(season.pair_row(1, 1)).value();
  };
  const auto on = [](int month, int day) { return LocalDate::from_days(Season::day(month, day)); };
  EXPECT_TRUE(standing().live(v1::CATEGORY_QUALITY, on(7, 1)));
  EXPECT_FALSE(standing().live(v1::CATEGORY_QUALITY, on(6, 30)));
  EXPECT_FALSE(standing().live(v1::CATEGORY_COST, on(7, 1)));
  // Too late to widen it.
  season.consent("c2", kFirstOfFebruary, 1, 1, true);
  EXPECT_FALSE(standing().live(v1::CATEGORY_COST, on(7, 1)));
  season.consent("c3", kLastOfJanuary, 1, 1, true);
  EXPECT_TRUE(standing().live(v1::CATEGORY_COST, on(7, 1)));
}

TEST(Withdrawal, TakesBackWhatTheSourceNamesAndKeepsWhatIsFinal) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row attested = activity(1, Season::day(1, 1), Season::day(5, 31));
  attested.set_record_id("ia-7");
  season.record("a", kJune, kActivityKind, attested);
  const auto take_back = [&](const char* upload, v1::RecordKind kind, const char* record) {
    v1::Row row;
    row.set_action(v1::ROW_ACTION_WITHDRAW);
    row.set_supersedes(record);
    season.record(upload, kAfterFinalDate, kind, row);
  };
  take_back("w0", kActivityKind, "unknown");
  EXPECT_EQ(season.upload("w0").rows_rejected, 1u);
  take_back("w1", kActivityKind, "ia-7");
  EXPECT_TRUE(season.practice().activities(season.pair_row(1, 1)).value().empty());
  season.consent("c", kJune, 1, 1, true);
  take_back("w2", v1::RECORD_KIND_INDIVIDUAL_CONSENT, "c/0");
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kRevoked);
  season.option("o", kJune, 1, v1::REPORTING_LEVEL_GROUP);
  take_back("w3", v1::RECORD_KIND_REPORTING_OPTION, "o/0");
  EXPECT_EQ(season.upload("w3").rows_rejected, 1u);
}

TEST(Election, OfAGroupNamesHowManyOptedOut) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.record("x", kJune, kOptOutKind, opt_out(1, 2, true));
  season.option("o", Season::at("2023-01-27T10:00:00-06:00"), 1, v1::REPORTING_LEVEL_GROUP);
  EXPECT_EQ(told(season, "o", FindingCode::GROUP_COVERS_OPTED_OUT), 1u);
}

// Every kind in one season, in chunks of one row and of all rows, with and without a restart.
TEST(Season, DoesNotDependOnChunksOrRestarts) {
  const auto play = [](std::uint32_t rows_per_chunk, bool restart) {
    Season season;
    season.rows_per_chunk = rows_per_chunk;
    const auto pause = [&] {
      if (restart) season.restart();
    };
    season.record("g", kJune, kRegistrationKind, registration({1}, true, 2));
    season.roster("r", kJune,
                  {{1, 1, "A"}, {1, 2, "B", v1::CLINICIAN_TYPE_CRNA, Season::day(3, 1)}});
    pause();
    season.cases("u", kJune,
                 {{"c1", Season::day(2, 1), {{1, 1}, {1, 2}}, Season::temperature(true)},
                  {"c2", Season::day(5, 1), {{1, 3}}, Season::temperature(false)}});
    season.apply("x", kJune, kOptOutKind, {opt_out(1, 1, true), v1::Row(), opt_out(1, 1, false)});
    pause();
    season.record("a", kJune, kActivityKind, activity(1, Season::day(1, 1), Season::day(5, 31)));
    season.record("s", kFirstOfFebruary, kSignOffKind, sign_off(Season::day(11, 30)));
    pause();
    season.record("l", kJune, v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT,
                  eligibility("2022-12-20", 2, v1::EligibilitySnapshot::STATUS_REQUIRED,
                              {{v1::SpecialStatus::KIND_RURAL, true}}));
    season.record("e", kFinalDate, v1::RECORD_KIND_DEADLINE_EXTENSION,
                  extension("reconciliation", "2023-02-05T23:59:59-06:00"));
    EXPECT_TRUE(reconciliation(season).is_signed());
    season.freeze();
    const auto proof = season.practice().verify();
    EXPECT_TRUE(proof.is_ok());
    EXPECT_EQ(proof.value(), season.practice().digest());
    return season.digest();
  };
  const StateDigest whole = play(256, false);
  EXPECT_EQ(whole, play(1, false));
  EXPECT_EQ(whole, play(2, true));
}

}  // namespace
}  // namespace qcdr::ledger
