// Seasons with every kind of record: complete, readable, the same for a seed, bounded.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "generate/generate.h"
#include "generate/memory_sink.h"
#include "intake/identify.h"
#include "intake/limits.h"
#include "rulebook/record_authority.h"

namespace qcdr::generate {
namespace {

Options options_of(std::uint32_t practices, bool all_kinds) {
  Options options;
  options.practices = practices;
  options.clinicians_per_practice = 40;
  options.cases_per_practice = 300;
  options.all_kinds = all_kinds;
  return options;
}

std::map<std::string, std::string> season(const Options& options) {
  MemorySink sink;
  const auto summary = generate(options, &sink);
  EXPECT_TRUE(summary.is_ok()) << summary.status().to_string();
  return sink.files;
}

// Fields of a line without quoted line breaks.
std::size_t fields_of(const std::string& line) {
  std::size_t count = 1;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++count;
  }
  return count;
}

std::string file_name(const std::string& name) {
  return name.substr(name.rfind('/') + 1);  // all of it where there is no folder
}

TEST(AllKinds, EveryKindOfRecordIsThereAndIsRecognised) {
  std::set<int> kinds;
  for (const auto& [name, text] : season(options_of(150, true))) {
    const auto identified = intake::identify(text.substr(0, intake::kIdentifyBytes));
    ASSERT_TRUE(identified.is_ok()) << name;
    EXPECT_EQ(std::to_string(identified.value().practice.value()), file_name(name).substr(21, 4))
        << name;
    kinds.insert(identified.value().kind);
    const auto kind = static_cast<std::uint32_t>(identified.value().kind);
    EXPECT_EQ(name.starts_with("registry/"), rulebook::is_for_registry_only(kind)) << name;
  }
  for (int kind = 1; kind <= v1::RecordKind_MAX; ++kind) {
    if (!v1::RecordKind_IsValid(kind)) continue;
    EXPECT_TRUE(kinds.contains(kind)) << v1::RecordKind_Name(static_cast<v1::RecordKind>(kind));
  }
}

TEST(AllKinds, RowsHaveTheColumnsOfTheirHeader) {
  int rows = 0;
  for (const auto& [name, text] : season(options_of(150, true))) {
    if (!name.ends_with(".csv")) continue;
    std::istringstream lines(text);
    std::string header;
    std::getline(lines, header);
    for (std::string line; std::getline(lines, line); ++rows) {
      ASSERT_EQ(fields_of(line), fields_of(header)) << name << ": " << line;
      ASSERT_TRUE(line.ends_with("\r")) << name;
    }
  }
  EXPECT_GT(rows, 5000);
}

// A season without them is a part of it, byte for byte: what was measured with it stays true.
TEST(AllKinds, AddsFilesAndChangesNone) {
  const auto all = season(options_of(5, true));
  const auto some = season(options_of(5, false));
  for (const auto& [name, text] : some) {
    ASSERT_TRUE(all.contains(name)) << name;
    EXPECT_TRUE(all.at(name) == text) << name;
  }
  EXPECT_GT(all.size(), some.size() + 5 * 10);
}

TEST(AllKinds, EqualOptionsGiveEqualBytes) {
  const Options options = options_of(5, true);
  EXPECT_TRUE(season(options) == season(options));
  Options other = options;
  other.seed = 2;
  EXPECT_FALSE(season(options) == season(other));
}

TEST(AllKinds, WritesStayBoundedHoweverLargeThePractice) {
  Options options = options_of(1, true);
  options.clinicians_per_practice = 20'000;  // 80 TINs, more than one registration can name
  options.cases_per_practice = 5'000;
  MemorySink sink;
  const auto summary = generate(options, &sink);
  ASSERT_TRUE(summary.is_ok());
  EXPECT_GT(summary.value().rows, 100'000U);
  EXPECT_LT(sink.largest_write, 300'000U);
}

// Shares of what the README lists, within what chance allows for so many.
TEST(AllKinds, SharesAreThoseOfASeason) {
  std::map<std::string, double> rows;
  std::map<std::string, double> files;
  for (const auto& [name, text] : season(options_of(400, true))) {
    ++files[file_name(name).substr(26)];
    rows[file_name(name).substr(26)] +=
        static_cast<double>(std::count(text.begin(), text.end(), '\n')) - 1;
  }
  EXPECT_EQ(files["registration.csv"], 400);
  EXPECT_NEAR(files["registration-paid.csv"], 24, 15);
  EXPECT_NEAR(files["roster-2.csv"], 48, 20);
  EXPECT_GT(files["roster-confirmation.csv"], 3);
  EXPECT_NEAR(rows["sign-offs.csv"], 372, 16);
  EXPECT_NEAR(rows["late-sign-offs.csv"], 12, 9);
  // 36 of 40 clinicians report for themselves in every second practice.
  EXPECT_NEAR(rows["opt-outs.csv"], 0.03 * 36 * 200, 60);
  EXPECT_GT(rows["late-opt-out-revocations.csv"], 0);
  EXPECT_EQ(rows["billed-cases.csv"], 400 * 12);
  EXPECT_NEAR(rows["cases-withdrawn.csv"], 240, 60);
  EXPECT_GT(files["late-corrections.xml"], 100);
  EXPECT_GT(files["audited-cases.xml"], 5);
}

}  // namespace
}  // namespace qcdr::generate
