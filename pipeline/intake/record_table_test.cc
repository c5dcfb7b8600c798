// The table of records, and that documents and templates are in step with it.
#include "intake/record_table.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "intake/csv_header.h"
#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/record_documents.h"
#include "intake/testing_collector.h"

namespace qcdr::intake {
namespace {

const std::string kFolder = "docs/records/";

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

// With QCDR_UPDATE_RECORDS set the file is written anew.
void expect_document(const std::string& path, const std::string& text) {
  if (std::getenv("QCDR_UPDATE_RECORDS") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_EQ(read_file(path), text) << path;
}

TEST(RecordTable, HasEveryKindOfTheWireContractOnce) {
  std::set<int> kinds;
  for (const RecordTable* table : record_tables()) {
    EXPECT_TRUE(kinds.insert(table->kind).second) << table->name;
    EXPECT_EQ(find_table(table->kind), table);
    EXPECT_EQ(find_table(table->name), table);
  }
  const auto* all = v1::RecordKind_descriptor();
  EXPECT_EQ(static_cast<int>(kinds.size()), all->value_count() - 1);
  EXPECT_EQ(find_table("unspecified"), nullptr);
  EXPECT_EQ(find_table(""), nullptr);
}

TEST(RecordTable, NamesOfOtherSpellings) {
  EXPECT_EQ(kind_from_name("IA_ATTESTATION"), v1::RECORD_KIND_ACTIVITY_ATTESTATION);
  EXPECT_EQ(kind_from_name("TINNPI_SIGNOFF"), v1::RECORD_KIND_RECONCILIATION_SIGN_OFF);
  EXPECT_EQ(kind_from_name("CMS_OPT_OUT"), v1::RECORD_KIND_OPT_OUT);
  EXPECT_EQ(kind_from_name("individualConsent"), v1::RECORD_KIND_INDIVIDUAL_CONSENT);
  EXPECT_EQ(json_name("document_sha256"), "documentSha256");
}

TEST(RecordTable, FieldsHaveDistinctNamesMeaningsAndExamples) {
  for (const RecordTable* table : record_tables()) {
    std::set<std::string_view> names;
    for (const RecordField& field : fields_of(*table)) {
      EXPECT_TRUE(names.insert(field.name).second) << table->name << " " << field.name;
      EXPECT_FALSE(field.meaning.empty()) << table->name << " " << field.name;
      const bool needed = field.need == Need::kValue;
      EXPECT_TRUE(!needed || !field.example.empty()) << table->name << " " << field.name;
    }
  }
}

// A header with only the columns that are needed names its kind, and so does one with all.
TEST(RecordTable, HeadersTellKindsApart) {
  for (const RecordTable* table : record_tables()) {
    HeaderNames needed, all;
    for (const RecordField& field : fields_of(*table)) {
      all.emplace_back(field.name);
      if (field.need != Need::kOptional) needed.emplace_back(field.name);
    }
    ASSERT_NE(kind_of_header(needed), nullptr) << table->name;
    EXPECT_EQ(kind_of_header(needed)->name, table->name);
    EXPECT_EQ(kind_of_header(all)->name, table->name);
  }
}

TEST(RecordDocuments, PagesAndTemplatesShowTheTable) {
  expect_document(kFolder + "README.md", dictionary_index());
  std::set<std::string> files{"README.md"};
  for (const RecordTable* table : record_tables()) {
    const std::string name(table->name);
    expect_document(kFolder + name + ".md", dictionary_page(*table));
    expect_document(kFolder + "templates/" + name + ".csv", csv_template(*table));
    expect_document(kFolder + "templates/" + name + ".json", json_template(*table));
    files.insert(name + ".md");
  }
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(entry.is_directory() || files.count(name) == 1) << name;
  }
}

ParserOptions late_options() {
  ParserOptions options = testing_options();
  options.received_at = Instant::parse("2023-12-05T12:00:00Z").value();
  return options;
}

// Every template is taken without a finding, and CSV and JSON give the same fact.
TEST(RecordDocuments, TemplatesParseWithoutFinding) {
  for (const RecordTable* table : record_tables()) {
    std::string facts;
    for (const std::string extension : {"csv", "json"}) {
      const std::string path = kFolder + "templates/" + std::string(table->name) + "." + extension;
      const std::string bytes = read_file(path);
      v1::Verdict why;
      const Result<Identified> identified = identify(bytes, &why);
      ASSERT_TRUE(identified.is_ok()) << path << " " << render(why);
      EXPECT_EQ(identified.value().kind, table->kind) << path;
      EXPECT_EQ(identified.value().format, extension);
      TestingCollector got;
      const Status status =
          testing_parse(table->kind, extension, bytes, 1 << 20, late_options(), got);
      ASSERT_TRUE(status.is_ok()) << path << status.to_string();
      EXPECT_TRUE(got.file.empty()) << path << " " << render(got.file[0]);
      ASSERT_EQ(got.rows.size(), 1U) << path;
      v1::Row row = got.rows[0];
      EXPECT_EQ(row.verdicts_size(), 0) << path << " " << render(row.verdicts(0));
      EXPECT_EQ(got.facts(), 1U) << path;
      row.clear_location();
      if (facts.empty()) facts = row.DebugString();
      EXPECT_EQ(row.DebugString(), facts) << path;
    }
  }
}

// A field that a table names and nobody reads would be lost without a word: with a value in every
// field, every target of the message is set.
TEST(RecordDocuments, EveryFieldOfATemplateReachesTheFact) {
  for (const RecordTable* table : record_tables()) {
    TestingCollector got;
    ASSERT_TRUE(
        testing_parse(table->kind, kFormatCsv, csv_template(*table), 1 << 20, late_options(), got)
            .is_ok());
    ASSERT_EQ(got.facts(), 1U) << table->name;
    const auto& row = got.rows[0];
    const auto* fact_field = v1::Row::descriptor()->FindFieldByName(std::string(table->fact));
    const auto& fact = row.GetReflection()->GetMessage(row, fact_field);
    for (const RecordField& field : fields_of(*table)) {
      if (field.target.empty() || field.example.empty() || field.example == "0" ||
          field.type == FieldType::kRosterStatus) {
        continue;
      }
      const std::string first(field.target.substr(0, field.target.find('.')));
      const auto* step = fact.GetDescriptor()->FindFieldByName(first);
      ASSERT_NE(step, nullptr) << table->name << " " << field.name;
      const bool set = step->is_repeated() ? fact.GetReflection()->FieldSize(fact, step) > 0
                                           : fact.GetReflection()->HasField(fact, step);
      EXPECT_TRUE(set) << table->name << " " << field.name;
    }
  }
}

}  // namespace
}  // namespace qcdr::intake
