#include "intake/qpp_parser.h"

#include <gtest/gtest.h>

#include "intake/identify.h"
#include "intake/testing_collector.h"
#include "rulebook/record_year.h"

namespace qcdr::intake {
namespace {

std::string quality(const std::string& measurements) {
  return R"({"category":"quality","submissionMethod":"registry","performanceStart":"2022-01-01",)"
         R"("performanceEnd":"2022-12-31","measurements":[)" +
         measurements + "]}";
}
const std::string kOneMeasure =
    R"({"measureId":"404","value":{"isEndToEndReported":false,"performanceMet":31,)"
    R"("performanceNotMet":6,"eligiblePopulationException":0,"eligiblePopulationExclusion":1,)"
    R"("eligiblePopulation":38}})";
const std::string kAttester =
    R"("attester":{"name":"Ann Abbott","signedAt":"2022-11-30","role":"PRACTICE_OFFICER"})";

std::string submission(const std::string& sets,
                       const std::string& who = R"("entityType":"group")") {
  return R"({"practiceId":1234,"submission":{)" + who +
         R"(,"taxpayerIdentificationNumber":"000456789","performanceYear":2022,)"
         R"("measurementSets":[)" +
         sets + "]}}";
}

TestingCollector read(v1::RecordKind kind, const std::string& bytes, std::size_t piece = 1 << 20) {
  TestingCollector got;
  ParserOptions options = testing_options();
  (void)testing_parse(kind, kFormatQppJson, bytes, piece, options, got);
  return got;
}

std::vector<FindingCode> codes(const v1::Row& row) {
  std::vector<FindingCode> codes;
  for (const v1::Verdict& verdict : row.verdicts()) {
    codes.push_back(static_cast<FindingCode>(verdict.code()));
  }
  return codes;
}

TEST(QppParserTest, IsRecognisedWithAllOfItsKinds) {
  const std::string ia =
      R"({"category":"ia","performanceStart":"2022-03-01","performanceEnd":"2022-08-31",)" +
      kAttester + R"(,"measurements":[{"measureId":"IA_PSPA_7","value":true}]})";
  const auto found = identify(submission(ia + "," + quality(kOneMeasure)));
  ASSERT_TRUE(found.is_ok()) << found.status().to_string();
  EXPECT_EQ(found.value().format, kFormatQppJson);
  EXPECT_EQ(found.value().practice, PracticeId(1234));
  EXPECT_EQ(found.value().year, PerformanceYear(2022));
  EXPECT_EQ(found.value().kind, v1::RECORD_KIND_ACTIVITY_ATTESTATION);
  EXPECT_EQ(found.value().further, std::vector<v1::RecordKind>{v1::RECORD_KIND_MEASURE_RESULT});
}

TEST(QppParserTest, ThePracticeIsTheSendersWhenItIsNotSaid) {
  std::string bare = submission(quality(kOneMeasure));
  bare.erase(bare.find("\"practiceId\":1234,"), 18);
  v1::Verdict why;
  EXPECT_FALSE(identify(bare, &why).is_ok());
  EXPECT_EQ(why.code(), code_number(FindingCode::PRACTICE_NOT_SAID));
  const auto found = identify(bare, nullptr, PracticeId(1234));
  ASSERT_TRUE(found.is_ok());
  EXPECT_EQ(found.value().practice, PracticeId(1234));
}

TEST(QppParserTest, AMeasurementIsAMeasureResult) {
  const TestingCollector got =
      read(v1::RECORD_KIND_MEASURE_RESULT, submission(quality(kOneMeasure)));
  ASSERT_EQ(got.rows.size(), 1U);
  EXPECT_TRUE(codes(got.rows[0]).empty());
  ASSERT_TRUE(got.rows[0].has_measure_result());
  const v1::MeasureResult& result = got.rows[0].measure_result();
  EXPECT_EQ(result.measure_id(), "404");
  EXPECT_EQ(result.npi(), 0U);
  EXPECT_EQ(result.collection_type(), "registry");
  ASSERT_EQ(result.strata_size(), 1);
  EXPECT_EQ(result.strata(0).eligible_population(), 37U);  // without the one that is excluded
  EXPECT_EQ(result.strata(0).performance_met(), 31U);
  EXPECT_EQ(got.rows[0].location().path(), "/submission/measurementSets/0/measurements/0");
}

TEST(QppParserTest, StrataAreRead) {
  const std::string strata =
      R"({"measureId":"AQI48","value":{"strata":[)"
      R"({"stratum":"surveyed","performanceMet":350,"performanceNotMet":90,"eligiblePopulation":440},)"
      R"({"stratum":"overall","performanceMet":57,"performanceNotMet":2,"eligiblePopulation":59}]}})";
  const TestingCollector got =
      read(v1::RECORD_KIND_MEASURE_RESULT,
           submission(quality(strata),
                      R"("entityType":"individual","nationalProviderIdentifier":"2000010019")"));
  ASSERT_EQ(got.rows.size(), 1U);
  ASSERT_TRUE(got.rows[0].has_measure_result()) << got.rows[0].DebugString();
  EXPECT_EQ(got.rows[0].measure_result().npi(), 2000010019U);
  EXPECT_EQ(got.rows[0].measure_result().strata_size(), 2);
}

TEST(QppParserTest, ActivitiesAndInteroperabilityNeedWhoAttests) {
  const std::string ia =
      R"({"category":"ia","performanceStart":"2022-03-01","performanceEnd":"2022-08-31",)"
      R"("measurements":[{"measureId":"IA_PSPA_7","value":true,"participants":)"
      R"({"performing":9,"totalInGroup":12}},{"measureId":"IA_BE_6","value":false}]})";
  const std::string pi =
      R"({"category":"pi","performanceStart":"2022-07-01","performanceEnd":"2022-12-01",)"
      R"("cehrtId":"0015C7EXAMPLE22","measurements":[{"measureId":"PI_PPHI_1","value":true},)"
      R"({"measureId":"PI_EP_1","value":{"numerator":49,"denominator":115}}]})";
  for (const bool signed_too : {false, true}) {
    std::string bytes = submission(ia + "," + pi);
    if (signed_too) bytes.insert(1, kAttester + ",");
    const TestingCollector activities = read(v1::RECORD_KIND_ACTIVITY_ATTESTATION, bytes);
    ASSERT_EQ(activities.rows.size(), 1U);  // what was not performed is no record
    EXPECT_EQ(activities.rows[0].has_activity_attestation(), signed_too)
        << activities.rows[0].DebugString();
    const TestingCollector reports = read(v1::RECORD_KIND_PROMOTING_INTEROPERABILITY, bytes);
    ASSERT_EQ(reports.rows.size(), 1U);
    EXPECT_EQ(reports.rows[0].has_promoting_interoperability(), signed_too)
        << reports.rows[0].DebugString();
    if (signed_too) {
      EXPECT_EQ(reports.rows[0].promoting_interoperability().measures_size(), 2);
    } else {
      EXPECT_EQ(codes(reports.rows[0]).front(), FindingCode::FIELD_MISSING);
    }
  }
}

TEST(QppParserTest, WhatIsNotTakenIsTold) {
  const auto first = [](const std::string& bytes) {
    const TestingCollector got = read(v1::RECORD_KIND_MEASURE_RESULT, bytes);
    return got.rows.empty() || got.rows[0].verdicts().empty() ? FindingCode{}
                                                              : codes(got.rows[0]).front();
  };
  EXPECT_EQ(first(submission(quality(kOneMeasure), R"("entityType":"virtualGroup")")),
            FindingCode::VALUE_NOT_IN_LIST);
  EXPECT_EQ(first(submission(quality(kOneMeasure), R"("entityType":"individual")")),
            FindingCode::FIELD_MISSING);
  std::string other = submission(quality(kOneMeasure));
  other.replace(other.find("\"registry\""), 10, "\"cmsWebInterface\"");
  EXPECT_EQ(first(other), FindingCode::VALUE_NOT_IN_LIST);
  std::string unknown = submission(quality(kOneMeasure));
  unknown.replace(unknown.find("\"quality\""), 9, "\"cost\"");
  EXPECT_EQ(first(unknown), FindingCode::VALUE_NOT_IN_LIST);
  EXPECT_EQ(first(submission(quality(R"({"measureId":"404","value":true})"))),
            FindingCode::VALUE_FORM);
}

TEST(QppParserTest, ManySubmissionsALineGiveTheSameHoweverTheyAreCut) {
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += submission(quality(kOneMeasure)) + "\n";
  for (const std::size_t piece : {1U, 7U, 4096U}) {
    const TestingCollector got = read(v1::RECORD_KIND_MEASURE_RESULT, lines, piece);
    EXPECT_EQ(got.rows.size(), 20U);
    EXPECT_EQ(got.facts(), 20U);
  }
}

TEST(QppParserTest, ACategoryThatComesLateRefusesTheFile) {
  std::string lines;
  while (lines.size() <= kQppHeadBytes) lines += submission(quality(kOneMeasure)) + "\n";
  const std::string ia =
      R"({"category":"ia","measurements":[{"measureId":"IA_PSPA_7","value":true}]})";
  const TestingCollector got = read(v1::RECORD_KIND_MEASURE_RESULT, lines + submission(ia));
  ASSERT_EQ(got.file.size(), 1U);
  EXPECT_EQ(got.file[0].code(), code_number(FindingCode::CATEGORY_COMES_LATE));
}

TEST(QppParserTest, ASubmissionHasALimit) {
  std::string measurements = kOneMeasure;
  while (measurements.size() < kMaxQppDocumentBytes) measurements += "," + kOneMeasure;
  const TestingCollector got =
      read(v1::RECORD_KIND_MEASURE_RESULT, submission(quality(measurements)));
  ASSERT_EQ(got.rows.size(), 1U);
  EXPECT_EQ(codes(got.rows[0]).front(), FindingCode::RECORD_TOO_LARGE);
}

// The limits of archives are those of every format.
TEST(QppParserTest, IsReadOutOfAnArchive) {
  EXPECT_TRUE(can_parse(v1::RECORD_KIND_MEASURE_RESULT, "gzip+qpp-json"));
  EXPECT_TRUE(can_parse(v1::RECORD_KIND_PROMOTING_INTEROPERABILITY, "zip+qpp-json"));
  EXPECT_FALSE(can_parse(v1::RECORD_KIND_ANESTHESIA_CASE, "qpp-json"));
}

}  // namespace
}  // namespace qcdr::intake
