#include "calendar/judge.h"

#include <gtest/gtest.h>

#include <array>

namespace qcdr::calendar {
namespace {

namespace kinds = rulebook::kinds;
using enum rulebook::CalendarOutcome;

const YearRules& rules() {
  return *rulebook::Rulebook::built_in().find_year(PerformanceYear(2022));
}

Instant at(std::string_view text) {
  const Result<Instant> parsed = Instant::parse(text);
  EXPECT_TRUE(parsed.is_ok()) << text;
  return parsed.value();
}

CalendarOutcome outcome(std::string_view kind, std::string_view received_at,
                        std::optional<int> month = {}, bool is_correction = false,
                        std::span<const Extension> extensions = {}) {
  return judge(rules(), kind, at(received_at), month, is_correction, extensions).outcome;
}

constexpr std::string_view kLastOfJanuary = "2023-01-31T23:59:59-06:00";
constexpr std::string_view kFirstOfFebruary = "2023-02-01T00:00:00-06:00";
constexpr std::string_view kLastOfFinalDate = "2023-02-15T23:59:59-06:00";
constexpr std::string_view kAfterFinalDate = "2023-02-16T00:00:00-06:00";
constexpr std::string_view kWindowCloses = "2023-03-31T20:00:00-04:00";
constexpr std::string_view kWindowClosed = "2023-03-31T20:00:01-04:00";

TEST(Judge, FirstConsentIsHeldFromTheFirstOfFebruary) {
  for (const std::string_view kind : {kinds::kIndividualConsent, kinds::kOfficerConsent,
                                      kinds::kReportingOption, kinds::kOptOutRevocation}) {
    EXPECT_EQ(outcome(kind, "2022-12-05T10:00:00-06:00"), kOnTime) << kind;
    EXPECT_EQ(outcome(kind, kLastOfJanuary), kOnTime) << kind;
    EXPECT_EQ(outcome(kind, "2023-01-31T23:59:59.999-06:00"), kOnTime) << kind;
    EXPECT_EQ(outcome(kind, kFirstOfFebruary), kLateHeld) << kind;
    EXPECT_EQ(outcome(kind, kWindowCloses), kLateHeld) << kind;
    EXPECT_EQ(outcome(kind, kWindowClosed), kRejectedLate) << kind;
  }
}

TEST(Judge, RevokedOptOutOfJanuaryThirtiethIsInTimeAndOfFebruarySecondHeld) {
  EXPECT_EQ(outcome(kinds::kOptOutRevocation, "2023-01-30T12:00:00-06:00"), kOnTime);
  EXPECT_EQ(outcome(kinds::kOptOutRevocation, "2023-02-02T12:00:00-06:00"), kLateHeld);
}

TEST(Judge, ANoIsNeverLate) {
  for (const std::string_view kind :
       {kinds::kOptOut, kinds::kIndividualConsentRevocation, kinds::kOfficerConsentRevocation}) {
    EXPECT_EQ(outcome(kind, "2023-02-20T09:00:00-06:00"), kOnTime) << kind;
    EXPECT_EQ(outcome(kind, "2024-01-01T00:00:00Z"), kOnTime) << kind;
  }
}

TEST(Judge, FirstTimeNovemberCaseMissesTheMilestoneAndCounts) {
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kLastOfJanuary, 11), kOnTime);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kFirstOfFebruary, 11), kMilestoneMissed);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, "2023-02-03T09:00:00-06:00", 11), kMilestoneMissed);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kLastOfFinalDate, 1), kMilestoneMissed);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kAfterFinalDate, 11), kLateHeld);
}

TEST(Judge, DecemberCasesAndCorrectionsAreInTimeUntilTheFinalDate) {
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kLastOfFinalDate, 12), kOnTime);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kAfterFinalDate, 12), kLateHeld);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kLastOfFinalDate, 11, true), kOnTime);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kAfterFinalDate, 11, true), kLateHeld);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, "2023-12-31T00:00:00Z", 12), kLateHeld);
}

TEST(Judge, RosterHasAMilestoneAndAFinalDate) {
  EXPECT_EQ(outcome(kinds::kRoster, kLastOfJanuary), kOnTime);
  EXPECT_EQ(outcome(kinds::kRoster, kFirstOfFebruary), kMilestoneMissed);
  EXPECT_EQ(outcome(kinds::kRoster, kAfterFinalDate), kLateHeld);
}

TEST(Judge, ASignOffIsAYesAndAReopenedOneIsCurableUntilTheFinalDate) {
  EXPECT_EQ(outcome(kinds::kReconciliationSignOff, kLastOfJanuary), kOnTime);
  EXPECT_EQ(outcome(kinds::kReconciliationSignOff, kFirstOfFebruary), kLateHeld);
  EXPECT_EQ(outcome(kinds::kReconciliationSignOff, kLastOfFinalDate, {}, true), kOnTime);
  EXPECT_EQ(outcome(kinds::kReconciliationSignOff, kAfterFinalDate, {}, true), kLateHeld);
}

TEST(Judge, CircumstancesAreToldByTheThirdOfMarch) {
  EXPECT_EQ(outcome(kinds::kReweightingApproval, "2023-03-03T23:59:59-06:00"), kOnTime);
  EXPECT_EQ(outcome(kinds::kReweightingApproval, "2023-03-04T00:00:00-06:00"), kLateHeld);
}

