// A season's facts beside cases: when they count, when they are held. Instants to the second are
// those of the registry's calendar for 2022.
#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

TEST(OptOut, RevokedInTimeTheConsentLivesAgainAndLateItIsHeld) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  for (const int npi : {1, 2}) {
    const std::string id = std::to_string(npi);
    season.consent("c" + id, Season::at("2022-12-05T10:00:00-06:00"), 1, npi, true);
    season.record("o" + id, Season::at("2023-01-20T10:00:00-06:00"), kOptOutKind,
                  opt_out(1, npi, true));
    EXPECT_TRUE(standing(season, 1, npi).filed());
  }
  season.record("x1", Season::at("2023-01-30T10:00:00-06:00"), kOptOutKind, opt_out(1, 1, false));
  season.record("x2", Season::at("2023-02-02T10:00:00-06:00"), kOptOutKind, opt_out(1, 2, false));
  EXPECT_FALSE(standing(season, 1, 1).filed());
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
  EXPECT_TRUE(standing(season, 1, 2).filed());
  EXPECT_TRUE(standing(season, 1, 2).revocation_held);
  EXPECT_EQ(season.upload("x2").rows_held, 1u);
  EXPECT_EQ(told(season, "o1", FindingCode::OPT_OUT_CAN_COST), 1u);
}

TEST(OptOut, FiledAtAnyTimeItTakesEffectAtOnce) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.consent("c", kLastOfJanuary, 1, 1, true);
  season.record("o", Season::at("2023-02-20T10:00:00-06:00"), kOptOutKind, opt_out(1, 1, true));
  EXPECT_TRUE(standing(season, 1, 1).filed());
  EXPECT_EQ(season.upload("o").rows_accepted, 1u);
  // To the second, a revocation.
  season.record("x", kLastOfJanuary, kOptOutKind, opt_out(1, 1, false));
  EXPECT_FALSE(standing(season, 1, 1).filed());
  season.record("o2", kFinalDate, kOptOutKind, opt_out(1, 1, true));
  season.record("x2", kFirstOfFebruary, kOptOutKind, opt_out(1, 1, false));
  EXPECT_TRUE(standing(season, 1, 1).filed());
}

TEST(OptOut, ThereIsNoneFromAGroupAndAnUnreadableOneHoldsItsTin) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {2, 1, "A"}});
  season.record("o", kJune, kOptOutKind, opt_out(1, 0, true));
  EXPECT_EQ(season.upload("o").rows_rejected, 1u);
  EXPECT_TRUE(season.practice().opt_out_unreadable(season.tin_row(1)).value());
  EXPECT_FALSE(season.practice().opt_out_unreadable(season.tin_row(2)).value());
  v1::Row corrected = opt_out(1, 1, true);
  corrected.set_supersedes("o/0");
  season.record("o2", kJune, kOptOutKind, corrected);
  EXPECT_FALSE(season.practice().opt_out_unreadable(season.tin_row(1)).value());
}

TEST(OptOut, ARowWhoseTinCannotBeReadHoldsEveryTinUntilAnOfficerClearsIt) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {2, 1, "A"}});
  season.record("o", kJune, kOptOutKind, v1::Row());
  season.restart();
  EXPECT_TRUE(season.practice().opt_out_unreadable(season.tin_row(1)).value());
  EXPECT_TRUE(season.practice().opt_out_unreadable(season.tin_row(2)).value());
  v1::Row decision;
  decision.mutable_officer_decision()->set_subject(v1::OfficerDecision::SUBJECT_UNREADABLE_OPT_OUT);
  decision.mutable_officer_decision()->set_verdict(v1::OfficerDecision::VERDICT_APPROVE);
  decision.mutable_officer_decision()->set_record_id("o");
  decision.mutable_officer_decision()->set_reason("the practice told who was meant");
  season.record("d", kJune, v1::RECORD_KIND_OFFICER_DECISION, decision);
  EXPECT_FALSE(season.practice().opt_out_unreadable(season.tin_row(1)).value());
  EXPECT_FALSE(season.practice().opt_out_unreadable(season.tin_row(2)).value());
}

