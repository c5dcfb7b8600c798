// State: what the fold comes to must not hang on chunks, freezes, restarts or evictions.
#include <gtest/gtest.h>

#include "ledger/ledger.h"
#include "ledger/testing_season.h"

namespace qcdr::ledger {
namespace {

const Instant kJune = Season::at("2022-06-20T12:00:00-05:00");

// Deterministic and varied: 1,500 cases, a tenth of them corrected.
std::vector<Season::CaseSpec> many_cases(int from, int to, bool met) {
  std::vector<Season::CaseSpec> specs;
  for (int i = from; i < to; ++i) {
    Season::CaseSpec spec;
    spec.id = "case-" + std::to_string(i);
    spec.service_date = Season::day(1 + i % 12, 1 + i % 28);
    spec.staff = {{1 + i % 3, 1 + i % 40}, {1 + i % 3, 50 + i % 7}};
    spec.codes = Season::temperature(met);
    specs.push_back(std::move(spec));
  }
  return specs;
}

void play(Season& season, bool restarts) {
  season.roster("r", kJune, {{1, 1, "A"}, {2, 2, "B", v1::CLINICIAN_TYPE_CRNA}});
  season.cases("u1", kJune, many_cases(0, 700, true));
  if (restarts) season.restart();
  season.cases("u2", kJune, many_cases(700, 1500, false));
  if (restarts) season.restart();
  season.cases("u3", kJune, many_cases(100, 250, false));
  if (restarts) season.freeze();
  season.consent("c", kJune, 1, 1, true);
}

TEST(LedgerState, ChunksFreezesAndRestartsLeaveTheSameDigest) {
  Season plain;
  play(plain, false);
  Season other;
  other.rows_per_chunk = 1;
  play(other, true);
  EXPECT_EQ(plain.digest(), other.digest());
  EXPECT_NE(plain.digest(), StateDigest());
}

TEST(LedgerState, AnotherOutcomeGivesAnotherDigest) {
  Season plain;
  plain.cases("u", kJune, many_cases(0, 10, true));
  Season other;
  other.cases("u", kJune, many_cases(0, 10, false));
  EXPECT_FALSE(plain.digest() == other.digest());
}

TEST(LedgerState, StoredRowsVerifyToTheDigest) {
  Season season;
  play(season, true);
  const StateDigest digest = season.digest();
  season.restart();
  const auto verified = season.practice().verify();
  ASSERT_TRUE(verified.is_ok()) << verified.status().to_string();
  EXPECT_EQ(verified.value(), digest);
}

TEST(LedgerState, CorrectionReadsOneBucketAndOneBlock) {
  Season season;
  season.cases("u1", kJune, many_cases(0, 1500, true));
  season.restart();
  const auto before = season.practice().case_reads();
  season.cases("u2", kJune, many_cases(321, 322, false));
  const auto after = season.practice().case_reads();
  EXPECT_EQ(after.buckets - before.buckets, 1u);
  EXPECT_EQ(after.blocks - before.blocks, 1u);
}

// Memory runs short after every file.
TEST(LedgerState, WhatIsLetGoLeavesTheSameDigest) {
  Season plain;
  play(plain, false);
  Season other;
  const auto let_go = [&other] {
    other.freeze();
    other.take();  // what is still to be told of stays
    EXPECT_GT(other.ledger().memory_bytes(), 0u);
    other.ledger().shrink(0);
    EXPECT_EQ(other.ledger().memory_bytes(), 0u);
    EXPECT_EQ(other.ledger().dirty_bytes(), 0u);
  };
  other.roster("r", kJune, {{1, 1, "A"}, {2, 2, "B", v1::CLINICIAN_TYPE_CRNA}});
  let_go();
  other.cases("u1", kJune, many_cases(0, 700, true));
  let_go();
  other.cases("u2", kJune, many_cases(700, 1500, false));
  let_go();
  other.cases("u3", kJune, many_cases(100, 250, false));
  let_go();
  other.consent("c", kJune, 1, 1, true);
  EXPECT_EQ(plain.digest(), other.digest());
}

TEST(LedgerState, ChangedObjectsAreCountedAndNotLetGo) {
  Season season;
  season.cases("u1", kJune, many_cases(0, 700, true));
  season.take();
  const std::size_t held = season.ledger().memory_bytes();
  EXPECT_GT(held, 700u * 30);  // an entry and a slot of the directory each
  season.ledger().shrink(0);
  EXPECT_GE(season.ledger().memory_bytes(), held);
  EXPECT_GT(season.ledger().dirty_bytes(), 0u);
}

// What was read for looking alone is known from the next freeze on, and let go like all the rest.
TEST(LedgerState, WhatWasReadForLookingIsLetGo) {
  Season season;
  season.cases("u1", kJune, many_cases(0, 1500, true));
  season.restart();
  ASSERT_TRUE(season.practice().verify().is_ok());
  season.freeze();
  EXPECT_GT(season.ledger().memory_bytes(), 1500u * 30);
  season.ledger().shrink(0);
  EXPECT_EQ(season.ledger().memory_bytes(), 0u);
}

TEST(LedgerState, DirectoryStaysWithinItsBucketsAtScale) {
  Season season;
  std::vector<v1::Row> rows;
  for (int i = 0; i < 20'000; ++i) {
    rows.push_back(
        season.case_row({"x" + std::to_string(i), Season::day(6, 1), {{1, i % 100}}, {}}));
  }
  season.apply("u", kJune, v1::RECORD_KIND_ANESTHESIA_CASE, rows);
  EXPECT_EQ(season.practice().cases(), 20'000u);
  season.restart();
  EXPECT_TRUE(season.practice().verify().is_ok());
  EXPECT_EQ(season.group(1).counted(), 20'000u);
}

TEST(LedgerState, ForgettingAPracticeYearLeavesNothing) {
  Season season;
  play(season, true);
  MemoryRows& rows = season.rows;
  EXPECT_GT(rows.size(), 0u);
  const LedgerRules rules(rulebook::Rulebook::built_in());
  Key256 key;
  key.fill(7);
  Ledger ledger(rules, key, rows, season.digest());
  ASSERT_TRUE(ledger.forget({PracticeId(1234), PerformanceYear(2022)}, Offset(99)).is_ok());
  RowBatch batch;
  ASSERT_TRUE(ledger.freeze(&batch).is_ok());
  rows.write(batch);
  EXPECT_EQ(rows.size(), 1u);  // that it was deleted
  EXPECT_TRUE(ledger.practice_years().value().empty());
  EXPECT_EQ(ledger.find({PracticeId(1234), PerformanceYear(2022)}).status().code(),
            ErrorCode::kNotFound);
  EXPECT_GT(ledger.take_effects().vanished.size(), 40u);
  EXPECT_EQ(ledger.digest(), StateDigest());
}

}  // namespace
}  // namespace qcdr::ledger
