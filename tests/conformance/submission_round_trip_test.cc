// What is built for CMS, read again by the parsers that take such files in: the same counts.
#include <gtest/gtest.h>

#include "intake/identify.h"
#include "intake/qrda_document.h"
#include "intake/testing_collector.h"
#include "submission/payload.h"
#include "submission/qrda_export.h"
#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

constexpr std::uint64_t kEntities = 80;  // of a year

std::string with_tin(std::string text) {
  for (std::size_t at = text.find(kTinPlaceholder); at != text.npos;
       at = text.find(kTinPlaceholder)) {
    text.replace(at, kTinPlaceholder.size(), "000456789");
  }
  return text;
}

intake::TestingCollector parse(v1::RecordKind kind, std::string_view format,
                               const std::string& bytes, int year) {
  intake::ParserOptions options = intake::testing_options();
  options.year = PerformanceYear(year);
  options.rules = rulebook::Rulebook::built_in().find_year(options.year);
  options.received_at = Instant::parse(std::to_string(year + 1) + "-01-10T12:00:00Z").value();
  intake::TestingCollector got;
  const Status status = intake::testing_parse(kind, format, bytes, 1U << 20U, options, got);
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return got;
}

// A submission with who attested it beside it, which CMS's form does not have.
std::string document(const MeasurementSet& set) {
  return R"({"practiceId":1234,"attester":{"name":"Ann Abbott","signedAt":")" +
         std::to_string(set.year.value()) + R"(-12-31","role":"PRACTICE_OFFICER"},"submission":)" +
         with_tin(submission_json({&set, 1})) + "}";
}

// Excluded cases leave the eligible population when a file is taken in.
void expect_counts(const v1::StratumCount& read, const RateCounts& sent, const std::string& where) {
  EXPECT_EQ(read.eligible_population(), sent.eligible - sent.exclusion) << where;
  EXPECT_EQ(read.performance_met(), sent.met) << where;
  EXPECT_EQ(read.performance_not_met(), sent.not_met) << where;
  EXPECT_EQ(read.exceptions(), sent.exception) << where;
}

std::vector<StratumValue> strata_of(const MeasurementValue& value) {
  if (const auto* single = std::get_if<SingleValue>(&value)) return {{"", single->counts}};
  if (const auto* single = std::get_if<RegistrySingleValue>(&value)) return {{"", single->counts}};
  if (const auto* multi = std::get_if<MultiValue>(&value)) return multi->strata;
  if (const auto* multi = std::get_if<RegistryMultiValue>(&value)) return multi->strata;
  return {};
}

void expect_same(const v1::MeasureResult& read, const Measurement& sent,
                 const MeasurementSet& set) {
  EXPECT_EQ(read.measure_id(), sent.measure_id);
  EXPECT_EQ(read.npi(), set.entity.npi.value());
  const std::vector<StratumValue> strata = strata_of(sent.value);
  ASSERT_EQ(static_cast<std::size_t>(read.strata_size()), strata.size()) << sent.measure_id;
  for (const StratumValue& stratum : strata) {
    bool found = false;
    for (const v1::StratumCount& other : read.strata()) {
      if (other.stratum() != stratum.stratum) continue;
      expect_counts(other, stratum.counts, sent.measure_id + "/" + stratum.stratum);
      found = true;
    }
    EXPECT_TRUE(found) << sent.measure_id << '/' << stratum.stratum;
  }
}

bool is_of_a_tin(const MeasurementSet& set) {
  return set.entity.kind == EntityKind::kGroup || set.entity.kind == EntityKind::kIndividual;
}

void quality_reads_back(const MeasurementSet& set, std::size_t* compared) {
  const auto got = parse(v1::RECORD_KIND_MEASURE_RESULT, intake::kFormatQppJson, document(set),
                         set.year.value());
  ASSERT_EQ(got.rows.size(), set.measurements.size());
  for (std::size_t i = 0; i < got.rows.size(); ++i) {
    // Measures of others and amounts are no results that a practice may hand in here.
    if (!got.rows[i].has_measure_result() || strata_of(set.measurements[i].value).empty()) continue;
    expect_same(got.rows[i].measure_result(), set.measurements[i], set);
    ++*compared;
  }
}

