#include "ledger/ledger.h"

#include <gtest/gtest.h>

#include "ledger/testing_season.h"

namespace qcdr::ledger {
namespace {

const Instant kJune = Season::at("2022-06-20T12:00:00-05:00");
const Instant kBeforeDeadline = Season::at("2023-01-31T23:59:59-06:00");
const Instant kAfterDeadline = Season::at("2023-02-01T00:00:00-06:00");
const Instant kLastMoment = Season::at("2023-02-15T23:59:59-06:00");
const Instant kTooLate = Season::at("2023-02-16T00:00:00-06:00");

std::size_t temperature_slot(Season& season) {
  const auto& specifications = season.practice().rules().year->specifications();
  for (std::size_t slot = 0; slot < specifications.size(); ++slot) {
    if (specifications[slot].measure_id == "424") return slot;
  }
  ADD_FAILURE() << "no specification of 424";
  return 0;
}

TEST(Ledger, CaseCreditsEachPairOnceAndTheGroupOnce) {
  Season season;
  season.roster("r", kJune,
                {{1, 1, "Doctor"},
                 {1, 2, "Nurse", v1::CLINICIAN_TYPE_CRNA},
                 {1, 3, "Assistant", v1::CLINICIAN_TYPE_CAA}});
  season.cases(
      "u", kJune,
      {{"c1", Season::day(6, 14), {{1, 1}, {1, 2}, {1, 3}, {1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(season.group(1).counted(), 1u);
  EXPECT_EQ(season.individual(1, 1).counted(), 1u);
  EXPECT_EQ(season.individual(1, 2).counted(), 1u);
  const std::size_t slot = temperature_slot(season);
  EXPECT_EQ(season.group(1).counted_tally(slot).met, 1u);
  EXPECT_EQ(season.group(1).counted_tally(slot).eligible, 1u);
  // An assistant has no row of its own.
  season.freeze();
  for (const auto& touched : season.practice().take_touched()) {
    if (touched.group) continue;
    EXPECT_TRUE(season.practice().pairs().pair(touched.ordinal).reports_individually());
  }
}

TEST(Ledger, CorrectionSubtractsExactlyWhatWasAdded) {
  Season season;
  season.cases("u1", kJune,
               {{"c1", Season::day(6, 14), {{1, 1}, {1, 2}}, Season::temperature(true)}});
  season.cases("u2", kJune, {{"c1", Season::day(6, 14), {{1, 1}}, Season::temperature(false)}});
  const std::size_t slot = temperature_slot(season);
  EXPECT_EQ(season.group(1).counted(), 1u);
  EXPECT_EQ(season.group(1).counted_tally(slot).met, 0u);
  EXPECT_EQ(season.group(1).counted_tally(slot).not_met, 1u);
  EXPECT_EQ(season.individual(1, 1).counted(), 1u);
  EXPECT_EQ(season.individual(1, 2).counted(), 0u);
  EXPECT_EQ(season.upload("u2").rows_accepted, 1u);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

TEST(Ledger, SameCaseAgainChangesNothing) {
  Season season;
  const std::vector<Season::CaseSpec> specs = {
      {"c1", Season::day(6, 14), {{1, 1}}, Season::temperature(true)}};
  season.cases("u1", kJune, specs);
  season.freeze();
  const std::uint32_t counted = season.group(1).counted();
  season.cases("u2", kJune, specs);
  EXPECT_EQ(season.group(1).counted(), counted);
  EXPECT_EQ(season.upload("u2").rows_duplicate, 1u);
}

TEST(Ledger, SameUploadAgainChangesNothingAtAll) {
  Season season;
  const std::vector<Season::CaseSpec> specs = {
      {"c1", Season::day(6, 14), {{1, 1}}, Season::temperature(true)}};
  season.cases("u1", kJune, specs);
  const StateDigest once = season.digest();
  season.cases("u1", kBeforeDeadline, specs);
  EXPECT_EQ(season.digest(), once);
}

TEST(Ledger, DatesOfCases) {
  Season season;
  const auto november = [](const char* id) {
    return Season::CaseSpec{id, Season::day(11, 8), {{1, 1}}, Season::temperature(true)};
  };
  const auto december = [](const char* id) {
    return Season::CaseSpec{id, Season::day(12, 8), {{1, 1}}, Season::temperature(true)};
  };
  season.cases("u1", kBeforeDeadline, {november("n1")});
  EXPECT_EQ(season.group(1).cases(CountClass::kOnTime), 1u);
  season.cases("u2", kAfterDeadline, {november("n2")});
  EXPECT_EQ(season.group(1).cases(CountClass::kMilestoneMissed), 1u);
  season.cases("u3", kLastMoment, {december("d1")});
  EXPECT_EQ(season.group(1).cases(CountClass::kOnTime), 2u);
  season.cases("u4", kTooLate, {december("d2")});
  EXPECT_EQ(season.group(1).cases(CountClass::kLateHeld), 1u);
  EXPECT_EQ(season.group(1).counted(), 3u);
  EXPECT_EQ(season.group(1).held(), 1u);
}

TEST(Ledger, LateCorrectionIsHeldBesideWhatCounts) {
  Season season;
  season.cases("u1", kJune, {{"c1", Season::day(6, 1), {{1, 1}}, Season::temperature(false)}});
  season.cases("u2", kTooLate, {{"c1", Season::day(6, 1), {{1, 1}}, Season::temperature(true)}});
  const std::size_t slot = temperature_slot(season);
  EXPECT_EQ(season.group(1).counted_tally(slot).not_met, 1u);
  EXPECT_EQ(season.group(1).counted_tally(slot).met, 0u);
  EXPECT_EQ(season.group(1).cases(CountClass::kLateHeld), 1u);
  EXPECT_EQ(season.upload("u2").rows_held, 1u);
  // A second late correction replaces the first late one, and still takes nothing away.
  season.cases("u3", kTooLate, {{"c1", Season::day(6, 2), {{1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(season.group(1).cases(CountClass::kLateHeld), 1u);
  EXPECT_EQ(season.group(1).counted(), 1u);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

TEST(Ledger, WhatCameInTimeCountsAlthoughALateCopyIsHeldAlready) {
  // The upload that came in time was processed after the late one.
  Season season;
  const std::vector<Season::CaseSpec> specs = {
      {"c1", Season::day(6, 1), {{1, 1}}, Season::temperature(true)}};
  season.cases("late", kTooLate, specs);
  EXPECT_EQ(season.group(1).counted(), 0u);
  season.cases("in-time", kJune, specs);
  EXPECT_EQ(season.group(1).cases(CountClass::kOnTime), 1u);
  EXPECT_EQ(season.group(1).held(), 0u);
  EXPECT_EQ(season.upload("in-time").rows_accepted, 1u);
  // A missed month is named, whatever was held before.
  season.cases("late-november", kTooLate, {{"c2", Season::day(11, 1), {{1, 1}}, {}}});
  season.cases("missed", kAfterDeadline, {{"c2", Season::day(11, 1), {{1, 1}}, {}}});
  EXPECT_EQ(season.group(1).cases(CountClass::kMilestoneMissed), 1u);
  EXPECT_EQ(season.upload("missed").findings.count(code_number(FindingCode::MILESTONE_MISSED)), 1u);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

TEST(Ledger, CorrectionInTimeCountsButDoesNotMakeAMissedMonthPunctual) {
  Season season;
  season.cases("u1", kAfterDeadline,
               {{"c1", Season::day(11, 1), {{1, 1}}, Season::temperature(false)}});
  season.cases("u2", kLastMoment,
               {{"c1", Season::day(11, 1), {{1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(season.group(1).cases(CountClass::kMilestoneMissed), 1u);
  EXPECT_EQ(season.group(1).cases(CountClass::kOnTime), 0u);
}

TEST(Ledger, PairOutsideItsPeriodIsWithheldAndTheOthersCount) {
  Season season;
  season.roster("r", kJune,
                {{1, 1, "Always"},
                 {1, 2, "UntilJune", v1::CLINICIAN_TYPE_PHYSICIAN, 0, Season::day(6, 30)},
                 {2, 2, "FromJuly", v1::CLINICIAN_TYPE_PHYSICIAN, Season::day(7, 1), 0}});
  season.cases("u", kJune,
               {{"both", Season::day(5, 10), {{1, 1}, {2, 2}}, Season::temperature(true)},
                {"alone", Season::day(5, 10), {{2, 2}}, Season::temperature(true)}});
  EXPECT_EQ(season.individual(1, 1).counted(), 1u);
  EXPECT_EQ(season.group(1).counted(), 1u);
  EXPECT_EQ(season.individual(2, 2).counted(), 0u);
  EXPECT_EQ(season.individual(2, 2).cases(CountClass::kWithheld), 2u);
  EXPECT_EQ(season.group(2).counted(), 0u);
  EXPECT_EQ(season.group(2).held(), 2u);
  EXPECT_EQ(season.upload("u").rows_held, 1u);
  EXPECT_EQ(season.upload("u").rows_accepted, 1u);
  // Corrected to the TIN that was right on that day.
  season.cases("u2", kLastMoment,
               {{"alone", Season::day(5, 10), {{1, 2}}, Season::temperature(true)}});
  EXPECT_EQ(season.individual(1, 2).counted(), 1u);
  EXPECT_EQ(season.group(1).counted(), 2u);
  EXPECT_EQ(season.group(2).held(), 1u);
}

TEST(Ledger, PairThatLeftAndCameBackIsEffectiveInBothPeriods) {
  Season season;
  season.roster("r", kJune,
                {{1, 1, "Back", v1::CLINICIAN_TYPE_PHYSICIAN, 0, Season::day(3, 31)},
                 {1, 1, "Back", v1::CLINICIAN_TYPE_PHYSICIAN, Season::day(9, 1), 0}});
  season.cases("u", kJune,
               {{"before", Season::day(2, 1), {{1, 1}}, Season::temperature(true)},
                {"between", Season::day(5, 1), {{1, 1}}, Season::temperature(true)},
                {"after", Season::day(10, 1), {{1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(season.individual(1, 1).counted(), 2u);
  EXPECT_EQ(season.individual(1, 1).held(), 1u);
  season.restart();
  EXPECT_TRUE(season.practice().verify().is_ok());
  // An overlapping row takes the place of the one before it.
  season.roster("r2", kJune,
                {{1, 1, "Back", v1::CLINICIAN_TYPE_PHYSICIAN, 0, Season::day(3, 31)},
                 {1, 1, "Back", v1::CLINICIAN_TYPE_PHYSICIAN, Season::day(3, 1), 0}});
  EXPECT_EQ(season.individual(1, 1).counted(), 2u);
  EXPECT_FALSE(
      season.practice().pairs().pair(0).effective_on(LocalDate::from_days(Season::day(2, 1))));
}

TEST(Ledger, RosterThatChangesBackwardsRefoldsTheSums) {
  Season season;
  season.cases("u", kJune,
               {{"c1", Season::day(3, 1), {{1, 1}}, Season::temperature(true)},
                {"c2", Season::day(5, 1), {{1, 1}}, Season::temperature(true)}});
  EXPECT_EQ(season.individual(1, 1).counted(), 2u);
  season.roster("r1", kJune, {{1, 1, "Late", v1::CLINICIAN_TYPE_PHYSICIAN, Season::day(4, 1), 0}});
  EXPECT_EQ(season.individual(1, 1).counted(), 1u);
  EXPECT_EQ(season.individual(1, 1).held(), 1u);
  season.roster("r2", kJune, {{1, 1, "Late", v1::CLINICIAN_TYPE_PHYSICIAN, Season::day(1, 1), 0}});
  EXPECT_EQ(season.individual(1, 1).counted(), 2u);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

TEST(Ledger, RosterIsTakenWholeOrNotAtAll) {
  Season season;
  season.roster("r1", kJune, {{1, 1, "One"}, {1, 2, "Two"}});
  // One unreadable row: a row without a fact.
  std::vector<v1::Row> rows(2);
  rows[0].mutable_roster_entry()->set_tin(1);
  rows[0].mutable_roster_entry()->set_npi(Season::npi(9).value());
  season.apply("r2", kJune, v1::RECORD_KIND_ROSTER_ENTRY, rows);
  EXPECT_FALSE(season.practice().pairs().find_pair(0, Season::npi(9)).has_value());
  EXPECT_EQ(season.upload("r2").rows_rejected, 2u);
  EXPECT_TRUE(season.practice().pairs().pair(0).listed);
}

TEST(Ledger, RosterThatDropsManyWaitsForConfirmation) {
  Season season;
  std::vector<Season::RosterSpec> all;
  for (int i = 1; i <= 20; ++i) all.push_back({1, i, "Name" + std::to_string(i)});
  season.roster("r1", kJune, all);
  std::vector<Season::RosterSpec> two_fewer(all.begin(), all.end() - 2);
  season.roster("r2", kJune, two_fewer);  // exactly ten percent
  EXPECT_FALSE(season.practice().pairs().pair(19).listed);
  std::vector<Season::RosterSpec> few(all.begin(), all.begin() + 15);
  season.roster("r3", kJune, few);
  EXPECT_TRUE(season.practice().pairs().pair(16).listed);
  EXPECT_EQ(season.upload("r3").rows_held, 15u);
}

TEST(Ledger, LateYesIsHeldAndANoTakesEffectAtOnce) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}, {1, 3, "C"}});
  season.consent("c1", kBeforeDeadline, 1, 1, true);
  season.consent("c2", kAfterDeadline, 1, 2, true);
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
  EXPECT_EQ(season.consent_state(1, 2), ConsentState::kHeld);
  EXPECT_EQ(season.consent_state(1, 3), ConsentState::kMissing);
  season.consent("c3", kTooLate, 1, 1, false);
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kRevoked);
  season.consent("c4", kTooLate, 1, 1, true);
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kHeld);
  // After CMS's window a consent can no longer have an effect.
  season.consent("c5", Season::at("2023-04-01T00:00:00-05:00"), 1, 3, true);
  EXPECT_EQ(season.consent_state(1, 3), ConsentState::kMissing);
  EXPECT_EQ(season.upload("c5").rows_rejected, 1u);
}

TEST(Ledger, LateElectionIsHeldBesideTheOneInForce) {
  Season season;
  season.option("o1", kBeforeDeadline, 1, v1::REPORTING_LEVEL_INDIVIDUAL);
  season.option("o2", kAfterDeadline, 1, v1::REPORTING_LEVEL_GROUP);
  const auto option =
      season.practice().reporting_option(season.practice().pairs().tins()[0]).value();
  EXPECT_EQ(option.in_force.level, v1::REPORTING_LEVEL_INDIVIDUAL);
  EXPECT_EQ(option.held.level, v1::REPORTING_LEVEL_GROUP);
}

TEST(Ledger, RowsBelowTheNextOrdinalAreDroppedAndAGapParks) {
  Season season;
  std::vector<v1::Row> rows;
  for (int i = 0; i < 6; ++i) {
    rows.push_back(season.case_row(
        {"c" + std::to_string(i), Season::day(6, 1), {{1, 1}}, Season::temperature(true)}));
  }
  const auto kind = v1::RECORD_KIND_ANESTHESIA_CASE;
  const auto slice = [&](int from, int to) {
    return std::vector<v1::Row>(rows.begin() + from, rows.begin() + to);
  };
  ASSERT_TRUE(season.apply_chunk("u", kJune, kind, 0, slice(0, 2)).is_ok());
  ASSERT_TRUE(season.apply_chunk("u", kJune, kind, 4, slice(4, 6)).is_ok());
  EXPECT_TRUE(season.upload("u").parked);
  EXPECT_EQ(season.group(1).counted(), 2u);
  ASSERT_TRUE(season.complete("u", kJune, kind, 6).is_ok());
  EXPECT_FALSE(season.upload("u").completed);
  // Validation runs again, with other chunks.
  ASSERT_TRUE(season.apply_chunk("u", kJune, kind, 0, slice(0, 4)).is_ok());
  EXPECT_FALSE(season.upload("u").parked);
  ASSERT_TRUE(season.apply_chunk("u", kJune, kind, 4, slice(4, 6)).is_ok());
  ASSERT_TRUE(season.complete("u", kJune, kind, 6).is_ok());
  EXPECT_EQ(season.group(1).counted(), 6u);
  EXPECT_TRUE(season.upload("u").completed);
}

TEST(Ledger, TypeOfAClinicianComesFromTheRosterOrElseFromTheLastCaseThatSaysOne) {
  Season season;
  const auto pair = [&] { return season.practice().pairs().pair(0); };
  season.roster("r1", kJune, {{1, 1, "Weber", v1::CLINICIAN_TYPE_UNSPECIFIED}});
  EXPECT_EQ(pair().known_type(), Clinician::kUnspecified);
  const auto say = [&](const char* id, v1::ClinicianType type) {
    season.cases(id, kJune, {{id, Season::day(6, 1), {{1, 1}}, Season::temperature(true), type}});
  };
  say("c1", v1::CLINICIAN_TYPE_UNSPECIFIED);
  say("c2", v1::CLINICIAN_TYPE_CRNA);
  say("c3", v1::CLINICIAN_TYPE_PHYSICIAN);
  say("c4", v1::CLINICIAN_TYPE_UNSPECIFIED);
  EXPECT_EQ(pair().known_type(), Clinician::kPhysician);
  season.roster("r2", kJune, {{1, 1, "Weber", v1::CLINICIAN_TYPE_NURSE_PRACTITIONER}});
  EXPECT_EQ(pair().known_type(), Clinician::kNursePractitioner);
  EXPECT_EQ(pair().case_type, Clinician::kPhysician);
  season.restart();
  EXPECT_EQ(pair().case_type, Clinician::kPhysician);
}

TEST(Ledger, WhoLeftTheRosterAndIsOnNoCaseDoesNotSpeakForTheGroup) {
  Season season;
  const auto kind = [&] {
    PracticeLedger& practice = season.practice();
    return practice.group_input(practice.pairs().tins()[0], kLastMoment).value().profile.kind;
  };
  std::vector<Season::RosterSpec> roster;
  for (int i = 1; i <= 10; ++i) roster.push_back({1, i, "N", v1::CLINICIAN_TYPE_CRNA});
  roster.push_back({1, 11, "P", v1::CLINICIAN_TYPE_PHYSICIAN});
  season.roster("r1", kJune, roster);
  EXPECT_EQ(kind(), scoring::ClinicianKind::kUnspecified);
  roster.pop_back();
  season.roster("r2", kJune, roster);
  EXPECT_EQ(kind(), scoring::ClinicianKind::kCrna);
  season.cases("u", kJune, {{"c1", Season::day(6, 1), {{1, 11}}, Season::temperature(true)}});
  EXPECT_EQ(kind(), scoring::ClinicianKind::kUnspecified);
}

TEST(Ledger, ConsentOfAPairThatIsNotOnTheRosterIsKeptAndTold) {
  Season season;
  const std::uint32_t unknown = code_number(FindingCode::CONSENT_PAIR_UNKNOWN);
  // A case alone makes a provisional entry: the clinician is not on the roster yet.
  season.cases("u", kJune, {{"c1", Season::day(6, 1), {{1, 1}}, Season::temperature(true)}});
  season.consent("c1", kJune, 1, 1, true);
  EXPECT_EQ(season.upload("c1").findings.count(unknown), 1u);
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
  season.roster("r", kJune, {{1, 2, "Listed"}});
  season.consent("c2", kJune, 1, 2, true);
  EXPECT_EQ(season.upload("c2").findings.count(unknown), 0u);
}

TEST(Ledger, CaseThatIsTakenBackInTimeGoesAndCanComeAgain) {
  Season season;
  const Season::CaseSpec spec{"c1", Season::day(6, 1), {{1, 1}}, Season::temperature(true)};
  const auto take_back = [&](const char* upload, Instant received) {
    v1::Row row = season.case_row(spec);
    row.set_action(v1::ROW_ACTION_WITHDRAW);
    season.apply(upload, received, v1::RECORD_KIND_ANESTHESIA_CASE, {row});
  };
  season.cases("u1", kJune, {spec});
  take_back("w1", kLastMoment);
  EXPECT_EQ(season.group(1).counted(), 0u);
  EXPECT_EQ(season.upload("w1").rows_accepted, 1u);
  take_back("w2", kLastMoment);
  EXPECT_EQ(season.upload("w2").rows_rejected, 1u);
  season.restart();
  EXPECT_TRUE(season.practice().verify().is_ok());
  season.cases("u2", kLastMoment, {spec});
  EXPECT_EQ(season.group(1).counted(), 1u);
  take_back("w3", kTooLate);  // too late for this year's set
  EXPECT_EQ(season.group(1).counted(), 1u);
  EXPECT_EQ(season.upload("w3").rows_held, 1u);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

TEST(Ledger, DroppedPairThatIsOnACaseAgainIsToldOnceMore) {
  Season season;
  std::vector<Season::RosterSpec> roster;
  for (int i = 1; i <= 10; ++i) roster.push_back({1, i, "N"});
  season.roster("r1", kJune, roster);
  roster.pop_back();
  season.roster("r2", kJune, roster);
  const auto told = [&](const char* upload) {
    return season.upload(upload).findings.count(code_number(FindingCode::NPI_NOT_ON_ROSTER));
  };
  season.cases("u1", kJune, {{"c1", Season::day(6, 1), {{1, 10}}, {}}});
  EXPECT_EQ(told("u1"), 1u);
  season.restart();
  season.cases("u2", kJune, {{"c2", Season::day(6, 1), {{1, 10}}, {}}});
  EXPECT_EQ(told("u2"), 0u);
}

TEST(Ledger, ParkedUploadTellsItOnce) {
  Season season;
  const v1::Row row = season.case_row({"c1", Season::day(6, 1), {{1, 1}}, {}});
  const auto kind = v1::RECORD_KIND_ANESTHESIA_CASE;
  ASSERT_TRUE(season.apply_chunk("u", kJune, kind, 1, {row}).is_ok());
  ASSERT_TRUE(season.complete("u", kJune, kind, 2).is_ok());
  EXPECT_EQ(season.upload("u").findings[code_number(FindingCode::UPLOAD_PARKED)], 1u);
  EXPECT_EQ(season.take().findings.size(), 1u);
}

TEST(Ledger, UploadThatIsRefusedAfterRowsSaysSo) {
  Season season;
  const v1::Row row = season.case_row({"c1", Season::day(6, 1), {{1, 1}}, {}});
  const auto kind = v1::RECORD_KIND_ANESTHESIA_CASE;
  ASSERT_TRUE(season.apply_chunk("u", kJune, kind, 0, {row}).is_ok());
  ASSERT_TRUE(season.complete("u", kJune, kind, 1, true).is_ok());
  EXPECT_TRUE(season.upload("u").refused);
  EXPECT_EQ(season.upload("u").findings[code_number(FindingCode::UPLOAD_REFUSED_AFTER_ROWS)], 1u);
  EXPECT_EQ(season.group(1).counted(), 1u);
}

TEST(Ledger, ElectionThatSaysWhatIsInForceSaysNothingNew) {
  Season season;
  season.option("o1", kBeforeDeadline, 1, v1::REPORTING_LEVEL_INDIVIDUAL);
  season.option("o2", kAfterDeadline, 1, v1::REPORTING_LEVEL_INDIVIDUAL);
  EXPECT_EQ(season.upload("o2").rows_duplicate, 1u);
  season.option("o3", kAfterDeadline, 1, v1::REPORTING_LEVEL_GROUP);
  // Received in time and processed late: nothing is held any more.
  season.option("o4", kBeforeDeadline, 1, v1::REPORTING_LEVEL_INDIVIDUAL);
  const auto option =
      season.practice().reporting_option(season.practice().pairs().tins()[0]).value();
  EXPECT_EQ(option.held.level, 0);
  EXPECT_EQ(season.upload("o4").rows_accepted, 1u);
}

TEST(Ledger, RefusalThatComesAgainAfterAYesRefusesAgain) {
  for (const bool same_upload : {true, false}) {
    Season season;
    season.roster("r", kJune, {{1, 1, "A"}});
    season.consent("no", kJune, 1, 1, false);
    season.consent("yes", Season::at("2022-07-01T00:00:00Z"), 1, 1, true);
    const StateDigest before = season.digest();
    season.consent("no", kJune, 1, 1, false);  // a retransmission
    EXPECT_EQ(season.digest(), before);
    EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
    season.consent(same_upload ? "no" : "again", Season::at("2022-07-02T00:00:00Z"), 1, 1, false);
    EXPECT_EQ(season.consent_state(1, 1), ConsentState::kRevoked);
  }
}

}  // namespace
}  // namespace qcdr::ledger
