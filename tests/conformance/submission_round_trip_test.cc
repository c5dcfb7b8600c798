// What is built for CMS, read again by the parsers that take such files in: the same counts.
#include <gtest/gtest.h>

#include "intake/identify.h"
#include "intake/qrda_document.h"
#include "intake/testing_collector.h"
#include "rulebook/ecqm_measures.h"
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

// Counts of which every case has an outcome, of a kind that the measure knows.
template <class Counts>
void electronic_counts(const rulebook::EcqmRate& rate, TestNumbers& numbers, Counts* counts) {
  counts->performance_met = static_cast<std::int64_t>(numbers.next(90));
  counts->performance_not_met = static_cast<std::int64_t>(1 + numbers.next(90));
  if (!rate.exception.empty()) counts->exception = static_cast<std::int64_t>(numbers.next(5));
  if (!rate.exclusion.empty()) counts->exclusion = static_cast<std::int64_t>(numbers.next(5));
  counts->eligible_population =
      counts->performance_met + counts->performance_not_met + counts->exception + counts->exclusion;
}

// One electronic measure of the year's list, reported.
scoring::ScoreInput electronic_input(int year, const rulebook::Measure& measure,
                                     TestNumbers& numbers) {
  const auto rates = rulebook::find_ecqm_of(PerformanceYear(year), measure.id);
  scoring::ScoreInput input = empty_input(year);
  scoring::MeasureInput counts;
  counts.measure = &measure;
  counts.collection = scoring::CollectionType::kElectronicHealthRecord;
  counts.end_to_end = true;
  if (rates.size() == 1) electronic_counts(*rates.front(), numbers, &counts);
  for (std::size_t k = 0; rates.size() > 1 && k < measure.strata.size(); ++k) {
    scoring::StratumInput stratum;
    stratum.measure = &measure;
    stratum.stratum = static_cast<std::uint8_t>(k);
    for (const rulebook::EcqmRate* rate : rates) {
      if (rate->stratum == measure.strata[k]) electronic_counts(*rate, numbers, &stratum);
    }
    input.strata.push_back(stratum);
  }
  input.measures.push_back(counts);
  return input;
}

QrdaOptions export_options() {
  QrdaOptions options;
  options.created_at = Instant::parse("2026-01-10T12:00:00Z").value();
  options.registry_name = "test";
  options.practice = PracticeId(1234);
  return options;
}

TEST(SubmissionRoundTripTest, EveryElectronicMeasureIsExportedWithTheSameCounts) {
  static_assert(kQrdaPracticeRoot == intake::kPracticeRoot);
  TestNumbers numbers(7);
  std::size_t compared = 0;
  std::size_t rates = 0;
  for (int year = 2019; year <= kLastTestYear; ++year) {
    for (const rulebook::Measure& measure : rules_of(year).year_rules->measures()) {
      if (rulebook::find_ecqm_of(PerformanceYear(year), measure.id).empty()) continue;
      // CMS's list has strata of some measures that are sent with one rate; intake asks for them.
      if (measure.metric_type == "singlePerformanceRate" && !measure.strata.empty()) continue;
      SCOPED_TRACE(std::to_string(year) + " " + measure.id);
      const scoring::ScoreInput accepted = electronic_input(year, measure, numbers);
      SetInput input;
      input.accepted = &accepted;
      if (numbers.one_in(2)) input.entity = {EntityKind::kIndividual, test_npi(), ""};
      input.chosen = ledger::kAllSent;
      const BuiltSets built = build_sets(input).value();
      if (built.sets.empty()) continue;  // of pathways only, or no rates that have names
      const QrdaExport exported = export_qrda(built.sets, export_options()).value();
      if (exported.xml.empty()) continue;
      const auto got =
          parse(v1::RECORD_KIND_MEASURE_RESULT, intake::kFormatQrda, with_tin(exported.xml), year);
      ASSERT_EQ(got.rows.size(), 1U);
      ASSERT_TRUE(got.rows[0].has_measure_result()) << got.rows[0].DebugString();
      const Measurement& sent = built.sets[0].measurements[0];
      expect_same(got.rows[0].measure_result(), sent, built.sets[0]);
      ++compared;
      rates += strata_of(sent.value).size();
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(compared, 250U);
  EXPECT_GT(rates, compared);
}

}  // namespace
}  // namespace qcdr::submission
