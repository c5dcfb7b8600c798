// The calendar's data carry their own offset from UTC. Here each is held against the zone database.
#include "core/zone.h"

#include <date/tz.h>
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <chrono>

#include "rulebook/loader.h"
#include "rulebook/rulebook.h"
#include "rulebook/source_file.h"

namespace qcdr::calendar {
namespace {

// "2023-01-31T23:59:59-06:00 America/Chicago" -> its two words.
struct LocalTime {
  std::string text;
  std::string zone;
};

LocalTime split(const std::string& local_time) {
  const std::size_t space = local_time.find(' ');
  EXPECT_NE(space, std::string::npos) << local_time;
  return {local_time.substr(0, space), local_time.substr(space + 1)};
}

std::string offset_text(std::chrono::seconds offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  return fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                     std::abs(minutes) % 60);
}

int check_offsets(const rulebook::Rulebook& book) {
  int checked = 0;
  for (const PerformanceYear year : book.years()) {
    for (const rulebook::Deadline& deadline : book.find_year(year)->deadlines()) {
      const LocalTime local = split(deadline.local_time);
      const Result<Instant> last_second = Instant::parse(local.text);
      EXPECT_TRUE(last_second.is_ok()) << deadline.name;
      EXPECT_EQ(last_second.value().milliseconds() + 1000, deadline.passes_at.milliseconds());
      const date::sys_seconds instant{
          std::chrono::seconds(last_second.value().milliseconds() / 1000)};
      const std::chrono::seconds offset = date::locate_zone(local.zone)->get_info(instant).offset;
      EXPECT_TRUE(local.text.ends_with(offset_text(offset)))
          << deadline.name << ": " << deadline.local_time << ", zone says " << offset_text(offset);
      ++checked;
    }
  }
  return checked;
}

TEST(Zones, EveryDeadlineCarriesTheOffsetOfItsZoneAtThatInstant) {
  EXPECT_GE(check_offsets(rulebook::Rulebook::built_in()), 8 * 14);
  const auto harbor = rulebook::load_rulebook(rulebook::embedded_files(), "harbor");
  ASSERT_TRUE(harbor.is_ok());
  EXPECT_GE(check_offsets(*harbor.value()), 2 * 8);
}

void expect_dates_of(Zone ours, const char* name) {
  const date::time_zone* zone = date::locate_zone(name);
  constexpr std::int64_t kHalfHour = 1800;
  const std::int64_t first = Instant::parse("2017-01-01T00:00:00Z").value().milliseconds() / 1000;
  const std::int64_t last = Instant::parse("2031-01-01T00:00:00Z").value().milliseconds() / 1000;
  for (std::int64_t second = first; second < last; second += kHalfHour) {
    const date::sys_seconds instant{std::chrono::seconds(second)};
    const auto local = date::floor<date::days>(zone->to_local(instant));
    const LocalDate found = local_date(ours, Instant::from_milliseconds(second * 1000));
    ASSERT_EQ(found.days(), local.time_since_epoch().count()) << name << " " << second;
    const date::sys_seconds begins = zone->to_sys(date::local_seconds(local));
    ASSERT_EQ(midnight(ours, found).milliseconds() / 1000, begins.time_since_epoch().count())
        << name << " " << second;
  }
}

TEST(Zones, DatesAndMidnightsAreThoseOfTheZoneAtEveryHalfHour) {
  expect_dates_of(Zone::kCentral, "America/Chicago");
  expect_dates_of(Zone::kEastern, "America/New_York");
}

TEST(Zones, TheCheckSeesAWrongOffset) {
  const date::sys_seconds march{std::chrono::seconds(
      Instant::parse("2023-03-31T20:00:00-05:00").value().milliseconds() / 1000)};
  EXPECT_EQ(offset_text(date::locate_zone("America/New_York")->get_info(march).offset), "-04:00");
}

}  // namespace
}  // namespace qcdr::calendar
