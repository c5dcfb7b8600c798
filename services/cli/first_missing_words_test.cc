#include "cli/first_missing_words.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

Instant at(const char* text) {
  return Instant::parse(text).value();
}

ledger::Readiness without_consent() {
  ledger::Readiness readiness;
  ledger::Block block;
  block.reason = ledger::BlockReason::kIndividualConsent;
  block.limit.due = block.limit.ends = at("2023-02-01T00:00:00-06:00");
  readiness.blocks.push_back(block);
  return readiness;
}

TEST(FirstMissingWords, SayWhatAndHowLongInBothZones) {
  const ledger::Readiness readiness = without_consent();
  EXPECT_EQ(first_missing_text(readiness, at("2023-01-20T12:00:00-06:00")),
            "  first missing: no consent; Tuesday 2023-01-31 23:59:59 Central, Wednesday "
            "2023-02-01 00:59:59 Eastern, 11 days left Central, 12 Eastern\n");
  EXPECT_EQ(first_missing_json(readiness, at("2023-01-31T23:30:00-06:00")),
            "{\"blocks\": true, \"reason\": \"individualConsent\", \"text\": \"no consent\", "
            "\"closed\": false, \"until\": \"2023-02-01T05:59:59.000Z\", \"daysLeft\": 0, "
            "\"daysLeftZone\": \"America/Chicago\", \"daysLeftEastern\": 0}");
}

TEST(FirstMissingWords, CountNothingAfterTheDeadline) {
  ledger::Readiness readiness = without_consent();
  readiness.blocks.front().closed = true;
  const Instant after = at("2023-02-01T00:00:00-06:00");
  EXPECT_EQ(first_missing_text(readiness, after),
            "  first missing: no consent; the practice can do nothing more about it\n");
  EXPECT_EQ(first_missing_json(readiness, after),
            "{\"blocks\": true, \"reason\": \"individualConsent\", \"text\": \"no consent\", "
            "\"closed\": true, \"until\": null, \"daysLeft\": null, "
            "\"daysLeftZone\": \"America/Chicago\", \"daysLeftEastern\": null}");
  EXPECT_EQ(days_left_json(after, at("2023-01-31T23:59:59-06:00")),
            "\"daysLeft\": null, \"daysLeftZone\": \"America/Chicago\", "
            "\"daysLeftEastern\": null");
}

TEST(FirstMissingWords, NothingIsMissing) {
  EXPECT_EQ(first_missing_text({}, at("2023-01-20T12:00:00-06:00")), "");
  EXPECT_EQ(first_missing_json({}, at("2023-01-20T12:00:00-06:00")), "null");
}

}  // namespace
}  // namespace qcdr
