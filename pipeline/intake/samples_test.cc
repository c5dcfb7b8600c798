// Every file of tests/data/intake gives the findings that expected.txt names, at their places,
// however the file is cut into pieces, and no finding repeats an identifier.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/testing_collector.h"

namespace qcdr::intake {
namespace {

constexpr char kFolder[] = "tests/data/intake";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::string identifier(const v1::Verdict& verdict) {
  return std::string(describe(static_cast<FindingCode>(verdict.code())).identifier);
}

std::string line_of(const std::string& file, const std::string& where, const v1::Verdict& verdict) {
  std::string line = file + " " + where + " " + identifier(verdict) + " " +
                     std::to_string(verdict.location().line()) + ":" +
                     std::to_string(verdict.location().column());
  if (!verdict.location().path().empty()) line += " " + verdict.location().path();
  return line;
}

// What a file that identify() refuses is parsed as; only a header decides about the others.
struct Parsed {
  v1::RecordKind kind;
  std::string format;
};
std::optional<Parsed> parsed_as(const std::string& file, const Result<Identified>& identified,
                                const v1::Verdict& why) {
  if (identified.is_ok()) return Parsed{identified.value().kind, identified.value().format};
  if (file.ends_with(".xml")) {
    return Parsed{v1::RECORD_KIND_ANESTHESIA_CASE, std::string(kFormatNacorXml)};
  }
  if (identifier(why) == "NO_RECORDS" && file.ends_with(".csv")) {
    return Parsed{v1::RECORD_KIND_ROSTER_ENTRY, std::string(kFormatCsv)};
  }
  return std::nullopt;
}

// The format that the name of a sample promises.
bool has_promised_format(const std::string& file, std::string_view format) {
  if (file.ends_with(".zip")) return format.starts_with(kZipPrefix);
  if (file.ends_with(".gz")) return format.starts_with(kGzipPrefix);
  if (file.ends_with(".xml")) return format == kFormatNacorXml;
  return format == (file.ends_with(".csv") ? kFormatCsv : kFormatJson);
}

std::vector<std::string> observe(const std::string& file, const std::string& bytes,
                                 std::size_t piece) {
  std::vector<std::string> lines;
  v1::Verdict why;
  const Result<Identified> identified = identify(bytes, &why);
  if (identified.is_ok()) {
    EXPECT_TRUE(has_promised_format(file, identified.value().format)) << file;
    lines.push_back(file + " identify " + kind_name(identified.value().kind) + " " +
                    std::to_string(identified.value().practice.value()) + " " +
                    std::to_string(identified.value().year.value()));
  } else {
    std::string line = file + " identify " + identifier(why);
    // Where it stands, when that is not the beginning.
    if (!file.ends_with(".xml") && why.location().line() > 1) {
      line += " " + std::to_string(why.location().line()) + ":" +
              std::to_string(why.location().column());
    }
    lines.push_back(line);
  }
  const std::optional<Parsed> parsed = parsed_as(file, identified, why);
  if (!parsed.has_value()) return lines;
  TestingCollector got;
  const Status status =
      testing_parse(parsed->kind, parsed->format, bytes, piece, testing_options(), got);
  if (status.is_ok()) {
    lines.push_back(file + " rows " + std::to_string(got.rows.size()) + " facts " +
                    std::to_string(got.facts()));
  } else {
    lines.push_back(file + " refused");
  }
  for (const v1::Verdict& verdict : got.file) lines.push_back(line_of(file, "file", verdict));
  for (const v1::Row& row : got.rows) {
    for (const v1::Verdict& verdict : row.verdicts()) {
      if (!status.is_ok()) continue;
      lines.push_back(line_of(file, "row " + std::to_string(row.ordinal()), verdict));
    }
  }
  return lines;
}

std::map<std::string, std::vector<std::string>> expectations() {
  std::map<std::string, std::vector<std::string>> by_file;
  std::istringstream text(read_file(std::filesystem::path(kFolder) / "expected.txt"));
  std::string line;
  while (std::getline(text, line)) {
    if (line.empty() || line[0] == '#') continue;
    by_file[line.substr(0, line.find(' '))].push_back(line);
  }
  return by_file;
}

class Samples : public testing::TestWithParam<std::size_t> {};

TEST_P(Samples, GiveTheExpectedFindings) {
  const auto expected = expectations();
  ASSERT_GE(expected.size(), 75U);
  for (const auto& entry : expected) {
    const std::string bytes = read_file(std::filesystem::path(kFolder) / entry.first);
    EXPECT_EQ(observe(entry.first, bytes, GetParam()), entry.second) << entry.first;
  }
}

INSTANTIATE_TEST_SUITE_P(InPieces, Samples, testing::Values(1, 2, 7, 61, 4096, 1 << 20));

TEST(SampleFolder, EveryFileIsExpected) {
  const auto expected = expectations();
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename();
    if (name == "expected.txt" || name == ".gitattributes" || name == "README.md") continue;
    EXPECT_EQ(expected.count(name), 1U) << name;
  }
}

// One person with a wrong check digit, one case of another year, four records that cannot be used
// and one that came twice; apart from them there is nothing to say about any of its files.
TEST(SamplePractice, HasTheFaultsThatItsReadmeNames) {
  std::map<std::string, int> findings;
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/sample-practice")) {
    if (entry.path().extension() == ".md") continue;
    const std::string bytes = read_file(entry.path());
    const Result<Identified> identified = identify(bytes);
    ASSERT_TRUE(identified.is_ok()) << entry.path() << identified.status().to_string();
    EXPECT_EQ(identified.value().practice, PracticeId(1234));
    ParserOptions options = testing_options();
    options.received_at.reset();
    TestingCollector got;
    ASSERT_TRUE(testing_parse(identified.value().kind, identified.value().format, bytes, 1 << 20,
                              options, got)
                    .is_ok());
    EXPECT_TRUE(got.file.empty()) << entry.path();
    if (identified.value().kind == v1::RECORD_KIND_ANESTHESIA_CASE) cases += got.rows.size();
    for (const v1::Row& row : got.rows) {
      for (const v1::Verdict& verdict : row.verdicts()) ++findings[identifier(verdict)];
    }
  }
  EXPECT_EQ(findings, (std::map<std::string, int>{{"CASE_END_BEFORE_START", 1},
                                                  {"CASE_OUTSIDE_YEAR", 1},
                                                  {"CASE_REPEATED_IN_FILE", 1},
                                                  {"ELEMENT_MISSING", 2},
                                                  {"NPI_CHECK_DIGIT", 1},
                                                  {"VALUE_FORM", 1}}));
  EXPECT_GE(cases, 880U);
}

