// What must hold of every season, however it came about: nobody who opted out is sent in his own
// name, nobody is without a consent that counts, no row is without an outcome, and what is amended
// and amended back is as if nothing had been.
//
// Who opted out and who consented is taken from the batch program, which shares no code with the
// fold.
#include <gtest/gtest.h>

#include "generated_season.h"
#include "ledger/readiness_reader.h"
#include "random_season.h"
#include "rulebook/record_year.h"
#include "season_under_test.h"

namespace qcdr::batch {
namespace {

constexpr int kFirstYear = 2019;
constexpr int kLastYear = 2026;

// Of clinicians whose TIN reports for them individually.
struct Seen {
  int opted_out = 0;
  int without_consent = 0;
  int consented = 0;
};

void check_pair(const Season& folded, const ledger::PairRow& pair,
                const ledger::Readiness& readiness, const std::string& what, Seen* seen) {
  const std::string entity(pair.entity.bytes());
  const auto opt_out = folded.opt_outs.find(entity);
  if (opt_out != folded.opt_outs.end() && opt_out->second.filed) {
    ++seen->opted_out;
    const ledger::CategoryBits kept = ledger::sent_categories(opt_out->second.categories);
    ASSERT_EQ(kept & readiness.withheld_now(), kept) << what << ": opted out, and would be sent";
  }
  const auto consent = folded.permissions.find({kConsent, entity});
  if (consent != folded.permissions.end() && consent->second.standing == Standing::kOnTime) {
    ++seen->consented;
    return;
  }
  ++seen->without_consent;
  ASSERT_TRUE(readiness.blocked_by(ledger::BlockReason::kIndividualConsent))
      << what << ": no consent, and that does not block";
}

// Everybody of every practice, as things stand at `at`.
void check_permissions(SeasonUnderTest& season, const rulebook::YearRules& rules, Instant at,
                       const std::string& what, Seen* seen) {
  for (const auto& [id, events] : season.history().practice_years()) {
    const auto folded = fold(id, events, rules, season.entity_key());
    ASSERT_TRUE(folded.is_ok()) << what;
    const auto found = season.ledger().find({id.practice, id.year});
    ASSERT_TRUE(found.is_ok()) << what;
    ledger::ReadinessReader reader(*found.value(), at);
    for (const ledger::PairRow& pair : found.value()->pairs().pairs()) {
      if (!pair.reports_individually()) continue;
      const auto readiness = reader.individual_blocks(pair, at);
      ASSERT_TRUE(readiness.is_ok()) << what;
      if (readiness.value().blocked_by(ledger::BlockReason::kReportingOption)) continue;
      ASSERT_NO_FATAL_FAILURE(check_pair(folded.value(), pair, readiness.value(), what, seen));
    }
  }
}

TEST(SeasonProperties, NobodyWhoOptedOutOrDidNotConsentIsSentInHisOwnName) {
  Seen seen;
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    const rulebook::YearRules* rules =
        rulebook::find_record_year(rulebook::Rulebook::built_in(), PerformanceYear(year));
    ASSERT_NE(rules, nullptr);
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
      SeasonUnderTest season;
      const std::string what = std::to_string(year) + ", seed " + std::to_string(seed);
      make_random_season(
          *rules, seed + 100'000 * static_cast<std::uint64_t>(year),
          {[&](const v1::Chunk& chunk, const v1::ChunkRows& rows) { season.chunk(chunk, rows); },
           [&](const v1::UploadCompleted& completed) {
             season.complete(completed);
             check_permissions(season, *rules, Instant::from_milliseconds(completed.received_at()),
                               what, &seen);
           },
           [&](std::uint32_t kind) { season.lift_hold(kind); }});
      ASSERT_FALSE(HasFatalFailure());
    }
  }
  EXPECT_GT(seen.opted_out, 100);
  EXPECT_GT(seen.consented, 100);
  EXPECT_GT(seen.without_consent, 100);
}

generate::Options small_season(int year, std::uint64_t seed) {
  generate::Options options;
  options.year = year;
  options.practices = 2;
  options.clinicians_per_practice = 40;
  options.cases_per_practice = 600;
  options.corrections_percent = 10;
  options.errors_per_ten_thousand = 200;
  options.all_kinds = true;
  options.seed = seed;
  return options;
}

generate::Options wide_season(int year) {
  generate::Options options = small_season(year, static_cast<std::uint64_t>(year));
  options.clinicians_per_practice = 150;
  return options;
}

// Also of seasons as they come.
TEST(SeasonProperties, InOrdinarySeasonsWhoIsSentConsented) {
  Seen everybody;
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    const rulebook::YearRules* rules =
        rulebook::find_record_year(rulebook::Rulebook::built_in(), PerformanceYear(year));
    ASSERT_NE(rules, nullptr);
    SeasonUnderTest season;
    Seen seen;
    Instant last;
    read_generated_season(
        wide_season(year),
        {[&](const v1::Chunk& chunk, const v1::ChunkRows& rows) { season.chunk(chunk, rows); },
         [&](const v1::UploadCompleted& completed) {
           season.complete(completed);
           last = Instant::from_milliseconds(completed.received_at());
         },
         [&](std::uint32_t kind) { season.lift_hold(kind); }});
    ASSERT_NO_FATAL_FAILURE(check_permissions(season, *rules, last, std::to_string(year), &seen));
    everybody.opted_out += seen.opted_out;
    everybody.consented += seen.consented;
  }
  EXPECT_GT(everybody.opted_out, 3);
  EXPECT_GT(everybody.consented, 200);
}

