#include "intake/qrda_parser.h"

#include <gtest/gtest.h>

#include <array>

#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/testing_collector.h"
#include "rulebook/ecqm_measures.h"

namespace qcdr::intake {
namespace {

// Measure 001 of 2022 and its populations, as CMS's list has them.
constexpr std::string_view kMeasure = "2c928082-74c2-3313-0174-c60bd07b02a6";
const rulebook::EcqmRate& rate() {
  return *rulebook::find_ecqm(PerformanceYear(2022), kMeasure).front();
}

std::string aggregate(const std::string& count) {
  return "<entryRelationship><observation><code code=\"MSRAGG\"/><value value=\"" + count +
         "\"/></observation></entryRelationship>";
}

// Counts by sex stand in the population, with aggregate counts of their own.
std::string population(const std::string& type, std::string_view guid, const std::string& counts) {
  return "<component><observation><code code=\"ASSERTION\"/><value code=\"" + type + "\"/>" +
         counts + "<entryRelationship><observation><code code=\"76689-9\"/>" + aggregate("3") +
         "</observation></entryRelationship><reference><externalObservation><id root=\"" +
         std::string(guid) + "\"/></externalObservation></reference></observation></component>";
}

std::string counted(const std::string& type, std::string_view guid, int count) {
  return population(type, guid, aggregate(std::to_string(count)));
}

std::string measure(const std::string& inside, std::string_view guid = kMeasure) {
  return "<component><section><entry><organizer><templateId "
         "root=\"2.16.840.1.113883.10.20.27.3.1\"/><reference><externalDocument><id "
         "root=\"2.16.840.1.113883.4.738\" extension=\"" +
         std::string(guid) + "\"/></externalDocument></reference>" + inside +
         "</organizer></entry></section></component>";
}

std::string good_counts() {
  return counted("IPOP", rate().initial_population, 120) +
         counted("DENOM", rate().denominator, 100) + counted("DENEX", rate().exclusion, 10) +
         counted("NUMER", rate().numerator, 30);
}

std::string document(const std::string& body, const std::string& program = "MIPS_GROUP") {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\">"
         "<templateId root=\"2.16.840.1.113883.10.20.27.1.1\" extension=\"2020-12-01\"/>"
         "<custodian><id root=\"" +
         std::string(kPracticeRoot) +
         "\" extension=\"1234\"/></custodian><informationRecipient><intendedRecipient><id "
         "root=\"2.16.840.1.113883.3.249.7\" extension=\"" +
         program +
         "\"/></intendedRecipient></informationRecipient><documentationOf><serviceEvent>"
         "<effectiveTime><low value=\"20220101\"/><high value=\"20221231\"/></effectiveTime>"
         "<performer><assignedEntity><id root=\"2.16.840.1.113883.4.6\" extension=\"2000010019\"/>"
         "<representedOrganization><id root=\"2.16.840.1.113883.4.2\" extension=\"000456789\"/>"
         "</representedOrganization></assignedEntity></performer></serviceEvent></documentationOf>"
         "<component><structuredBody>" +
         body + "</structuredBody></component></ClinicalDocument>";
}

TestingCollector read(const std::string& bytes, std::size_t piece = 1 << 20) {
  TestingCollector got;
  (void)testing_parse(v1::RECORD_KIND_MEASURE_RESULT, kFormatQrda, bytes, piece, testing_options(),
                      got);
  return got;
}

FindingCode row_code(const TestingCollector& got) {
  if (got.rows.empty() || got.rows[0].verdicts().empty()) return FindingCode{};
  return static_cast<FindingCode>(got.rows[0].verdicts(0).code());
}

FindingCode file_code(const TestingCollector& got) {
  return got.file.empty() ? FindingCode{} : static_cast<FindingCode>(got.file[0].code());
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

TEST(QrdaParserTest, IsRecognised) {
  const auto found = identify(document(measure(good_counts())));
  ASSERT_TRUE(found.is_ok()) << found.status().to_string();
  EXPECT_EQ(found.value().kind, v1::RECORD_KIND_MEASURE_RESULT);
  EXPECT_EQ(found.value().format, kFormatQrda);
  EXPECT_EQ(found.value().practice, PracticeId(1234));
  EXPECT_EQ(found.value().year, PerformanceYear(2022));
}

TEST(QrdaParserTest, AMeasureOfTheGroupIsAMeasureResult) {
  for (const std::size_t piece : {1U, 61U, 1U << 20}) {
    const TestingCollector got = read(document(measure(good_counts())), piece);
    ASSERT_EQ(got.rows.size(), 1U) << render(got.file.empty() ? v1::Verdict() : got.file[0]);
    ASSERT_TRUE(got.rows[0].has_measure_result()) << got.rows[0].DebugString();
    const v1::MeasureResult& result = got.rows[0].measure_result();
    EXPECT_EQ(result.measure_id(), "001");
    EXPECT_EQ(result.npi(), 0U);
    EXPECT_EQ(result.collection_type(), "ehr");
    ASSERT_EQ(result.strata_size(), 1);
    EXPECT_EQ(result.strata(0).eligible_population(), 90U);
    EXPECT_EQ(result.strata(0).performance_met(), 30U);
    EXPECT_EQ(result.strata(0).performance_not_met(), 60U);
  }
}

TEST(QrdaParserTest, OfOneClinicianItHasTheNpi) {
  const TestingCollector got = read(document(measure(good_counts()), "MIPS_INDIV"));
  ASSERT_EQ(got.rows.size(), 1U);
  ASSERT_TRUE(got.rows[0].has_measure_result());
  EXPECT_EQ(got.rows[0].measure_result().npi(), 2000010019U);
}

TEST(QrdaParserTest, TheHeaderIsChecked) {
  const std::string good = document(measure(good_counts()));
  const auto code = [](const std::string& bytes) { return file_code(read(bytes)); };
  EXPECT_EQ(code(replaced(good, "10.20.27.1.1", "10.20.24.1.1")),
            FindingCode::QRDA_NOT_CATEGORY_THREE);
  EXPECT_EQ(code(document("", "MIPS_APMENTITY")), FindingCode::QRDA_PROGRAM);
  EXPECT_EQ(code(replaced(good, "113883.4.2\"", "113883.4.99\"")), FindingCode::QRDA_ENTITY);
  EXPECT_EQ(code(replaced(good, "<low value=\"20220101\"/>", "")), FindingCode::QRDA_PERIOD);
  EXPECT_EQ(code(replaced(good, "<low value=\"2022", "<low value=\"2021")),
            FindingCode::YEAR_MISMATCH);
  const auto with_parameters = [&](const std::string& year) {
    return document(measure(good_counts()) +
                    "<act><templateId root=\"2.16.840.1.113883.10.20.17.3.8\"/><effectiveTime><low "
                    "value=\"" +
                    year + "0101\"/></effectiveTime></act>");
  };
  EXPECT_EQ(code(with_parameters("2021")), FindingCode::YEAR_MISMATCH);
  // The service event is often left as it was; the reporting parameters count.
  const std::string stale =
      replaced(with_parameters("2022"), "<low value=\"2022", "<low value=\"2017");
  EXPECT_EQ(identify(stale).value().year, PerformanceYear(2022));
  EXPECT_EQ(read(stale).facts(), 1U);
  EXPECT_EQ(code(replaced(good, "extension=\"1234\"", "extension=\"4321\"")),
            FindingCode::PRACTICE_MISMATCH);
  EXPECT_EQ(code(document("")), FindingCode::NO_RECORDS);
  v1::Verdict why;
  const std::string nobodys = replaced(good, std::string(kPracticeRoot), "1.2.3");
  EXPECT_FALSE(identify(nobodys, &why).is_ok());
  EXPECT_EQ(why.code(), code_number(FindingCode::PRACTICE_NOT_SAID));
  EXPECT_TRUE(identify(nobodys, nullptr, PracticeId(1234)).is_ok());
}

TEST(QrdaParserTest, AMeasureIsChecked) {
  const auto code = [](const std::string& body) { return row_code(read(document(body))); };
  const std::string guid(rate().denominator);
  EXPECT_EQ(code(measure(good_counts(), "00000000-0000-0000-0000-000000000000")),
            FindingCode::ECQM_UNKNOWN);
  EXPECT_EQ(code(measure(counted("NUMER", rate().numerator, 30))),
            FindingCode::ECQM_POPULATION_MISSING);
  EXPECT_EQ(code(measure(population("DENOM", guid, aggregate("100") + aggregate("100")) +
                         counted("NUMER", rate().numerator, 30))),
            FindingCode::ECQM_COUNT);
  EXPECT_EQ(code(measure(population("DENOM", guid, aggregate("99.5")) +
                         counted("NUMER", rate().numerator, 30))),
            FindingCode::ECQM_COUNT);
  EXPECT_EQ(code(measure(counted("IPOP", rate().initial_population, 90) +
                         counted("DENOM", guid, 100) + counted("NUMER", rate().numerator, 30))),
            FindingCode::COUNTS_DISAGREE);
  EXPECT_EQ(code(measure(counted("DENOM", guid, 100) + counted("NUMER", rate().numerator, 101))),
            FindingCode::COUNTS_DISAGREE);
  const TestingCollector twice = read(document(measure(good_counts()) + measure(good_counts())));
  ASSERT_EQ(twice.rows.size(), 2U);
  EXPECT_EQ(twice.rows[1].verdicts(0).code(), code_number(FindingCode::ECQM_REPEATED));
  const TestingCollector percent =
      read(document(measure(
          good_counts() + "<component><observation><code code=\"72510-1\"/><value value=\"75.0\"/>"
                          "</observation></component>")));
  EXPECT_EQ(row_code(percent), FindingCode::ECQM_RATE);
  EXPECT_TRUE(percent.rows[0].has_measure_result());
}

// Every year that has electronic measures has them by GUIDs that name one rate each.
TEST(QrdaParserTest, TheListOfMeasuresIsOfOnePiece) {
  EXPECT_FALSE(rulebook::find_ecqm(PerformanceYear(2022), rulebook::in_capitals(kMeasure)).empty());
  EXPECT_TRUE(rulebook::find_ecqm(PerformanceYear(2016), kMeasure).empty());
  EXPECT_EQ(rate().measure_id, "001");
  EXPECT_EQ(rate().stratum, "");
}

TEST(QrdaParserTest, NoDocumentTypeAndNoDepth) {
  const std::string good = document(measure(good_counts()));
  EXPECT_EQ(file_code(read(replaced(good, "<ClinicalDocument", "<!DOCTYPE a><ClinicalDocument"))),
            FindingCode::XML_DOCTYPE_REFUSED);
  std::string deep;
  for (int i = 0; i < kMaxXmlDepth; ++i) deep += "<a>";
  EXPECT_EQ(file_code(read(replaced(good, "<custodian>", "<custodian>" + deep))),
            FindingCode::XML_TOO_DEEP);
}

}  // namespace
}  // namespace qcdr::intake