bool has_digits_in_a_row(const std::string& text, int count) {
  int run = 0;
  for (const char c : text) {
    run = c >= '0' && c <= '9' ? run + 1 : 0;
    if (run >= count) return true;
  }
  return false;
}

// Names, and identifiers of five digits and more, stand in the samples; findings repeat none.
TEST(SampleFolder, FindingsRepeatNoIdentifier) {
  const std::set<std::string> planted = {"Abbott", "Wizard", "Lost",  "Dana", "P-17",
                                         "C-1",    "Olga",   "MAYBE", "GONE"};
  bool planted_is_there = false;
  for (const auto& entry : expectations()) {
    const std::string bytes = read_file(std::filesystem::path(kFolder) / entry.first);
    planted_is_there = planted_is_there || bytes.find("Wizard") != std::string::npos;
    v1::Verdict why;
    const Result<Identified> identified = identify(bytes, &why);
    const std::optional<Parsed> parsed = parsed_as(entry.first, identified, why);
    TestingCollector got;
    std::vector<std::string> texts{render(why)};
    if (parsed.has_value()) {
      texts.push_back(
          testing_parse(parsed->kind, parsed->format, bytes, 1 << 20, testing_options(), got)
              .to_string());
    }
    for (const v1::Verdict& verdict : got.file) texts.push_back(render(verdict));
    for (const v1::Row& row : got.rows) {
      for (const v1::Verdict& verdict : row.verdicts()) texts.push_back(render(verdict));
    }
    for (const std::string& text : texts) {
      EXPECT_FALSE(has_digits_in_a_row(text, 7)) << text;
      for (const std::string& word : planted) {
        EXPECT_EQ(text.find(word), std::string::npos) << text;
      }
    }
  }
  EXPECT_TRUE(planted_is_there);
}

}  // namespace
}  // namespace qcdr::intake
