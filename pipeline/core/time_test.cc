#include "core/time.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

Instant instant(std::string_view text) {
  auto result = Instant::parse(text);
  EXPECT_TRUE(result.is_ok()) << text;
  return result.is_ok() ? result.value() : Instant();
}

LocalDate date(std::string_view text) {
  auto result = LocalDate::parse(text);
  EXPECT_TRUE(result.is_ok()) << text;
  return result.is_ok() ? result.value() : LocalDate();
}

TEST(Instant, ReadsEveryFormOfTheSameInstant) {
  const Instant expected = Instant::from_milliseconds(1'675'231'199'000);
  for (const char* text :
       {"2023-01-31T23:59:59-06:00", "2023-02-01T05:59:59Z", "2023-02-01T05:59:59.000Z",
        "2023-02-01T05:59:59+00:00", "2023-02-01T11:29:59+05:30", "20230131T235959-0600",
        "20230201T055959Z"}) {
    EXPECT_EQ(instant(text), expected) << text;
  }
  EXPECT_EQ(expected.to_string(), "2023-02-01T05:59:59.000Z");
}

TEST(Instant, KeepsMillisecondsAndCutsOffTheRest) {
  EXPECT_EQ(instant("1970-01-01T00:00:00.5Z").milliseconds(), 500);
  EXPECT_EQ(instant("1970-01-01T00:00:00.05Z").milliseconds(), 50);
  EXPECT_EQ(instant("1970-01-01T00:00:00.123Z").milliseconds(), 123);
  EXPECT_EQ(instant("1970-01-01T00:00:00.123999999Z").milliseconds(), 123);
}

TEST(Instant, WorksBeforeTheEpoch) {
  const Instant before = instant("1969-12-31T23:59:59.999Z");
  EXPECT_EQ(before.milliseconds(), -1);
  EXPECT_EQ(before.to_string(), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(instant("1970-01-01T00:00:00+01:00").milliseconds(), -3'600'000);
  EXPECT_EQ(instant("0001-01-01T00:00:00Z").to_string(), "0001-01-01T00:00:00.000Z");
}

TEST(Instant, ANeighbouringSecondIsAnotherInstant) {
  EXPECT_LT(instant("2023-01-31T23:59:59-06:00"), instant("2023-02-01T00:00:00-06:00"));
  EXPECT_EQ(instant("2023-02-01T00:00:00-06:00").milliseconds() -
                instant("2023-01-31T23:59:59-06:00").milliseconds(),
            1000);
}

TEST(Instant, RefusesWhatIsNotAnInstant) {
  for (const char* text : {"",
                           "2023-01-31",
                           "2023-01-31T23:59:59",
                           "2023-01-31 23:59:59Z",
                           "2023-01-31T23:59Z",
                           "2023-01-31t23:59:59Z",
                           "2023-01-31T23:59:59z",
                           "2023-02-29T00:00:00Z",
                           "2023-01-31T24:00:00Z",
                           "2023-01-31T23:60:00Z",
                           "2023-12-31T23:59:60Z",
                           "2023-01-31T23:59:59-15:00",
                           "2023-01-31T23:59:59-06:60",
                           "2023-01-31T23:59:59-06",
                           "2023-01-31T23:59:59.Z",
                           "2023-01-31T23:59:59.1234567890Z",
                           "2023-01-31T23:59:59Z ",
                           "2023-0131T23:59:59Z",
                           "20230131T23:59:59Z",
                           "2023-01-31T235959Z",
                           "0000-01-01T00:00:00Z",
                           "23-01-31T23:59:59Z",
                           "2023-13-01T00:00:00Z",
                           "2023-00-01T00:00:00Z",
                           "2023-01-00T00:00:00Z",
                           "-023-01-31T00:00:00Z"}) {
    EXPECT_FALSE(Instant::parse(text).is_ok()) << text;
  }
}

TEST(LocalDate, CountsDaysFromTheEpoch) {
  EXPECT_EQ(date("1970-01-01").days(), 0);
  EXPECT_EQ(date("1969-12-31").days(), -1);
  EXPECT_EQ(date("2000-03-01").days(), 11'017);
  EXPECT_EQ(date("2022-11-08").days(), 19'304);
  EXPECT_EQ(LocalDate::from_days(19'304).to_string(), "2022-11-08");
  EXPECT_EQ(LocalDate::from_days(19'304), LocalDate::from_civil(2022, 11, 8).value());
}

TEST(LocalDate, KnowsLeapDays) {
  EXPECT_EQ(date("2024-03-01").days() - date("2024-02-28").days(), 2);
  EXPECT_EQ(date("2022-03-01").days() - date("2022-02-28").days(), 1);
  EXPECT_TRUE(LocalDate::parse("2000-02-29").is_ok());
  EXPECT_TRUE(LocalDate::parse("2024-02-29").is_ok());
  EXPECT_FALSE(LocalDate::parse("1900-02-29").is_ok());
  EXPECT_FALSE(LocalDate::parse("2022-02-29").is_ok());
}

TEST(LocalDate, GivesItsPartsBackForEveryDayOfFourCenturies) {
  const std::int32_t first = date("1800-01-01").days();
  const std::int32_t last = date("2199-12-31").days();
  EXPECT_EQ(last - first + 1, 146'097);
  for (std::int32_t days = first; days <= last; ++days) {
    const LocalDate value = LocalDate::from_days(days);
    ASSERT_EQ(LocalDate::from_civil(value.year(), value.month(), value.day()).value(), value);
  }
}

TEST(LocalDate, RefusesWhatIsNoDay) {
  for (const char* text : {"", "20221108", "2022-11-8", "2022-11-31", "2022-11-08 ", "2022/11/08",
                           "2022-11-08T00:00:00", "0000-01-01", "x022-11-08"}) {
    EXPECT_FALSE(LocalDate::parse(text).is_ok()) << text;
  }
  EXPECT_FALSE(LocalDate::from_civil(2022, 0, 1).is_ok());
  EXPECT_FALSE(LocalDate::from_civil(2022, -1, 1).is_ok());
  EXPECT_FALSE(LocalDate::from_civil(2022, 257, 1).is_ok());
  EXPECT_FALSE(LocalDate::from_civil(2022, 1, 257).is_ok());
  EXPECT_FALSE(LocalDate::from_civil(67'558, 1, 1).is_ok());
}

TEST(LocalDateTime, MeasuresAcrossMidnightAndBackwards) {
  const auto start = LocalDateTime::parse("2022-11-08T23:30:00").value();
  const auto end = LocalDateTime::parse("2022-11-09T01:15:30").value();
  EXPECT_EQ(start.second_of_day, 84'600);
  EXPECT_EQ(start.seconds_until(end), 6'330);
  EXPECT_EQ(end.seconds_until(start), -6'330);
  EXPECT_EQ(start.seconds_until(start), 0);
}

TEST(LocalDateTime, HasNoZone) {
  EXPECT_TRUE(LocalDateTime::parse("2022-11-08T07:32:00.250").is_ok());
  for (const char* text : {"2022-11-08T07:32:00Z", "2022-11-08T07:32:00-06:00", "2022-11-08T07:32",
                           "20221108T073200", "2022-11-08", "2022-11-08T24:00:00"}) {
    EXPECT_FALSE(LocalDateTime::parse(text).is_ok()) << text;
  }
}

}  // namespace
}  // namespace qcdr
