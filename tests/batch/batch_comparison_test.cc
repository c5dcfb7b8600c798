// The real ledger and scoring against the batch program. This file is built three times: with the
// product's libraries, with a bug planted in the ledger, and with one planted in scoring
// (QCDR_EXPECT_DIFFERENT_DIGEST, QCDR_EXPECT_DIFFERENT_SCORES): each must be noticed.
#include <gtest/gtest.h>

#include <algorithm>

#include "generated_season.h"
#include "random_season.h"
#include "rulebook/loader.h"
#include "rulebook/record_year.h"
#include "rulebook/source_file.h"
#include "season_under_test.h"

namespace qcdr::batch {
namespace {

ChunkTaker into(SeasonUnderTest* season, bool with_restarts, bool with_registers = false) {
  auto uploads = std::make_shared<int>(0);
  return {
      [season](const v1::Chunk& chunk, const v1::ChunkRows& rows) { season->chunk(chunk, rows); },
      [season, uploads, with_restarts, with_registers](const v1::UploadCompleted& completed) {
        season->complete(completed);
        ++*uploads;
        if (with_registers && *uploads % 5 == 3) {
          season->release_npi_registry(static_cast<std::uint8_t>(*uploads % 7));
        }
        if (with_restarts) season->freeze(*uploads % 3 == 0);
      },
      [season](std::uint32_t record_kind) { season->lift_hold(record_kind); }};
}

generate::Options one_practice() {
  generate::Options options;
  options.practices = 1;
  options.clinicians_per_practice = 40;
  options.cases_per_practice = 3000;
  options.corrections_percent = 5;
  options.errors_per_ten_thousand = 100;
  return options;
}

bool same_scores(const std::vector<EntityScore>& a, const std::vector<EntityScore>& b,
                 std::string* why) {
  if (a.size() != b.size()) {
    *why = std::to_string(a.size()) + " and " + std::to_string(b.size()) + " entities";
    return false;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].entity == b[i].entity && a[i].practice_year == b[i].practice_year &&
        a[i].group == b[i].group && a[i].counted == b[i].counted && a[i].held == b[i].held &&
        a[i].final_score == b[i].final_score) {
      continue;
    }
    const auto say = [](const EntityScore& score) {
      return score.entity.to_hex() + (score.group ? " group " : " individual ") +
             std::to_string(score.counted) + " " + std::to_string(score.held) + " " +
             std::to_string(score.final_score);
    };
    *why = "ledger " + say(a[i]) + ", batch " + say(b[i]);
    return false;
  }
  return true;
}

#if defined(QCDR_EXPECT_DIFFERENT_DIGEST)

TEST(BatchComparison, NoticesABugPlantedInTheLedger) {
  SeasonUnderTest season;
  read_generated_season(one_practice(), into(&season, false));
  const BatchResult batch = season.batch();
  EXPECT_NE(season.ledger_digest(), batch.digest.to_hex());
  std::string why;
  EXPECT_FALSE(same_scores(season.ledger_scores(), batch.scores, &why));
}

#elif defined(QCDR_EXPECT_DIFFERENT_SCORES)

TEST(BatchComparison, NoticesABugPlantedInScoring) {
  SeasonUnderTest season;
  read_generated_season(one_practice(), into(&season, false));
  const BatchResult batch = season.batch();
  EXPECT_EQ(season.ledger_digest(), batch.digest.to_hex()) << "the ledger has no bug here";
  std::string why;
  EXPECT_FALSE(same_scores(season.ledger_scores(), batch.scores, &why));
}

#else

void expect_agreement(SeasonUnderTest* season, const std::string& what) {
  const BatchResult batch = season->batch();
  ASSERT_EQ(season->ledger_digest(), batch.digest.to_hex()) << what << "\n"
                                                            << season->explain_difference();
  std::string why;
  ASSERT_TRUE(same_scores(season->ledger_scores(), batch.scores, &why)) << what << ": " << why;
}

TEST(BatchComparison, GeneratedPractice) {
  SeasonUnderTest season;
  read_generated_season(one_practice(), into(&season, false));
  expect_agreement(&season, "one practice");
  const BatchResult batch = season.batch();
  EXPECT_GT(batch.cases, 2900U);
  bool somebody = false;
  for (const EntityScore& score : batch.scores) somebody = somebody || score.final_score > 0;
  EXPECT_TRUE(somebody);
}

TEST(BatchComparison, GeneratedPracticesWithManyTins) {
  generate::Options options = one_practice();
  options.practices = 2;
  options.clinicians_per_practice = 600;
  options.cases_per_practice = 2500;
  options.seed = 7;
  SeasonUnderTest season;
  read_generated_season(options, into(&season, true));
  expect_agreement(&season, "two practices");
}

TEST(BatchComparison, ScatteredCases) {
  generate::Options options = one_practice();
  options.cases_per_practice = 300;
  options.scatter = true;
  SeasonUnderTest season;
  read_generated_season(options, into(&season, false));
  expect_agreement(&season, "scattered");
}

void compare_random_seasons(const rulebook::Rulebook& book, int year, std::uint64_t seeds) {
  const rulebook::YearRules* rules = rulebook::find_record_year(book, PerformanceYear(year));
  ASSERT_NE(rules, nullptr) << year;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SeasonUnderTest season(book);
    make_random_season(*rules, seed + 1000 * static_cast<std::uint64_t>(year),
                       into(&season, seed % 2 == 0, seed % 3 == 0));
    ASSERT_NO_FATAL_FAILURE(
        expect_agreement(&season, std::to_string(year) + ", seed " + std::to_string(seed)));
  }
}

TEST(BatchComparison, RandomSeasonsOf2022) {
  compare_random_seasons(rulebook::Rulebook::built_in(), 2022, 600);
}

TEST(BatchComparison, RandomSeasonsOfEveryYear) {
  for (int year = 2019; year <= 2026; ++year) {
    compare_random_seasons(rulebook::Rulebook::built_in(), year, 100);
    ASSERT_FALSE(HasFatalFailure()) << year;
  }
}

// Another zone, another shape of calendar, other measures that may be sent.
TEST(BatchComparison, RandomSeasonsOfAnotherRegistry) {
  const auto harbor = rulebook::load_rulebook(rulebook::embedded_files(), "harbor");
  ASSERT_TRUE(harbor.is_ok()) << harbor.status().to_string();
  for (const int year : {2022, 2024}) {
    compare_random_seasons(*harbor.value(), year, 100);
    ASSERT_FALSE(HasFatalFailure()) << year;
  }
}

TEST(BatchComparison, GeneratedPracticesOfEveryYear) {
  for (int year = 2019; year <= 2026; ++year) {
    generate::Options options = one_practice();
    options.year = year;
    options.clinicians_per_practice = 15;
    options.cases_per_practice = 400;
    options.all_kinds = true;
    SeasonUnderTest season;
    read_generated_season(options, into(&season, true));
    ASSERT_NO_FATAL_FAILURE(expect_agreement(&season, std::to_string(year)));
    const BatchResult batch = season.batch();
    EXPECT_GT(batch.cases, 380U) << year;
    EXPECT_TRUE(std::any_of(batch.scores.begin(), batch.scores.end(), [](const EntityScore& score) {
      return score.counted > 0 && score.final_score > 0;
    })) << year;
  }
}

#endif

}  // namespace
}  // namespace qcdr::batch
