#include "intake/source_row.h"

#include <gtest/gtest.h>

#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/record_documents.h"
#include "intake/record_table.h"
#include "intake/testing_collector.h"

namespace qcdr::intake {
namespace {

// Keeps each record as it came, as a line of CSV without quotation marks.
class Sources final : public RowSink {
 public:
  Status row(v1::Row row, const TinTable&) override {
    facts += row.fact_case() != v1::Row::FACT_NOT_SET;
    ++rows;
    return Status::ok();
  }
  void file_finding(v1::Verdict verdict) override { file.push_back(std::move(verdict)); }
  bool wants_source() const override { return true; }
  void source(SourceRow row) override {
    columns.assign(row.columns.begin(), row.columns.end());
    cells.push_back(std::move(row.cells));
  }

  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> cells;
  std::vector<v1::Verdict> file;
  std::size_t rows = 0;
  std::size_t facts = 0;
};

std::string quoted(const std::string& cell) {
  std::string text = "\"";
  for (const char c : cell) text.append(c == '"' ? "\"\"" : std::string(1, c));
  return text + "\"";
}

std::string csv_of(const Sources& sources) {
  std::string text =
      std::string(kCodeColumn) + "," + std::string(kMessageColumn) + "," + std::string(kHintColumn);
  for (const std::string& column : sources.columns) text += "," + column;
  text += "\n";
  for (const auto& cells : sources.cells) {
    text += "QCDR-SCH-0005,\"Correct it, please\",";
    for (const std::string& cell : cells) text += "," + quoted(cell);
    text += "\n";
  }
  return text;
}

Sources read(const std::string& bytes) {
  Sources sources;
  TestingKeyRing keys;
  const auto identified = identify(bytes);
  EXPECT_TRUE(identified.is_ok()) << identified.status().to_string();
  if (!identified.is_ok()) return sources;
  ParserOptions options = testing_options();
  options.practice = identified.value().practice;
  options.year = identified.value().year;
  auto parser =
      make_parser(identified.value().kind, identified.value().format, options, keys, sources);
  EXPECT_TRUE(parser.is_ok());
  EXPECT_TRUE(parser.value()->feed(bytes).is_ok());
  EXPECT_TRUE(parser.value()->finish().is_ok());
  return sources;
}

std::string as_ndjson(const std::string& document) {
  std::string line = document;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line + "\n";
}

// Every kind reads in all three forms, and what came in each can be sent again as a CSV file with
// the columns of ours, about which nothing is said.
TEST(SourceRowTest, EveryKindReadsInThreeFormsAndComesBackAsCsv) {
  for (const RecordTable* table : record_tables()) {
    const std::string json = json_template(*table);
    const std::size_t records = json.find("\"records\"");
    ASSERT_NE(records, std::string::npos);
    const std::size_t begin = json.find('[', records) + 1;
    const std::string head = json.substr(0, records);
    const std::string line_of_head = head.substr(0, head.rfind(',')) + "}";
    const std::string record = json.substr(begin, json.rfind(']') - begin);
    const std::vector<std::pair<const char*, std::string>> forms = {
        {"CSV", csv_template(*table)},
        {"JSON", json},
        {"NDJSON", as_ndjson(line_of_head) + as_ndjson(record)},
    };
    for (const auto& [name, bytes] : forms) {
      SCOPED_TRACE(std::string(table->name) + " as " + name);
      const Sources first = read(bytes);
      EXPECT_EQ(first.rows, 1U);
      EXPECT_EQ(first.facts, 1U);
      EXPECT_TRUE(first.file.empty());
      const Sources again = read(csv_of(first));
      EXPECT_EQ(again.rows, 1U);
      EXPECT_EQ(again.facts, 1U);
      for (const v1::Verdict& verdict : again.file) ADD_FAILURE() << render(verdict);
    }
  }
}

// What is wrong stays as it came, also where a row has more or fewer fields.
TEST(SourceRowTest, ARowOfCsvComesBackAsItCame) {
  const Sources sources = read(
      "practice_id,performance_year,tin,npi,action,signer_name,signed_at,document_sha256\n"
      "1234,2022, 00045678X ,2000010019,GRANT,Ann Abbott,2022-05-01,\n"
      "1234,2022,000456789\n"
      "1234,2022,000456789,2000010019,GRANT,Ann Abbott,2022-05-01,,more\n");
  ASSERT_EQ(sources.cells.size(), 3U);
  EXPECT_EQ(sources.cells[0][2], " 00045678X ");
  EXPECT_EQ(sources.cells[1].size(), 3U);
  EXPECT_EQ(sources.cells[2].back(), "more");
}

}  // namespace
}  // namespace qcdr::intake
