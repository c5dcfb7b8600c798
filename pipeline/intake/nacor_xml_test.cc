// What becomes of the values of a NACOR file, and what its limits refuse.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/crypto.h"
#include "core/finding_codes.h"
#include "intake/testing_collector.h"

namespace qcdr::intake {
namespace {

std::string good_file() {
  std::ifstream stream("tests/data/intake/good.xml", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Status parse(const std::string& bytes, TestingCollector* got,
             const ParserOptions& options = testing_options()) {
  return testing_parse(v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, bytes, 1 << 20, options,
                       *got);
}

FindingCode only_file_finding(const TestingCollector& got) {
  EXPECT_EQ(got.file.size(), 1U);
  return got.file.empty() ? FindingCode{} : static_cast<FindingCode>(got.file[0].code());
}

std::vector<FindingCode> row_findings(const v1::Row& row) {
  std::vector<FindingCode> codes;
  for (const v1::Verdict& verdict : row.verdicts()) {
    codes.push_back(static_cast<FindingCode>(verdict.code()));
  }
  return codes;
}

using Codes = std::vector<FindingCode>;

TEST(NacorXml, KeepsWhatTheMeasuresNeed) {
  TestingCollector got;
  ASSERT_TRUE(parse(good_file(), &got).is_ok());
  ASSERT_EQ(got.rows.size(), 2U);
  const v1::AnesthesiaCase& first = got.rows[0].anesthesia_case();
  const TestingKeyRing keys;
  EXPECT_EQ(
      first.case_token(),
      make_case_token(keys.token_key(), PracticeId(1234), PerformanceYear(2022), "C-1").bytes());
  EXPECT_EQ(LocalDate::from_days(first.service_date()).to_string(), "2022-11-08");
  EXPECT_EQ(first.start_minute(), 7U * 60 + 32);
  EXPECT_EQ(first.anesthesia_minutes(), 109U);
  EXPECT_EQ(first.age_years(), 61U);
  EXPECT_EQ(first.asa_physical_status(), 2U);
  EXPECT_EQ(first.anesthesia_categories(), 1U);
  EXPECT_EQ(first.procedure_status(), 1U);
  ASSERT_EQ(first.staff_size(), 2);
  EXPECT_EQ(first.staff(0).npi(), 2000010019U);
  EXPECT_EQ(first.staff(0).clinician_type(), v1::CLINICIAN_TYPE_PHYSICIAN);
  EXPECT_EQ(first.staff(1).clinician_type(), v1::CLINICIAN_TYPE_CRNA);
  EXPECT_EQ(first.staff(0).tin(), first.staff(1).tin());
  EXPECT_EQ(got.last_four, std::vector<std::string>{"6789"});
  ASSERT_EQ(first.quality_codes_size(), 2);
  EXPECT_EQ(first.quality_codes(1), rulebook::pack_quality_code("G9771", ""));
  EXPECT_EQ(first.quality_measures(1), rulebook::pack_measure_id("PQRS424"));
  ASSERT_EQ(first.surgical_cpt_size(), 1);
  EXPECT_EQ(first.surgical_cpt(0), 47562U);
  EXPECT_EQ(first.anesthesia_cpt(0), 790U);
  EXPECT_EQ(LocalDate::from_days(static_cast<std::int32_t>(first.file_created() / 86'400)).month(),
            12);
}

TEST(NacorXml, ReadsSectionsInAnyOrder) {
  TestingCollector got;
  ASSERT_TRUE(parse(good_file(), &got).is_ok());
  const v1::AnesthesiaCase& second = got.rows[1].anesthesia_case();
  EXPECT_EQ(second.anesthesia_categories(), 2U + 4U);
  EXPECT_EQ(second.asa_physical_status(), 4U + 16U);
  EXPECT_EQ(second.procedure_status(), 3U);
  EXPECT_EQ(second.quality_codes_size(), 2);
  EXPECT_EQ(got.rows[1].location().path(), "/AnesthesiaRecords/AnesthesiaRecord[2]");
}

TEST(NacorXml, DropsWhatIdentifiesAPatient) {
  TestingCollector got;
  ASSERT_TRUE(parse(replaced(good_file(), "<DOB>", "<HomeZip>60173</HomeZip><DOB>"), &got).is_ok());
  for (const v1::Row& row : got.rows) {
    const std::string bytes = row.SerializeAsString();
    for (const char* word : {"P-17", "1961-04-02", "60173", "C-1", "000456789", "Commercial"}) {
      EXPECT_EQ(bytes.find(word), std::string::npos) << word;
    }
  }
}

TEST(NacorXml, TheLongestMethodAndTheFirstStartCount) {
  const std::string method =
      "<AnesthesiaMethod><AnesthesiaCategory>Neuraxial</AnesthesiaCategory>"
      "<AnesthesiaSubCategory>Spinal</AnesthesiaSubCategory>"
      "<AnesthesiaStartTime>2022-11-07T23:50:00</AnesthesiaStartTime>"
      "<AnesthesiaEndTime>2022-11-08T00:20:00</AnesthesiaEndTime></AnesthesiaMethod>";
  TestingCollector got;
  ASSERT_TRUE(
      parse(replaced(good_file(), "</AnesthesiaMethodSet>", method + "</AnesthesiaMethodSet>"),
            &got)
          .is_ok());
  const v1::AnesthesiaCase& first = got.rows[0].anesthesia_case();
  EXPECT_EQ(LocalDate::from_days(first.service_date()).to_string(), "2022-11-07");
  EXPECT_EQ(first.anesthesia_minutes(), 109U);
  EXPECT_EQ(first.anesthesia_categories(), 1U + 2U);
}

TEST(NacorXml, APersonListedTwiceIsOnePair) {
  const std::string again =
      "<AnesthesiaStaff><TaxID>000456789</TaxID><NPI>2000010019</NPI>"
      "<ProviderCredentials>Anesthesiologist</ProviderCredentials></AnesthesiaStaff>";
  TestingCollector got;
  ASSERT_TRUE(
      parse(replaced(good_file(), "</AnesthesiaStaffSet>", again + "</AnesthesiaStaffSet>"), &got)
          .is_ok());
  EXPECT_EQ(got.rows[0].anesthesia_case().staff_size(), 2);
}

TEST(NacorXml, ABadNpiLeavesTheOthersCredited) {
  TestingCollector got;
  ASSERT_TRUE(parse(replaced(good_file(), "2000010019", "2000010018"), &got).is_ok());
  EXPECT_EQ(row_findings(got.rows[0]), Codes{FindingCode::NPI_CHECK_DIGIT});
  const v1::AnesthesiaCase& first = got.rows[0].anesthesia_case();
  ASSERT_EQ(first.staff_size(), 2);
  EXPECT_EQ(first.staff(0).npi(), 0U);
  EXPECT_EQ(first.staff(1).npi(), 2000010035U);
}

TEST(NacorXml, TestIdentifiersNeedTestMode) {
  ParserOptions options = testing_options();
  options.test_mode = false;
  TestingCollector got;
  ASSERT_TRUE(parse(good_file(), &got, options).is_ok());
  EXPECT_EQ(got.facts(), 0U);
  EXPECT_EQ(row_findings(got.rows[0]),
            (Codes{FindingCode::TIN_TEST_NOT_ALLOWED, FindingCode::TIN_TEST_NOT_ALLOWED,
                   FindingCode::CASE_WITHOUT_VALID_STAFF}));
}

TEST(NacorXml, DoctypeIsRefusedWhereverItStands) {
  const std::string bytes =
      replaced(good_file(), "<AnesthesiaRecords>", "<!DOCTYPE x []><AnesthesiaRecords>");
  TestingCollector got;
  EXPECT_FALSE(parse(bytes, &got).is_ok());
  EXPECT_EQ(only_file_finding(got), FindingCode::XML_DOCTYPE_REFUSED);
  EXPECT_TRUE(got.rows.empty());
}

TEST(NacorXml, StreamBeyondTheLimitIsRefused) {
  ParserOptions options = testing_options();
  options.max_bytes = 3000;
  TestingCollector got;
  TestingKeyRing keys;
  auto parser = make_parser(v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, options, keys, got);
  const std::string bytes = good_file();
  std::size_t fed = 0;
  Status status;
  while (status.is_ok() && fed < bytes.size()) {
    status = parser.value()->feed(std::string_view(bytes).substr(fed, 100));
    fed += 100;
  }
  EXPECT_EQ(status.code(), ErrorCode::kLimitExceeded);
  EXPECT_LE(fed, 3100U);
  EXPECT_EQ(only_file_finding(got), FindingCode::FILE_TOO_LARGE);
  EXPECT_EQ(parser.value()->feed("x").code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(got.file.size(), 1U);
}

TEST(NacorXml, EndlessTagIsRefusedEarly) {
  TestingCollector got;
  TestingKeyRing keys;
  auto parser =
      make_parser(v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, testing_options(), keys, got);
  Status status = parser.value()->feed("<AnesthesiaRecords><!--");
  const std::string piece(100'000, 'x');
  std::size_t fed = 0;
  while (status.is_ok() && fed < (8U << 20)) {
    status = parser.value()->feed(piece);
    fed += piece.size();
  }
  EXPECT_EQ(only_file_finding(got), FindingCode::XML_TOKEN_TOO_LONG);
  EXPECT_LE(fed, kMaxXmlPendingBytes + 2 * piece.size());
}

// The cut never decides: a comment of the longest length passes, one byte more does not.
TEST(NacorXml, LongestTokenIsExact) {
  const std::string frame = "<!---->";
  for (const std::size_t piece : {std::size_t{997}, std::size_t{50'000}, std::size_t{1} << 20}) {
    for (const std::size_t more : {0U, 1U}) {
      const std::string comment =
          "<!--" + std::string(kMaxXmlTokenBytes + more - frame.size(), 'x') + "-->";
      const std::string bytes = replaced(good_file(), "<RecordHeader>", comment + "<RecordHeader>");
      TestingCollector got;
      const Status status = testing_parse(v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, bytes,
                                          piece, testing_options(), got);
      EXPECT_EQ(status.is_ok(), more == 0) << piece;
    }
  }
}

TEST(NacorXml, LongTextLosesItsRecordOnly) {
  const std::string notes(kMaxElementTextBytes + 1, 'n');
  TestingCollector got;
  ASSERT_TRUE(parse(replaced(good_file(), "<CPTSet>",
                             "<ProcedureNotes>" + notes + "</ProcedureNotes><CPTSet>"),
                    &got)
                  .is_ok());
  EXPECT_EQ(row_findings(got.rows[0]), Codes{FindingCode::TEXT_TOO_LONG});
  EXPECT_EQ(got.facts(), 1U);
  TestingCollector with_long_id;
  ASSERT_TRUE(
      parse(replaced(good_file(), ">C-1<", ">" + std::string(kMaxValueBytes + 1, 'i') + "<"),
            &with_long_id)
          .is_ok());
  EXPECT_EQ(row_findings(with_long_id.rows[0]), Codes{FindingCode::TEXT_TOO_LONG});
}

TEST(NacorXml, HugeRecordIsSetAside) {
  std::string many = "<IntraOp>";
  while (many.size() <= kMaxRecordBytes) many += "<x>0123456789012345678901234567890123</x>";
  TestingCollector got;
  ASSERT_TRUE(parse(replaced(good_file(), "<IntraOp/>", many + "</IntraOp>"), &got).is_ok());
  EXPECT_EQ(row_findings(got.rows[0]), Codes{FindingCode::RECORD_TOO_LARGE});
  EXPECT_EQ(got.facts(), 1U);
}

TEST(NacorXml, ItemsHaveLimits) {
  std::string staff, codes;
  for (std::size_t i = 0; i < kMaxStaffPerCase; ++i) {
    staff +=
        "<AnesthesiaStaff><TaxID>000456789</TaxID><NPI>2000010019</NPI>"
        "<ProviderCredentials>Anesthesiologist</ProviderCredentials></AnesthesiaStaff>";
  }
  for (std::size_t i = 0; i < kMaxCodesPerCase; ++i) {
    codes += "<QCDR><QCDRMeasure>PQRS424</QCDRMeasure><QCDRCodeValue>G9771</QCDRCodeValue></QCDR>";
  }
  TestingCollector got;
  std::string bytes =
      replaced(good_file(), "</AnesthesiaStaffSet>", staff + "</AnesthesiaStaffSet>");
  bytes = replaced(bytes, "</QCDRSet>", codes + "</QCDRSet>");
  ASSERT_TRUE(parse(bytes, &got).is_ok());
  EXPECT_EQ(row_findings(got.rows[0]),
            (Codes{FindingCode::TOO_MANY_ITEMS, FindingCode::TOO_MANY_ITEMS,
                   FindingCode::TOO_MANY_ITEMS, FindingCode::TOO_MANY_ITEMS}));
  EXPECT_EQ(got.facts(), 1U);
}

TEST(NacorXml, VerdictsPerRowHaveALimit) {
  std::string codes;
  for (int i = 0; i < 60; ++i) {
    codes += "<QCDR><QCDRMeasure>PQRS424</QCDRMeasure><QCDRCodeValue>G0000</QCDRCodeValue></QCDR>";
  }
  TestingCollector got;
  ASSERT_TRUE(parse(replaced(good_file(), "</QCDRSet>", codes + "</QCDRSet>"), &got).is_ok());
  EXPECT_EQ(static_cast<std::size_t>(got.rows[0].verdicts_size()), kMaxRowVerdicts);
}

TEST(NacorXml, RecordsHaveALimit) {
  ParserOptions options = testing_options();
  options.max_records = 1;
  TestingCollector got;
  EXPECT_EQ(parse(good_file(), &got, options).code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(only_file_finding(got), FindingCode::TOO_MANY_RECORDS);
}

TEST(NacorXml, VersionOfAnotherYearIsNotThisUploads) {
  ParserOptions options = testing_options();
  options.year = PerformanceYear(2021);
  TestingCollector got;
  EXPECT_FALSE(parse(good_file(), &got, options).is_ok());
  EXPECT_EQ(only_file_finding(got), FindingCode::YEAR_MISMATCH);
}

TEST(NacorXml, UnknownYearOfTheRulebookJudgesNoCodes) {
  ParserOptions options = testing_options();
  options.rules = nullptr;
  TestingCollector got;
  ASSERT_TRUE(parse(replaced(good_file(), "G9771", "G0000"), &got, options).is_ok());
  EXPECT_TRUE(row_findings(got.rows[0]).empty());
}

class RefusingSink final : public RowSink {
 public:
  Status row(v1::Row, const TinTable&) override {
    ++rows;
    return Status(ErrorCode::kIo, "disk is full");
  }
  void file_finding(v1::Verdict) override { ++findings; }
  int rows = 0;
  int findings = 0;
};

TEST(NacorXml, StatusOfTheSinkStopsTheParse) {
  RefusingSink sink;
  const Status status = testing_parse(v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, good_file(),
                                      1 << 20, testing_options(), sink);
  EXPECT_EQ(status.code(), ErrorCode::kIo);
  EXPECT_EQ(sink.rows, 1);
  EXPECT_EQ(sink.findings, 0);
}

}  // namespace
}  // namespace qcdr::intake