TEST(Activities, NinetyDaysInsideTheYearAndFinished) {
  struct Try {
    std::int32_t from;
    std::int32_t to;
    const char* signed_at;
    bool accepted;
  };
  const std::int32_t october = Season::day(10, 3);
  const Try tries[] = {
      {october, Season::day(12, 31), "2023-01-05T10:00:00-06:00", true},
      {october + 1, Season::day(12, 31), "2023-01-05T10:00:00-06:00", false},
      {Season::day(11, 1), Season::day(12, 31) + 29, "2023-01-30T10:00:00-06:00", false},
      {october, Season::day(12, 31), "2022-12-16T10:00:00-06:00", false},
      {Season::day(9, 1), Season::day(12, 15), "2022-12-16T10:00:00-06:00", true},
      {Season::day(9, 1), Season::day(12, 15), "2022-12-15T23:59:59-06:00", false},
      {Season::day(9, 1), Season::day(12, 15), "2022-12-16T00:00:00-06:00", true},
  };
  for (const Try& each : tries) {
    Season season;
    season.roster("r", kJune, {{1, 1, "A"}});
    season.record("a", Season::at("2023-01-31T12:00:00-06:00"), kActivityKind,
                  activity(1, each.from, each.to, each.signed_at));
    const auto found = season.practice().activities(season.pair_row(1, 1)).value();
    EXPECT_EQ(found.size(), each.accepted ? 1u : 0u) << each.signed_at << " " << each.from;
    EXPECT_EQ(season.upload("a").rows_rejected, each.accepted ? 0u : 1u);
  }
}

TEST(Activities, HalfOfTheGroupAndALateOneIsHeld) {
  const auto group = [](std::uint32_t performing, std::uint32_t billing) {
    v1::Row row = activity(0, Season::day(3, 1), Season::day(8, 31));
    row.mutable_activity_attestation()->set_performing_count(performing);
    row.mutable_activity_attestation()->set_billing_count(billing);
    return row;
  };
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("a1", kLastOfJanuary, kActivityKind, group(21, 43));
  EXPECT_EQ(told(season, "a1", FindingCode::ACTIVITY_SHARE_TOO_SMALL), 1u);
  season.record("a2", kFirstOfFebruary, kActivityKind, group(22, 43));
  EXPECT_TRUE(season.practice().activities(season.tin_row(1)).value().at(0).held);
  season.record("a3", kLastOfJanuary, kActivityKind, group(22, 43));
  const Activity found = season.practice().activities(season.tin_row(1)).value().at(0);
  EXPECT_FALSE(found.held);
  EXPECT_EQ(found.numerator, 22u);
  EXPECT_EQ(found.denominator, 43u);
  // More NPIs on cases than the denominator says.
  season.cases("u", kJune,
               {{"c1", Season::day(6, 1), {{1, 1}, {1, 2}, {1, 3}}, Season::temperature(true)}});
  season.record("a4", kLastOfJanuary, kActivityKind, group(1, 2));
  EXPECT_EQ(told(season, "a4", FindingCode::ACTIVITY_DENOMINATOR_SMALL), 1u);
}

TEST(Registration, GoesThroughItsStatesAndOnlyTheOrderHasADate) {
  Season season;
  const auto state = [&] { return season.practice().registration().value().state(); };
  season.record("g0", Season::at("2022-10-04T00:00:00-05:00"), kRegistrationKind,
                registration({1}, false, 0));
  EXPECT_EQ(state(), RegistrationState::kNone);
  EXPECT_TRUE(season.practice().registration().value().held.has_value());
  season.record("g1", Season::at("2022-10-03T23:59:59-05:00"), kRegistrationKind,
                registration({1}, false, 0));
  EXPECT_EQ(state(), RegistrationState::kInvoiced);
  season.record("g2", Season::at("2022-11-15T10:00:00-06:00"), kRegistrationKind,
                registration({1}, true, 0));
  EXPECT_EQ(state(), RegistrationState::kActive);
  season.restart();
  EXPECT_EQ(state(), RegistrationState::kActive);
  EXPECT_EQ(season.upload("g2").rows_accepted, 1u);
}

