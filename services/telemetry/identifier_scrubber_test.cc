#include "telemetry/identifier_scrubber.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

TEST(IdentifierScrubber, TakesTinsInEveryForm) {
  EXPECT_EQ(scrub_identifiers("000456789"), "[removed]");
  EXPECT_EQ(scrub_identifiers("roster_000456789.csv"), "roster_[removed].csv");
  EXPECT_EQ(scrub_identifiers("x000456789y"), "x[removed]y");
  EXPECT_EQ(scrub_identifiers("00-0456789, 000-45-6789"), "[removed], [removed]");
  EXPECT_EQ(scrub_identifiers("a000456789b000456788"), "a[removed]b[removed]");
}

TEST(IdentifierScrubber, TakesValidNpisAndLeavesOtherNumbersOfTenDigits) {
  EXPECT_EQ(scrub_identifiers("npi 1234567893."), "npi [removed].");
  EXPECT_EQ(scrub_identifiers("longer than 8589934592 bytes"), "longer than 8589934592 bytes");
  EXPECT_EQ(scrub_identifiers("1234567890"), "1234567890");  // a wrong check digit
}

TEST(IdentifierScrubber, TakesLongerRunsWhichCouldHoldOne) {
  EXPECT_EQ(scrub_identifiers("12000456789"), "[removed]");
  EXPECT_EQ(scrub_identifiers("row 00045678912345"), "row [removed]");
}

TEST(IdentifierScrubber, LeavesWhatIsShort) {
  for (const char* text : {"", "partition 3, offset 12345678", "2023-01-31T23:59:59-06:00",
                           "20230131T235900-0600_consents.csv", "127.0.0.1:9464", "0-00-0"}) {
    EXPECT_EQ(scrub_identifiers(text), text);
  }
}

}  // namespace
}  // namespace qcdr