void interoperability_reads_back(const MeasurementSet& set, std::size_t* compared) {
  const auto got = parse(v1::RECORD_KIND_PROMOTING_INTEROPERABILITY, intake::kFormatQppJson,
                         document(set), set.year.value());
  ASSERT_EQ(got.rows.size(), 1U);
  ASSERT_TRUE(got.rows[0].has_promoting_interoperability()) << got.rows[0].DebugString();
  const v1::PromotingInteroperability& read = got.rows[0].promoting_interoperability();
  EXPECT_EQ(read.cehrt_id(), set.cehrt_id);
  EXPECT_EQ(static_cast<std::size_t>(read.measures_size()), set.measurements.size());
  ++*compared;
}

TEST(SubmissionRoundTripTest, WhatIsBuiltReadsBackThroughIntake) {
  std::size_t results = 0;
  std::size_t reports = 0;
  for (int year = 2019; year <= kLastTestYear; ++year) {
    for (std::uint64_t i = 0; i < kEntities; ++i) {
      const std::uint64_t seed = static_cast<std::uint64_t>(year) * 1000 + i;
      SCOPED_TRACE("seed " + std::to_string(seed));
      const TestEntity entity = random_entity(seed, year);
      const BuiltSets built = build_sets(entity.input).value();
      for (const MeasurementSet& set : built.sets) {
        if (!is_of_a_tin(set)) continue;
        if (set.category == SetCategory::kQuality) quality_reads_back(set, &results);
        if (set.category == SetCategory::kInteroperability) {
          interoperability_reads_back(set, &reports);
        }
      }
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(results, 300U);
  EXPECT_GT(reports, 50U);
}

TEST(SubmissionRoundTripTest, AnExportedDocumentHasTheSameCounts) {
  static_assert(kQrdaPracticeRoot == intake::kPracticeRoot);
  std::size_t compared = 0;
  for (int year = 2019; year <= kLastTestYear; ++year) {
    for (std::uint64_t i = 0; i < kEntities * 3; ++i) {
      const std::uint64_t seed = static_cast<std::uint64_t>(year) * 1000 + i;
      SCOPED_TRACE("seed " + std::to_string(seed));
      const TestEntity entity = random_entity(seed, year);
      const BuiltSets built = build_sets(entity.input).value();
      if (built.sets.empty() || !is_of_a_tin(built.sets.front())) continue;
      QrdaOptions options;
      options.created_at = Instant::parse("2026-01-10T12:00:00Z").value();
      options.registry_name = "test";
      options.practice = PracticeId(1234);
      const QrdaExport exported = export_qrda(built.sets, options).value();
      for (const MeasurementSet& set : built.sets) {
        if (set.category != SetCategory::kQuality) continue;
        std::vector<Measurement> carried;
        for (const Measurement& measurement : set.measurements) {
          const bool left = std::any_of(exported.not_carried.begin(), exported.not_carried.end(),
                                        [&](const QrdaNotCarried& each) {
                                          return each.measure_id == measurement.measure_id;
                                        });
          if (!left) carried.push_back(measurement);
        }
        if (carried.empty()) continue;
        const auto got = parse(v1::RECORD_KIND_MEASURE_RESULT, intake::kFormatQrda,
                               with_tin(exported.xml), year);
        ASSERT_EQ(got.rows.size(), carried.size());
        for (std::size_t k = 0; k < carried.size(); ++k) {
          ASSERT_TRUE(got.rows[k].has_measure_result()) << got.rows[k].DebugString();
          expect_same(got.rows[k].measure_result(), carried[k], set);
          ++compared;
        }
      }
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(compared, 20U);
}

}  // namespace
}  // namespace qcdr::submission
