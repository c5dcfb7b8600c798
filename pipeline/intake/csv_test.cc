// The CSV reader by itself, and the facts that come of good rows.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "intake/csv_reader.h"
#include "intake/limits.h"
#include "intake/testing_collector.h"

namespace qcdr::intake {
namespace {

class Rows final : public CsvHandler {
 public:
  Status csv_row(const CsvRow& row) override {
    std::string text = std::to_string(row.place.line) + ":";
    for (const CsvField& field : row.fields) {
      text += "[" + std::string(field.value) + "]@" + std::to_string(field.place.column);
    }
    for (const CsvFault& fault : row.faults) {
      text += "!" + std::string(describe(fault.complaint.code).identifier) + "@" +
              std::to_string(fault.place.column);
    }
    if (row.field_count != row.fields.size()) text += "#" + std::to_string(row.field_count);
    rows.push_back(text);
    return Status::ok();
  }
  std::vector<std::string> rows;
};

std::vector<std::string> read(std::string_view bytes, std::size_t piece = 1 << 20) {
  Rows rows;
  CsvReader reader(rows);
  while (!bytes.empty()) {
    EXPECT_TRUE(reader.feed(bytes.substr(0, piece)).is_ok());
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  std::optional<Place> unterminated;
  EXPECT_TRUE(reader.finish(&unterminated).is_ok());
  if (unterminated.has_value()) {
    rows.rows.push_back("open " + std::to_string(unterminated->line) + ":" +
                        std::to_string(unterminated->column));
  }
  return rows.rows;
}

using Lines = std::vector<std::string>;

TEST(CsvReader, ReadsFieldsWithTheirPlaces) {
  EXPECT_EQ(read("a,bc\n,d\n"), (Lines{"1:[a]@1[bc]@3", "2:[]@1[d]@2"}));
  EXPECT_EQ(read("a,b"), (Lines{"1:[a]@1[b]@3"}));
  EXPECT_EQ(read("a\r\nb\rc\n"), (Lines{"1:[a]@1", "2:[b]@1", "3:[c]@1"}));
}

TEST(CsvReader, ReadsQuotes) {
  EXPECT_EQ(read("\"a,\"\"b\"\"\",c\n"), (Lines{"1:[a,\"b\"]@1[c]@11"}));
  EXPECT_EQ(read("\"a\r\nb\",c\r\nd\n"), (Lines{"1:[a\r\nb]@1[c]@4", "3:[d]@1"}));
  EXPECT_EQ(read("x,\"a\nb"), (Lines{"open 1:3"}));
  EXPECT_EQ(read("a\"b\n"), (Lines{"1:[a\"b]@1!CSV_QUOTE_MISPLACED@2"}));
  EXPECT_EQ(read("\"a\"b\n"), (Lines{"1:[ab]@1!CSV_QUOTE_MISPLACED@4"}));
  // Over several lines it is told where it opened: there is the mark that has no fellow.
  EXPECT_EQ(read("x,\"a\nb,c\nd\"e,f\n"),
            (Lines{"1:[x]@1[a\nb,c\nde]@3[f]@5!CSV_QUOTE_MISPLACED@3"}));
}

TEST(CsvReader, PassesOverEmptyRowsAndTheByteOrderMark) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a\n\n\r\n,,\n\"\"\nb\n"),
            (Lines{"1:[a]@1", "6:[b]@1"}));
  // Not a mark, but a letter that begins like one.
  EXPECT_EQ(read("\xEF\xBB\xAA,b\n"), (Lines{"1:[\xEF\xBB\xAA]@1[b]@5"}));
  EXPECT_EQ(read("\xEF"), (Lines{"1:[\xEF]@1!CSV_INVALID_UTF8@2"}));
}

TEST(CsvReader, NamesBytesThatAreNoText) {
  EXPECT_EQ(read(std::string_view("a\0b,c\n", 6)),
            (Lines{std::string("1:[a") + '\0' + "b]@1[c]@5!CSV_NUL_BYTE@2"}));
  EXPECT_EQ(read("\xC3\xA9,\xC3,x\n"), (Lines{"1:[\xC3\xA9]@1[\xC3]@4[x]@6!CSV_INVALID_UTF8@5"}));
  EXPECT_EQ(read("\"\xED\xA0\x80\"\n").size(), 1U);
}

TEST(CsvReader, CutsWhatIsTooLong) {
  const std::string field(kMaxCsvFieldBytes, 'x');
  EXPECT_EQ(read(field + "\n")[0].find('!'), std::string::npos);
  EXPECT_NE(read(field + "y\n")[0].find("TEXT_TOO_LONG"), std::string::npos);
  std::string row;
  for (int i = 0; i < 9; ++i) row += field + ",";
  const Lines lines = read(row + "\nb\n");
  EXPECT_NE(lines[0].find("RECORD_TOO_LARGE"), std::string::npos);
  EXPECT_LT(lines[0].size(), kMaxCsvRowBytes + 1000);
  EXPECT_EQ(lines[1], "2:[b]@1");
  std::string wide;
  for (std::size_t i = 0; i < kMaxCsvColumns + 5; ++i) wide += "x,";
  EXPECT_NE(read(wide + "x\n")[0].find("#70"), std::string::npos);
}

// The cut of the stream never shows.
TEST(CsvReader, SameRowsForEveryCut) {
  std::mt19937 random(7);
  const std::string letters = "ab,\"\r\n\xC3\xA9\xEF\xBB\xBF";
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes.push_back(letters[random() % letters.size()]);
    const Lines whole = read(bytes);
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 17U}) EXPECT_EQ(read(bytes, piece), whole);
  }
}