TEST(Judge, RegistrationEndsInDaylightTime) {
  EXPECT_EQ(outcome(kinds::kRegistration, "2022-10-03T23:59:59-05:00"), kOnTime);
  EXPECT_EQ(outcome(kinds::kRegistration, "2022-10-04T00:00:00-05:00"), kLateHeld);
}

TEST(Judge, NamesTheRuleTheDeadlineAndTheCitation) {
  const Judgement ahead = judge(rules(), kinds::kAnesthesiaCase, at(kLastOfJanuary), 11, false, {});
  EXPECT_EQ(ahead.rule_name, "january-to-november-cases");
  EXPECT_EQ(ahead.deadline, at(kFirstOfFebruary));
  const Judgement passed =
      judge(rules(), kinds::kAnesthesiaCase, at(kAfterFinalDate), 11, false, {});
  EXPECT_EQ(passed.deadline, at(kAfterFinalDate));
  ASSERT_NE(passed.citation, nullptr);
  EXPECT_FALSE(passed.citation->title.empty());
  const Judgement never = judge(rules(), kinds::kOptOut, at(kAfterFinalDate), {}, false, {});
  EXPECT_EQ(never.deadline, Instant::from_milliseconds(INT64_MAX));
}

TEST(Judge, AnExtensionMovesItsOwnRuleOnly) {
  const std::array<Extension, 2> extensions = {
      Extension{"individual-consent", at("2023-02-11T00:00:00-06:00")},
      Extension{"january-to-november-cases", at("2023-02-21T00:00:00-06:00")}};
  EXPECT_EQ(outcome(kinds::kIndividualConsent, "2023-02-10T23:59:59-06:00", {}, false, extensions),
            kOnTime);
  EXPECT_EQ(outcome(kinds::kIndividualConsent, "2023-02-11T00:00:00-06:00", {}, false, extensions),
            kLateHeld);
  EXPECT_EQ(outcome(kinds::kOfficerConsent, "2023-02-10T23:59:59-06:00", {}, false, extensions),
            kLateHeld);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, "2023-02-20T23:59:59-06:00", 3, false, extensions),
            kOnTime);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, "2023-02-20T23:59:59-06:00", 12, false, extensions),
            kLateHeld);
}

TEST(Judge, AnExtensionOfADeadlineMovesEveryRuleThatNamesIt) {
  const std::array<Extension, 1> extensions = {
      Extension{"final-data", at("2023-02-21T00:00:00-06:00")}};
  constexpr std::string_view kLast = "2023-02-20T23:59:59-06:00";
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kLast, 12, false, extensions), kOnTime);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kLast, 11, true, extensions), kOnTime);
  // The milestone of the earlier months is another deadline.
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, kLast, 11, false, extensions), kMilestoneMissed);
  EXPECT_EQ(outcome(kinds::kAnesthesiaCase, "2023-02-21T00:00:00-06:00", 12, false, extensions),
            kLateHeld);
}

TEST(Judge, AnExtensionNeitherShortensALimitNorReopensTheWindow) {
  const std::array<Extension, 2> extensions = {
      Extension{"individual-consent", at("2022-12-01T00:00:00-06:00")},
      Extension{"officer-consent", at("2023-05-01T00:00:00-05:00")}};
  EXPECT_EQ(outcome(kinds::kIndividualConsent, kLastOfJanuary, {}, false, extensions), kOnTime);
  EXPECT_EQ(outcome(kinds::kOfficerConsent, kWindowCloses, {}, false, extensions), kOnTime);
  EXPECT_EQ(outcome(kinds::kOfficerConsent, kWindowClosed, {}, false, extensions), kRejectedLate);
}

TEST(Judge, EveryKindHasARuleForEveryMonth) {
  for (const std::string_view kind : kinds::kAllKinds) {
    EXPECT_EQ(outcome(kind, "2022-06-01T00:00:00Z"), kOnTime) << kind;
    for (int month = 1; month <= 12; ++month) {
      EXPECT_EQ(outcome(kind, "2022-06-01T00:00:00Z", month), kOnTime) << kind;
    }
  }
}

TEST(JudgeDeathTest, AnUnknownKindIsABugOfOurs) {
  EXPECT_DEATH(outcome("aneasthesia-case", kLastOfJanuary), "calendar");
}

TEST(Deadlines, StandInOrderAndAreFoundByInstant) {
  const std::vector<Deadline>& deadlines = rules().deadlines();
  ASSERT_FALSE(deadlines.empty());
  for (std::size_t i = 1; i < deadlines.size(); ++i) {
    EXPECT_LE(deadlines[i - 1].passes_at, deadlines[i].passes_at);
  }
  EXPECT_EQ(next_deadline(rules(), at("2022-01-01T00:00:00Z"))->name, "registration");
  EXPECT_EQ(next_deadline(rules(), at(kFirstOfFebruary))->name, "final-data");
  EXPECT_EQ(next_deadline(rules(), at("2024-01-01T00:00:00Z")), nullptr);
  const auto due = deadlines_between(rules(), at(kFirstOfFebruary), at(kWindowClosed));
  ASSERT_EQ(due.size(), 3u);
  EXPECT_EQ(due[0]->name, "final-data");
  EXPECT_EQ(due[1]->name, "extreme-circumstances-notice");
  EXPECT_EQ(due[2]->name, "cms-window");
  EXPECT_TRUE(deadlines_between(rules(), at(kWindowClosed), at(kWindowClosed)).empty());
}

}  // namespace
}  // namespace qcdr::calendar
