// Rows that take records back: what goes, and what an older record or another row leaves alone.
#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

v1::Row takes_back(v1::Row row, const char* record) {
  row.set_action(v1::ROW_ACTION_WITHDRAW);
  row.set_supersedes(record);
  return row;
}

TEST(TakingBack, OfARecordThatANewerOneReplacedTakesNothing) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  for (const int first_day : {1, 2}) {
    v1::Row row = activity(1, Season::day(1, first_day), Season::day(5, 31));
    row.set_record_id("id-" + std::to_string(first_day));
    season.record("a" + std::to_string(first_day), kJune, kActivityKind, row);
  }
  season.restart();
  season.record("w1", kJune, kActivityKind, takes_back(v1::Row(), "id-1"));
  EXPECT_EQ(season.upload("w1").rows_rejected, 1u);
  EXPECT_EQ(season.practice().activities(season.pair_row(1, 1)).value().size(), 1u);
  season.record("w2", kJune, kActivityKind, takes_back(v1::Row(), "id-2"));
  EXPECT_TRUE(season.practice().activities(season.pair_row(1, 1)).value().empty());
}

TEST(TakingBack, OfASignOffOfEveryTinTakesAllBack) {
  for (const bool by_name : {true, false}) {
    Season season;
    season.roster("r", kJune, {{1, 1, "A"}, {2, 2, "B"}});
    v1::Row row = sign_off(Season::day(5, 31));
    row.mutable_reconciliation_sign_off()->clear_tin();
    season.record("s", kJune, kSignOffKind, row);
    EXPECT_TRUE(season.practice().reconciliation(season.tin_row(2)).value().is_signed());
    season.record("w", kJune, kSignOffKind, takes_back(by_name ? v1::Row() : row, "s/0"));
    for (const int tin : {1, 2}) {
      EXPECT_FALSE(season.practice().reconciliation(season.tin_row(tin)).value().is_signed());
    }
    EXPECT_EQ(season.upload("w").rows_accepted, 1u);
  }
}

TEST(TakingBack, OfAConfirmationDoesNotConfirm) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row;
  row.mutable_confirmation()->set_subject(v1::Confirmation::SUBJECT_VOLUNTARY_TIN_SET);
  row.mutable_confirmation()->set_tin(1);
  row.mutable_confirmation()->set_confirmed(true);
  const auto kind = v1::RECORD_KIND_CONFIRMATION;
  season.record("w1", kJune, kind, takes_back(row, "k/0"));
  EXPECT_EQ(season.upload("w1").rows_rejected, 1u);
  season.record("k", kJune, kind, row);
  season.record("w2", kJune, kind, takes_back(row, "k/0"));
  EXPECT_EQ(told(season, "w2", FindingCode::RECORD_TAKEN_BACK), 1u);
}

TEST(TakingBack, OfARosterRowListsNobody) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row;
  row.mutable_roster_entry()->set_tin(1);
  row.mutable_roster_entry()->set_npi(Season::npi(2).value());
  season.record("r2", kJune, v1::RECORD_KIND_ROSTER_ENTRY, takes_back(row, "r/0"));
  EXPECT_EQ(told(season, "r2", FindingCode::RECORD_CANNOT_BE_TAKEN_BACK), 1u);
  EXPECT_TRUE(season.pair_row(1, 1).listed);
}

TEST(Extension, OfACorrectionDoesNotMakePunctualWhatMissedItsDate) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  const auto november = [](bool met) {
    Season::CaseSpec spec;
    spec.id = "n";
    spec.service_date = Season::day(11, 1);
    spec.staff = {{1, 1}};
    spec.codes = Season::temperature(met);
    return spec;
  };
  season.cases("u1", kFirstOfFebruary, {november(true)});
  season.cases("u2", kAfterFinalDate, {november(false)});
  const auto kind = v1::RECORD_KIND_DEADLINE_EXTENSION;
  const char* until = "2023-02-20T23:59:59-06:00";
  season.record("e1", kAfterFinalDate, kind, extension("final-data", until));
  EXPECT_EQ(season.group(1).cases(CountClass::kMilestoneMissed), 1u);
  season.record("e2", kAfterFinalDate, kind, extension("january-to-november-data", until));
  EXPECT_EQ(season.group(1).cases(CountClass::kOnTime), 1u);
  season.freeze();
  EXPECT_TRUE(season.practice().verify().is_ok());
}

}  // namespace
}  // namespace qcdr::ledger
