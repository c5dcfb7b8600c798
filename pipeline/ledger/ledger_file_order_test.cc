// A correction that comes from an older file than what it replaces: told, and it counts.
#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

constexpr std::int64_t kMonday = 1'657'530'000;
constexpr std::int64_t kTuesday = kMonday + 86'400;

// An upload of one case, from a file of that time.
void send(Season& season, const char* upload, bool met, std::int64_t written,
          Instant received = kJune) {
  v1::Row row = season.case_row(
      {"c", Season::day(3, 1), {{1, 1}}, Season::temperature(met), v1::CLINICIAN_TYPE_PHYSICIAN});
  row.mutable_anesthesia_case()->set_file_created(written);
  season.record(upload, received, v1::RECORD_KIND_ANESTHESIA_CASE, std::move(row));
}

std::uint32_t warnings(Season& season, const char* upload) {
  return told(season, upload, FindingCode::CASE_FROM_OLDER_FILE);
}

TEST(OlderFile, IsToldAndCountsAllTheSame) {
  Season season;
  send(season, "newer", true, kTuesday);
  send(season, "older", false, kMonday);
  EXPECT_EQ(warnings(season, "older"), 1u);
  EXPECT_EQ(told(season, "older", FindingCode::CASE_REPLACED), 1u);
  EXPECT_EQ(season.upload("older").rows_accepted, 1u);
  // Now the older file is what counts, so the newer one is no older one.
  send(season, "again", true, kTuesday);
  EXPECT_EQ(warnings(season, "again"), 0u);
}

TEST(OlderFile, IsKnownAfterARestart) {
  Season season;
  send(season, "newer", true, kTuesday);
  season.restart();
  send(season, "older", false, kMonday);
  EXPECT_EQ(warnings(season, "older"), 1u);
  season.restart();
  EXPECT_EQ(season.upload("older").file_written, kMonday);
}

TEST(OlderFile, OfTheSameSecondOrOfUnknownTimeIsNone) {
  constexpr std::int64_t kUnknown = 0;
  for (const auto& [first, second] :
       {std::pair{kMonday, kMonday}, std::pair{kUnknown, kMonday}, std::pair{kTuesday, kUnknown}}) {
    Season season;
    send(season, "first", true, first);
    send(season, "second", false, second);
    EXPECT_EQ(warnings(season, "second"), 0u);
    EXPECT_EQ(told(season, "second", FindingCode::CASE_REPLACED), 1u);
  }
}

TEST(OlderFile, UnchangedOrHeldIsNotToldBecauseNothingIsReplaced) {
  Season season;
  send(season, "newer", true, kTuesday);
  send(season, "unchanged", true, kMonday);
  EXPECT_EQ(warnings(season, "unchanged"), 0u);
  EXPECT_EQ(told(season, "unchanged", FindingCode::CASE_UNCHANGED), 1u);
  send(season, "late", false, kMonday, kAfterFinalDate);
  EXPECT_EQ(warnings(season, "late"), 0u);
}

TEST(OlderFile, AnArchiveIsAsOldAsItsOldestFile) {
  Season season;
  std::vector<v1::Row> rows;
  for (const auto& [id, written] : {std::pair{"a", kTuesday}, std::pair{"c", kMonday}}) {
    rows.push_back(season.case_row({id,
                                    Season::day(3, 1),
                                    {{1, 1}},
                                    Season::temperature(true),
                                    v1::CLINICIAN_TYPE_PHYSICIAN}));
    rows.back().mutable_anesthesia_case()->set_file_created(written);
  }
  season.apply("archive", kJune, v1::RECORD_KIND_ANESTHESIA_CASE, std::move(rows));
  EXPECT_EQ(season.upload("archive").file_written, kMonday);
  send(season, "between", false, kMonday + 3600);
  EXPECT_EQ(warnings(season, "between"), 0u);
}

}  // namespace
}  // namespace qcdr::ledger
