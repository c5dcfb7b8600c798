// Dates and times as spreadsheets write them, and what is none of theirs.
#include "intake/spreadsheet_dates.h"

#include <gtest/gtest.h>

#include "intake/value_forms.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kSerial = "a serial number of days";
constexpr std::string_view kNumeric = "month, day and year";
constexpr std::string_view kMonth = "the name of the month";

TEST(SpreadsheetDatesTest, TellsDatesApart) {
  for (const char* text : {"44873", "44873.0", "44873.3139"}) {
    EXPECT_EQ(spreadsheet_date(text), kSerial) << text;
  }
  for (const char* text : {"11/8/2022", "11/8/22", "8.11.2022", "11-08-2022", "1/31/2023 14:00"}) {
    EXPECT_EQ(spreadsheet_date(text), kNumeric) << text;
  }
  for (const char* text : {"8-Nov-2022", "8-Nov", "November 8, 2022", "Tue, 8 NOV 2022"}) {
    EXPECT_EQ(spreadsheet_date(text), kMonth) << text;
  }
  EXPECT_EQ(spreadsheet_date("2022-11-08 00:00:00"), "a time of day behind the date");
}

TEST(SpreadsheetDatesTest, TellsTimesApart) {
  EXPECT_EQ(spreadsheet_time("44873.31388889"), kSerial);
  EXPECT_EQ(spreadsheet_time("44873"), kSerial);
  EXPECT_EQ(spreadsheet_time("11/8/2022 7:32"), kNumeric);
  EXPECT_EQ(spreadsheet_time("11/8/22 7:32 AM"), kNumeric);
  EXPECT_EQ(spreadsheet_time("08-Nov-22 07:32"), kMonth);
  for (const char* text : {"7:32", "07:32:00", "7:32:00 AM", "0.31388889"}) {
    EXPECT_EQ(spreadsheet_time(text), "a time of day without its date") << text;
  }
  EXPECT_EQ(spreadsheet_time("2022-11-08 07:32:00"), "a space between date and time");
  EXPECT_EQ(spreadsheet_time("2022-11-08 7:32"), "a space between date and time");
  EXPECT_EQ(spreadsheet_time("2022-11-08"), "a date without a time of day");
}

TEST(SpreadsheetDatesTest, LeavesWhatIsNoneOfTheirs) {
  for (const char* text :
       {"", "soon", "1234", "000456789", "20221108", "2022-11-08T07:32:00-06:00",
        "2022-13-45T07:32:00", "44873.x", "0.x", ".", "/", "-", ":", "12345678"}) {
    EXPECT_EQ(spreadsheet_date(text), std::nullopt) << text;
    EXPECT_EQ(spreadsheet_time(text), std::nullopt) << text;
  }
}

// An instant needs its offset: a date alone would not do, so the remedy may not show one.
TEST(SpreadsheetDatesTest, TheRemedyShowsAFormThatIsTaken) {
  std::int64_t at = 0;
  const Wrong instant = read_instant("1/19/2023 15:00", "until", false, &at);
  ASSERT_TRUE(instant.has_value());
  EXPECT_EQ(instant->code, FindingCode::TIME_OF_SPREADSHEET);
  ASSERT_EQ(instant->parameters.size(), 3u);
  EXPECT_EQ(instant->parameters[0], "until");
  EXPECT_EQ(read_instant(instant->parameters[1], "until", false, &at), std::nullopt);
  const Wrong signature = read_instant("1/19/2023 15:00", "signed_at", true, &at);
  ASSERT_TRUE(signature.has_value());
  EXPECT_EQ(signature->code, FindingCode::DATE_OF_SPREADSHEET);
}

}  // namespace
}  // namespace qcdr::intake
