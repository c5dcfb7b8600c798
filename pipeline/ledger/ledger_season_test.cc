// A season's facts beside cases: when they count, when they are held, what lets them in. Instants
// to the second are those of the registry's calendar for 2022.
#include <gtest/gtest.h>

#include "ledger/testing_season.h"

namespace qcdr::ledger {
namespace {

const Instant kJune = Season::at("2022-06-20T12:00:00-05:00");
const Instant kLastOfJanuary = Season::at("2023-01-31T23:59:59-06:00");
const Instant kFirstOfFebruary = Season::at("2023-02-01T00:00:00-06:00");
const Instant kFinalDate = Season::at("2023-02-15T23:59:59-06:00");
const Instant kAfterFinalDate = Season::at("2023-02-16T00:00:00-06:00");

v1::Row opt_out(int tin, int npi, bool files) {
  v1::Row row;
  v1::OptOut& fact = *row.mutable_opt_out();
  fact.set_tin(static_cast<std::uint32_t>(tin));
  if (npi != 0) fact.set_npi(Season::npi(npi).value());
  fact.set_action(files ? v1::CONSENT_ACTION_GRANT : v1::CONSENT_ACTION_REVOKE);
  return row;
}

OptOutFact standing(Season& season, int tin, int npi) {
  return season.practice().opt_out(season.pair_row(tin, npi)).value();
}

std::uint32_t told(Season& season, const char* upload, FindingCode code) {
  return season.upload(upload).findings[code_number(code)];
}

constexpr auto kOptOutKind = v1::RECORD_KIND_OPT_OUT;

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

v1::Row activity(int npi, std::int32_t from, std::int32_t to, const char* signed_at = nullptr) {
  v1::Row row;
  v1::ActivityAttestation& fact = *row.mutable_activity_attestation();
  fact.set_tin(1);
  if (npi != 0) fact.set_npi(Season::npi(npi).value());
  fact.set_activity_id("IA_PSPA_7");
  fact.set_performed_from(from);
  fact.set_performed_to(to);
  if (signed_at != nullptr) {
    fact.mutable_attester()->set_signed_at(Season::at(signed_at).milliseconds());
  }
  return row;
}

constexpr auto kActivityKind = v1::RECORD_KIND_ACTIVITY_ATTESTATION;

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

v1::Row registration(std::initializer_list<std::uint32_t> tins, bool paid, std::uint32_t heads) {
  v1::Row row;
  v1::PracticeRegistration& fact = *row.mutable_practice_registration();
  for (const std::uint32_t tin : tins) fact.add_tins(tin);
  for (const char* name : {"participation", "quality-addendum", "business-associate"}) {
    v1::Agreement* agreement = fact.add_agreements();
    agreement->set_name(name);
    agreement->set_signed_on(Season::day(8, 30));
  }
  fact.set_ordered_on(Season::day(8, 30));
  fact.set_invoice("INV-1");
  if (paid) fact.set_paid_on(Season::day(9, 14));
  if (heads > 0) {
    fact.add_headcounts()->set_provider("physician");
    fact.mutable_headcounts(0)->set_count(heads);
  }
  return row;
}

constexpr auto kRegistrationKind = v1::RECORD_KIND_PRACTICE_REGISTRATION;

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

v1::Row sign_off(std::int32_t through) {
  v1::Row row;
  row.mutable_reconciliation_sign_off()->set_tin(1);
  row.mutable_reconciliation_sign_off()->set_data_through(through);
  return row;
}

constexpr auto kSignOffKind = v1::RECORD_KIND_RECONCILIATION_SIGN_OFF;
using State = Reconciliation::State;

Reconciliation reconciliation(Season& season) {
  return season.practice().reconciliation(season.tin_row(1)).value();
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

v1::Row extension(const char* deadline, const char* until) {
  v1::Row row;
  row.mutable_deadline_extension()->set_deadline(deadline);
  row.mutable_deadline_extension()->set_until(Season::at(until).milliseconds());
  row.mutable_deadline_extension()->set_reason("flood");
  return row;
}

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

v1::Row decision(const char* record_id) {
  v1::Row row;
  v1::OfficerDecision& fact = *row.mutable_officer_decision();
  fact.set_subject(v1::OfficerDecision::SUBJECT_LATE_RECORD);
  fact.set_verdict(v1::OfficerDecision::VERDICT_APPROVE);
  fact.set_record_id(record_id);
  fact.set_reason("mail server was down");
  return row;
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

v1::Row eligibility(const char* list_date, std::uint32_t segment,
                    v1::EligibilitySnapshot::Status status,
                    std::initializer_list<std::pair<v1::SpecialStatus::Kind, bool>> statuses) {
  v1::Row row;
  v1::EligibilitySnapshot& fact = *row.mutable_eligibility_snapshot();
  fact.set_tin(1);
  fact.set_list_date(LocalDate::parse(list_date).value().days());
  fact.set_segment(segment);
  fact.set_status(status);
  for (const auto& [kind, value] : statuses) {
    v1::SpecialStatus* special = fact.add_special_statuses();
    special->set_kind(kind);
    special->set_value(value);
  }
  return row;
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