TEST(SeasonProperties, EveryRowHasOneOutcome) {
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    SeasonUnderTest season;
    std::map<std::string, std::set<std::uint32_t>> rows_of;
    std::set<std::string> completed_uploads;
    read_generated_season(small_season(year, 5),
                          {[&](const v1::Chunk& chunk, const v1::ChunkRows& rows) {
                             for (const v1::Row& row : rows.rows())
                               rows_of[chunk.upload_id()].insert(row.ordinal());
                             season.chunk(chunk, rows);
                           },
                           [&](const v1::UploadCompleted& completed) {
                             if (!completed.refused())
                               completed_uploads.insert(completed.upload_id());
                             season.complete(completed);
                           },
                           [](std::uint32_t) {}});
    std::size_t checked = 0;
    season.freeze(false);  // uploads are facts from then on
    for (const auto& [id, events] : season.history().practice_years()) {
      const auto found = season.ledger().find({id.practice, id.year});
      ASSERT_TRUE(found.is_ok());
      const Status visited = found.value()->for_each_upload([&](std::string_view upload,
                                                                const ledger::UploadFact& fact) {
        if (!completed_uploads.contains(std::string(upload)) || fact.refused) {
          return Status::ok();
        }
        ++checked;
        EXPECT_EQ(fact.rows_accepted + fact.rows_held + fact.rows_rejected + fact.rows_duplicate,
                  rows_of[std::string(upload)].size())
            << year << ", kind " << fact.kind;
        return Status::ok();
      });
      ASSERT_TRUE(visited.is_ok());
    }
    EXPECT_GT(checked, 20U) << year;
  }
}

// Cases of the first upload of them, once more: first without outcomes and with one clinician, then
// as they were.
class Amender {
 public:
  explicit Amender(SeasonUnderTest& season) : season_(season) {}

  void chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows) {
    season_.chunk(chunk, rows);
    const bool of_cases = chunk.kind() == v1::RECORD_KIND_ANESTHESIA_CASE;
    if (of_cases && (upload_.empty() || upload_ == chunk.upload_id())) {
      upload_ = chunk.upload_id();
      chunks_.emplace_back(chunk, rows);
    }
  }
  void complete(const v1::UploadCompleted& completed) {
    season_.complete(completed);
    if (completed.upload_id() != upload_ || done_) return;
    done_ = true;
    const auto before = season_.ledger_scores();
    again("amended", completed, true);
    changed_ = !(counts_of(season_.ledger_scores()) == counts_of(before));
    again("as-before", completed, false);
  }
  // The amendment was seen in somebody's score.
  bool changed() const { return changed_; }

  static std::vector<std::int64_t> counts_of(const std::vector<EntityScore>& scores) {
    std::vector<std::int64_t> counts;
    for (const EntityScore& score : scores) {
      counts.push_back(static_cast<std::int64_t>(score.counted));
      counts.push_back(score.final_score);
    }
    return counts;
  }

 private:
  void again(const char* suffix, v1::UploadCompleted completed, bool amend) {
    const std::string id = upload_ + "-" + suffix;
    for (auto [chunk, rows] : chunks_) {
      chunk.set_upload_id(id);
      for (v1::Row& row : *rows.mutable_rows()) {
        if (!amend || !row.has_anesthesia_case()) continue;
        v1::AnesthesiaCase& fact = *row.mutable_anesthesia_case();
        fact.clear_quality_codes();
        fact.clear_quality_measures();
        while (fact.staff_size() > 1) fact.mutable_staff()->RemoveLast();
      }
      season_.chunk(chunk, rows);
    }
    completed.set_upload_id(id);
    season_.complete(completed);
  }

  SeasonUnderTest& season_;
  std::string upload_;
  std::vector<std::pair<v1::Chunk, v1::ChunkRows>> chunks_;
  bool done_ = false;
  bool changed_ = false;
};

TEST(SeasonProperties, WhatIsAmendedAndAmendedBackIsAsIfNothingHadBeen) {
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    SeasonUnderTest plain;
    read_generated_season(
        small_season(year, 9),
        {[&](const v1::Chunk& chunk, const v1::ChunkRows& rows) { plain.chunk(chunk, rows); },
         [&](const v1::UploadCompleted& completed) { plain.complete(completed); },
         [](std::uint32_t) {}});
    SeasonUnderTest amended;
    Amender amender(amended);
    read_generated_season(
        small_season(year, 9),
        {[&](const v1::Chunk& chunk, const v1::ChunkRows& rows) { amender.chunk(chunk, rows); },
         [&](const v1::UploadCompleted& completed) { amender.complete(completed); },
         [](std::uint32_t) {}});
    EXPECT_TRUE(amender.changed()) << year;
    EXPECT_EQ(Amender::counts_of(amended.ledger_scores()),
              Amender::counts_of(plain.ledger_scores()))
        << year;
    EXPECT_EQ(amended.ledger_digest(), amended.batch().digest.to_hex()) << year;
  }
}

}  // namespace
}  // namespace qcdr::batch