std::string sample(const std::string& name) {
  std::ifstream stream("tests/data/intake/" + name, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

TEST(CsvParser, ReadsARoster) {
  TestingCollector got;
  ASSERT_TRUE(testing_parse(v1::RECORD_KIND_ROSTER_ENTRY, kFormatCsv, sample("roster-good.csv"),
                            1 << 20, testing_options(), got)
                  .is_ok());
  ASSERT_EQ(got.rows.size(), 3U);
  const v1::RosterEntry& first = got.rows[0].roster_entry();
  EXPECT_EQ(first.npi(), 2000010019U);
  EXPECT_EQ(first.last_name(), "Abbott");
  EXPECT_EQ(first.clinician_type(), v1::CLINICIAN_TYPE_PHYSICIAN);
  EXPECT_EQ(LocalDate::from_days(first.start_date()).to_string(), "2015-07-01");
  EXPECT_EQ(first.end_date(), 0);
  EXPECT_EQ(got.rows[1].roster_entry().last_name(), "Bauer, \"Ben\"\r\nJr.");
  EXPECT_EQ(got.rows[2].location().line(), 5U);
  EXPECT_EQ(got.rows[2].roster_entry().first_name(), "C\xC3\xB3ra");
  EXPECT_EQ(got.last_four, std::vector<std::string>{"6789"});
}

TEST(CsvParser, ReadsConsents) {
  TestingCollector got;
  ASSERT_TRUE(testing_parse(v1::RECORD_KIND_INDIVIDUAL_CONSENT, kFormatCsv, sample("consents.csv"),
                            1 << 20, testing_options(), got)
                  .is_ok());
  const v1::IndividualConsent& first = got.rows[0].individual_consent();
  EXPECT_EQ(first.action(), v1::CONSENT_ACTION_GRANT);
  EXPECT_EQ(first.signer_name(), "Ann Abbott");
  EXPECT_EQ(Instant::from_milliseconds(first.signed_at()).to_string(), "2022-12-01T18:00:00.000Z");
  EXPECT_EQ(first.document_sha256().size(), 32U);
  EXPECT_EQ(first.document_sha256()[0], '\xa7');
  const v1::IndividualConsent& second = got.rows[1].individual_consent();
  EXPECT_EQ(second.action(), v1::CONSENT_ACTION_REVOKE);
  EXPECT_EQ(Instant::from_milliseconds(second.signed_at()).to_string(), "2022-12-01T06:00:00.000Z");
}

TEST(CsvParser, ReadsReportingOptions) {
  TestingCollector got;
  ASSERT_TRUE(testing_parse(v1::RECORD_KIND_REPORTING_OPTION, kFormatCsv,
                            sample("reporting-options.csv"), 1 << 20, testing_options(), got)
                  .is_ok());
  EXPECT_EQ(got.rows[0].reporting_option().level(), v1::REPORTING_LEVEL_GROUP);
  EXPECT_EQ(got.rows[0].reporting_option().pathway(), v1::PATHWAY_TRADITIONAL);
  EXPECT_EQ(got.rows[1].reporting_option().level(), v1::REPORTING_LEVEL_BOTH);
  EXPECT_EQ(got.rows[1].reporting_option().pathway(), v1::PATHWAY_APP);
  EXPECT_EQ(got.rows[1].reporting_option().elected_by(), "Olga Officer");
}

TEST(CsvParser, StreamBeyondTheLimitIsRefused) {
  ParserOptions options = testing_options();
  options.max_bytes = 300;
  TestingCollector got;
  const Status status = testing_parse(v1::RECORD_KIND_ROSTER_ENTRY, kFormatCsv,
                                      sample("roster-bad-rows.csv"), 50, options, got);
  EXPECT_EQ(status.code(), ErrorCode::kLimitExceeded);
  ASSERT_EQ(got.file.size(), 1U);
  EXPECT_EQ(got.file[0].code(), code_number(FindingCode::FILE_TOO_LARGE));
}

TEST(CsvParser, RowsHaveALimit) {
  ParserOptions options = testing_options();
  options.max_records = 2;
  TestingCollector got;
  EXPECT_EQ(testing_parse(v1::RECORD_KIND_ROSTER_ENTRY, kFormatCsv, sample("roster-good.csv"),
                          1 << 20, options, got)
                .code(),
            ErrorCode::kLimitExceeded);
}

TEST(CsvParser, PeriodsOfAPairMayFollowEachOther) {
  const std::string bytes =
      "practice_id,performance_year,tin,npi,last_name,first_name,credential,start_date,end_date\n"
      "1234,2022,000456789,2000010019,A,B,Anesthesiologist,2022-01-01,2022-03-31\n"
      "1234,2022,000456789,2000010019,A,B,Anesthesiologist,2022-04-01,\n"
      "1234,2022,000456789,2000010019,A,B,Anesthesiologist,2022-12-01,\n";
  TestingCollector got;
  ASSERT_TRUE(testing_parse(v1::RECORD_KIND_ROSTER_ENTRY, kFormatCsv, bytes, 1 << 20,
                            testing_options(), got)
                  .is_ok());
  EXPECT_EQ(got.rows[1].verdicts_size(), 0);
  ASSERT_EQ(got.rows[2].verdicts_size(), 1);
  EXPECT_EQ(got.rows[2].verdicts(0).code(), code_number(FindingCode::ROSTER_PAIR_REPEATED));
  EXPECT_EQ(got.rows[2].verdicts(0).parameters(0), "3");
}

}  // namespace
}  // namespace qcdr::intake