TEST(Reconciliation, IsCarriedForwardByALaterFileAndReopenedByANewFinding) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.cases("u1", kJune, {{"c1", Season::day(11, 8), {{1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(reconciliation(season).state, State::kUnsigned);
  season.record("s", Season::at("2023-01-31T16:00:00-06:00"), kSignOffKind,
                sign_off(Season::day(11, 30)));
  EXPECT_EQ(reconciliation(season).state, State::kSigned);
  const Instant february = Season::at("2023-02-10T10:00:00-06:00");
  season.cases("u2", february, {{"d1", Season::day(12, 8), {{1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(reconciliation(season).state, State::kSigned);
  EXPECT_EQ(reconciliation(season).data_through.days(), Season::day(12, 31));
  season.cases("u3", february, {{"d2", Season::day(12, 9), {{1, 2}}, Season::temperature(true)}});
  season.restart();
  const Reconciliation reopened = reconciliation(season);
  EXPECT_EQ(reopened.state, State::kReopened);
  EXPECT_EQ(reopened.blocking_group(), 1u);
  EXPECT_TRUE(reopened.clear_for_individual(season.pair_row(1, 1).ordinal));
  EXPECT_FALSE(reopened.clear_for_individual(season.pair_row(1, 2).ordinal));
  // Cured by the last second of the final data date.
  season.roster("r2", kFinalDate, {{1, 1, "A"}, {1, 2, "B"}});
  EXPECT_EQ(reconciliation(season).state, State::kSigned);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

TEST(Reconciliation, SignedLateItIsHeldAndASecondSignatureHasTheFinalDate) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("s1", kFirstOfFebruary, kSignOffKind, sign_off(Season::day(11, 30)));
  EXPECT_EQ(reconciliation(season).state, State::kHeld);
  season.record("s2", kLastOfJanuary, kSignOffKind, sign_off(Season::day(11, 30)));
  EXPECT_TRUE(reconciliation(season).is_signed());
  season.record("s3", kFinalDate, kSignOffKind, sign_off(Season::day(12, 31)));
  EXPECT_EQ(season.upload("s3").rows_accepted, 1u);
  season.record("s4", kAfterFinalDate, kSignOffKind, sign_off(Season::day(12, 30)));
  EXPECT_EQ(season.upload("s4").rows_held, 1u);
}

TEST(Reconciliation, ALocumIsWaivedForTheGroupOnly) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.cases("u", kJune, {{"c", Season::day(6, 1), {{1, 1}, {1, 2}}, Season::temperature(true)}});
  v1::Row row = sign_off(Season::day(6, 30));
  for (const char* reason : {"LOCUM", ""}) {
    v1::ReconciliationWaiver* waiver = row.mutable_reconciliation_sign_off()->add_waivers();
    waiver->set_npi(Season::npi(2).value());
    waiver->set_code(code_number(FindingCode::NPI_NOT_ON_ROSTER));
    waiver->set_reason(reason);
  }
  season.record("s", kLastOfJanuary, kSignOffKind, row);
  EXPECT_EQ(told(season, "s", FindingCode::WAIVER_WITHOUT_REASON), 1u);
  const Reconciliation found = reconciliation(season);
  EXPECT_TRUE(found.clear_for_group());
  EXPECT_FALSE(found.clear_for_individual(season.pair_row(1, 2).ordinal));
}

TEST(Reconciliation, FindsWhatRosterCasesAndRegistrationShow) {
  Season season;
  season.record("g", kJune, kRegistrationKind, registration({2}, true, 1));
  season.roster(
      "r", kJune,
      {{1, 1, "Early", v1::CLINICIAN_TYPE_PHYSICIAN, Season::day(4, 1), Season::day(9, 30)},
       {1, 2, "Idle"},
       {1, 3, "Other", v1::CLINICIAN_TYPE_CRNA}});
  season.cases("u", kJune,
               {{"before", Season::day(3, 1), {{1, 1}}, {}},
                {"after", Season::day(10, 1), {{1, 1}}, {}},
                {"in", Season::day(5, 1), {{1, 1}, {1, 3}}, {}},
                {"again", Season::day(8, 1), {{1, 3}}, {}}});
  std::map<FindingCode, std::uint32_t> codes;
  for (const OpenFinding& finding : reconciliation(season).open) ++codes[finding.code];
  EXPECT_EQ(codes[FindingCode::TIN_NOT_REGISTERED], 1u);
  EXPECT_EQ(codes[FindingCode::CASE_BEFORE_START], 1u);
  EXPECT_EQ(codes[FindingCode::CASE_AFTER_TERMINATION], 1u);
  EXPECT_EQ(codes[FindingCode::NO_CASES], 1u);
  EXPECT_EQ(codes[FindingCode::CREDENTIAL_MISMATCH], 1u);
  EXPECT_EQ(codes[FindingCode::MISSING_MONTH], 2u);
  EXPECT_EQ(codes[FindingCode::HEADCOUNT_OVER_PAID], 1u);
  season.restart();
  EXPECT_EQ(reconciliation(season).open.size(), 8u);
}

}  // namespace
}  // namespace qcdr::ledger
