// Every year's deadlines to the last second, in the zone they are said in: instants are made here
// by the zone database from dates on the wall, not read from the calendar's own offsets.
#include <date/tz.h>
#include <gtest/gtest.h>

#include <chrono>

#include "calendar/judge.h"
#include "rulebook/loader.h"
#include "rulebook/record_year.h"
#include "rulebook/source_file.h"

namespace qcdr::calendar {
namespace {

namespace kinds = rulebook::kinds;
using enum rulebook::CalendarOutcome;

constexpr const char* kCentral = "America/Chicago";
constexpr const char* kEastern = "America/New_York";

struct Wall {
  int year;
  unsigned month;
  unsigned day;
  int hour = 23;
  int minute = 59;
  int second = 59;
};

Instant on_the_wall(const Wall& wall, const char* zone) {
  const date::local_seconds local =
      date::local_days{date::year{wall.year} / static_cast<int>(wall.month) /
                       static_cast<int>(wall.day)} +
      std::chrono::hours(wall.hour) + std::chrono::minutes(wall.minute) +
      std::chrono::seconds(wall.second);
  const date::sys_seconds instant = date::locate_zone(zone)->to_sys(local);
  return Instant::from_milliseconds(instant.time_since_epoch().count() * 1000);
}

const rulebook::Rulebook& harbor() {
  static const auto loaded = rulebook::load_rulebook(rulebook::embedded_files(), "harbor");
  EXPECT_TRUE(loaded.is_ok());
  return *loaded.value();
}

struct Edge {
  int year;
  std::string_view kind;
  std::optional<int> month;
  Wall last;  // the last second of `before`
  const char* zone;
  rulebook::CalendarOutcome before;
  rulebook::CalendarOutcome after;
  bool correction = false;
};

void expect_edge(const rulebook::Rulebook& book, const Edge& edge) {
  const YearRules* rules = book.find_year(PerformanceYear(edge.year));
  ASSERT_NE(rules, nullptr);
  const Instant last = on_the_wall(edge.last, edge.zone);
  const auto outcome = [&](std::int64_t later, std::span<const Extension> extensions = {}) {
    const Instant at = Instant::from_milliseconds(last.milliseconds() + later);
    return judge(*rules, edge.kind, at, edge.month, edge.correction, extensions).outcome;
  };
  EXPECT_EQ(outcome(0), edge.before) << edge.year << " " << edge.kind;
  EXPECT_EQ(outcome(999), edge.before) << edge.year << " " << edge.kind;
  EXPECT_EQ(outcome(1000), edge.after) << edge.year << " " << edge.kind;
  // A practice's own limit, ten days later, moves what is held or missed and never what is refused.
  const Judgement judged = judge(*rules, edge.kind, last, edge.month, edge.correction, {});
  constexpr std::int64_t kTenDays = 864'000'000;
  const Extension own{std::string(judged.rule_name),
                      Instant::from_milliseconds(last.milliseconds() + 1000 + kTenDays)};
  const auto extended = outcome(1000, std::span(&own, 1));
  if (edge.after == kRejectedLate) {
    EXPECT_EQ(extended, kRejectedLate) << edge.year << " " << edge.kind;
  } else {
    EXPECT_EQ(extended, kOnTime) << edge.year << " " << edge.kind;
    EXPECT_NE(outcome(1000 + kTenDays, std::span(&own, 1)), kOnTime)
        << edge.year << " " << edge.kind;
  }
}

struct Season {
  int year;
  Wall registration;
  Wall january;
  Wall final_data;
  Wall window;  // Eastern
  Wall review;  // Eastern
};

constexpr Season kSeasons[] = {{2019,
                                {2019, 10, 3},
                                {2020, 1, 31},
                                {2020, 2, 14},
                                {2020, 4, 30, 20, 0, 0},
                                {2020, 10, 5, 20, 0, 0}},
                               {2020,
                                {2020, 10, 3},
                                {2021, 1, 31},
                                {2021, 2, 15},
                                {2021, 3, 31, 20, 0, 0},
                                {2021, 11, 29, 20, 0, 0}},
                               {2021,
                                {2021, 10, 1},
                                {2022, 1, 31},
                                {2022, 2, 15},
                                {2022, 3, 31, 20, 0, 0},
                                {2022, 10, 21, 20, 0, 0}},
                               {2022,
                                {2022, 10, 3},
                                {2023, 1, 31},
                                {2023, 2, 15},
                                {2023, 3, 31, 20, 0, 0},
                                {2023, 10, 9, 20, 0, 0}},
                               {2023,
                                {2023, 10, 3},
                                {2024, 1, 31},
                                {2024, 2, 15},
                                {2024, 4, 15, 20, 0, 0},
                                {2024, 10, 11, 20, 0, 0}},
                               {2024,
                                {2024, 10, 3},
                                {2025, 1, 31},
                                {2025, 2, 15},
                                {2025, 4, 14, 20, 0, 0},
                                {2025, 11, 14, 20, 0, 0}},
                               {2025,
                                {2025, 10, 3},
                                {2026, 1, 31},
                                {2026, 2, 15},
                                {2026, 3, 31, 20, 0, 0},
                                {2026, 11, 14, 20, 0, 0}},
                               {2026,
                                {2026, 10, 3},
                                {2027, 1, 31},
                                {2027, 2, 15},
                                {2027, 3, 31, 20, 0, 0},
                                {2027, 11, 14, 20, 0, 0}}};

TEST(Seasons, EveryYearOfNacorEndsWithItsLastSecond) {
  const rulebook::Rulebook& book = rulebook::Rulebook::built_in();
  for (const Season& season : kSeasons) {
    const auto edge = [&](std::string_view kind, const Wall& last, const char* zone,
                          rulebook::CalendarOutcome before, rulebook::CalendarOutcome after,
                          std::optional<int> month = {}, bool correction = false) {
      expect_edge(book, {season.year, kind, month, last, zone, before, after, correction});
    };
    edge(kinds::kRegistration, season.registration, kCentral, kOnTime, kLateHeld);
    for (const std::string_view kind :
         {kinds::kIndividualConsent, kinds::kOfficerConsent, kinds::kReportingOption,
          kinds::kOptOutRevocation, kinds::kActivityAttestation, kinds::kReconciliationSignOff}) {
      edge(kind, season.january, kCentral, kOnTime, kLateHeld);
    }
    edge(kinds::kRoster, season.january, kCentral, kOnTime, kMilestoneMissed);
    edge(kinds::kAnesthesiaCase, season.january, kCentral, kOnTime, kMilestoneMissed, 2);
    edge(kinds::kAnesthesiaCase, season.final_data, kCentral, kOnTime, kLateHeld, 12);
    edge(kinds::kAnesthesiaCase, season.final_data, kCentral, kOnTime, kLateHeld, 2, true);
    for (const std::string_view kind :
         {kinds::kMeasureResult, kinds::kBilledCases, kinds::kPromotingInteroperability}) {
      edge(kind, season.final_data, kCentral, kOnTime, kLateHeld);
    }
    edge(kinds::kReweightingApproval, {season.year + 1, 3, 3}, kCentral, kOnTime, kLateHeld);
    edge(kinds::kIndividualConsent, season.window, kEastern, kLateHeld, kRejectedLate);
    edge(kinds::kCertification, season.window, kEastern, kOnTime, kRejectedLate);
    edge(kinds::kReviewAuthorisation, season.review, kEastern, kOnTime, kRejectedLate);
  }
}

// The only season in which elections end before the window does.
TEST(Seasons, ElectionsOf2024EndBeforeTheExtendedWindow) {
  expect_edge(
      rulebook::Rulebook::built_in(),
      {2024, kinds::kOptInElection, {}, {2025, 3, 31, 20, 0, 0}, kEastern, kOnTime, kRejectedLate});
}

TEST(Seasons, AnotherRegistryRefusesWhatIsLate) {
  const auto edge = [](int year, std::string_view kind, const Wall& last,
                       rulebook::CalendarOutcome before, rulebook::CalendarOutcome after,
                       std::optional<int> month = {}) {
    expect_edge(harbor(), {year, kind, month, last, kEastern, before, after});
  };
  edge(2022, kinds::kRegistration, {2022, 9, 30, 17, 0, 0}, kOnTime, kRejectedLate);
  edge(2022, kinds::kIndividualConsent, {2022, 12, 30, 17, 0, 0}, kOnTime, kRejectedLate);
  edge(2022, kinds::kAnesthesiaCase, {2022, 10, 31, 17, 0, 0}, kOnTime, kMilestoneMissed, 6);
  edge(2022, kinds::kAnesthesiaCase, {2023, 1, 13, 17, 0, 0}, kOnTime, kMilestoneMissed, 7);
  edge(2022, kinds::kAnesthesiaCase, {2023, 2, 28, 17, 0, 0}, kMilestoneMissed, kRejectedLate, 7);
  edge(2022, kinds::kAnesthesiaCase, {2023, 2, 28, 17, 0, 0}, kOnTime, kRejectedLate, 12);
  edge(2024, kinds::kReportingOption, {2024, 12, 31, 17, 0, 0}, kOnTime, kLateHeld);
  edge(2024, kinds::kAnesthesiaCase, {2025, 2, 28, 17, 0, 0}, kOnTime, kRejectedLate, 12);
}

// On the night of the change the wall shows one o'clock twice; the deadline is in the second hour.
TEST(Seasons, ADeadlineInTheHourThatIsThereTwice) {
  const YearRules& rules = *harbor().find_year(PerformanceYear(2024));
  const auto outcome = [&rules](const char* text) {
    return judge(rules, kinds::kAnesthesiaCase, Instant::parse(text).value(), 2, false, {}).outcome;
  };
  EXPECT_EQ(outcome("2024-11-03T01:59:59-04:00"), kOnTime);
  EXPECT_EQ(outcome("2024-11-03T01:00:00-05:00"), kOnTime);
  EXPECT_EQ(outcome("2024-11-03T01:59:59.999-05:00"), kOnTime);
  EXPECT_EQ(outcome("2024-11-03T02:00:00-05:00"), kMilestoneMissed);
}

// Windows close in daylight time or after it, whatever they opened in.
TEST(Seasons, CmsClosesAtEightInTheEvening) {
  for (const Season& season : kSeasons) {
    const YearRules& rules =
        *rulebook::Rulebook::built_in().find_year(PerformanceYear(season.year));
    int found = 0;
    for (const rulebook::CalendarWindow& window : rules.windows()) {
      EXPECT_LT(window.opens_at, window.closes_at) << season.year << window.name;
      if (window.name != "cms-submission" && window.name != "targeted-review") continue;
      const Wall& wall = window.name == "cms-submission" ? season.window : season.review;
      EXPECT_EQ(window.closes_at.milliseconds(), on_the_wall(wall, kEastern).milliseconds() + 1000)
          << season.year << window.name;
      ++found;
    }
    EXPECT_EQ(found, 2) << season.year;
  }
}

// A case of February 29 is of February; the table of every kind holds in leap years, too.
TEST(Seasons, EveryKindHasARuleInEveryMonthOfEveryYear) {
  for (const rulebook::Rulebook* book : {&rulebook::Rulebook::built_in(), &harbor()}) {
    for (const PerformanceYear year : book->years()) {
      const YearRules* rules = rulebook::find_record_year(*book, year);
      if (rules == nullptr) continue;
      const Instant leap_day = on_the_wall({year.value(), 3, 1, 0, 0, 0}, kCentral);
      for (const std::string_view kind : kinds::kAllKinds) {
        for (int month = 1; month <= 12; ++month) {
          EXPECT_EQ(judge(*rules, kind, leap_day, month, false, {}).outcome, kOnTime) << kind;
        }
      }
    }
  }
}

}  // namespace
}  // namespace qcdr::calendar
