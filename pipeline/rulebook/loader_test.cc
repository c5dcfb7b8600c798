#include "rulebook/loader.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "rulebook/check.h"

namespace qcdr::rulebook {
namespace {

constexpr const char* kFolding = "folding.yaml";

// The compiled-in files, to be changed one at a time; without the digest over many of them.
class Files {
 public:
  Files() {
    for (const SourceFile& file : embedded_files()) {
      if (file.path != kFolding) files_[std::string(file.path)] = std::string(file.bytes);
    }
  }
  Files& with_folding() {
    for (const SourceFile& file : embedded_files()) {
      if (file.path == kFolding) files_[kFolding] = std::string(file.bytes);
    }
    return *this;
  }
  std::string& operator[](const std::string& path) { return files_[path]; }
  void erase(const std::string& path) { EXPECT_EQ(files_.erase(path), 1u) << path; }
  // Replaces the first `from` in a file.
  Files& replace(const std::string& path, std::string_view from, std::string_view to) {
    std::string& text = files_.at(path);
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    text.replace(place, from.size(), to);
    return *this;
  }
  Result<std::unique_ptr<Rulebook>> load() const {
    std::vector<SourceFile> sources;
    for (const auto& file : files_) sources.push_back({file.first, file.second});
    // The order in which files come does not matter.
    return load_rulebook(std::vector<SourceFile>(sources.rbegin(), sources.rend()));
  }
  std::string refusal() const {
    const auto loaded = load();
    return loaded.is_ok() ? "loaded" : loaded.status().message();
  }

 private:
  std::map<std::string, std::string> files_;
};

constexpr const char* kCaseMinimum = "parameters/quality/case-minimum.yaml";

TEST(Loader, LoadsTheEmbeddedFilesWithTheSameDigest) {
  const auto loaded = Files().with_folding().load();
  ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
  EXPECT_EQ(loaded.value()->digest(), Rulebook::built_in().digest());
}

TEST(Loader, WhatFoldsCountByChangesWithItsNumberOnly) {
  EXPECT_GE(Rulebook::built_in().folding_number(), 1u);
  const char* specification = "specifications/2022/424.yaml";
  const std::string refusal =
      Files()
          .with_folding()
          .replace(specification, "minutes_minimum: 60", "minutes_minimum: 61")
          .refusal();
  EXPECT_EQ(refusal.substr(0, refusal.find("sha256")),
            "folding.yaml:7: what folds count by has changed: raise the number, and write ");
  const std::string digest = refusal.substr(refusal.find("sha256") + 7);
  ASSERT_EQ(digest.size(), 64u);
  Files raised;
  raised.with_folding().replace(specification, "minutes_minimum: 60", "minutes_minimum: 61");
  raised[kFolding] = "description: raised\nnumber: 7\nsha256: \"" + digest + "\"\n";
  const auto loaded = raised.load();
  ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
  EXPECT_EQ(loaded.value()->folding_number(), 7u);
}

TEST(Loader, ABenchmarkIsNotWhatFoldsCountBy) {
  EXPECT_EQ(Files().with_folding().replace("benchmarks/2022.csv", "53.76", "53.75").refusal(),
            "loaded");
}

TEST(Loader, AFoldingFileWithoutANumberIsRefused) {
  Files files;
  files[kFolding] = "description: none\nsha256: \"00\"\n";
  EXPECT_EQ(files.refusal(), "folding.yaml:1: \"number\" is missing");
  files[kFolding] = "description: none\nnumber: 1000\nsha256: \"00\"\n";
  EXPECT_EQ(files.refusal(), "folding.yaml:2: \"1000\" is not a whole number from 1 to 999");
}

TEST(Loader, AnyChangedByteChangesTheDigest) {
  Files files;
  files[kCaseMinimum] += "\n";
  const auto loaded = files.load();
  ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
  EXPECT_NE(loaded.value()->digest(), Rulebook::built_in().digest());
}

TEST(Loader, NamesFileAndLineOfABadParameter) {
  EXPECT_EQ(Files().replace(kCaseMinimum, "unit:", "unti:").refusal(),
            "parameters/quality/case-minimum.yaml:1: \"unit\" is missing");
  EXPECT_EQ(Files().replace(kCaseMinimum, "value: 20", "value: 20\n    valid: 7").refusal(),
            "parameters/quality/case-minimum.yaml:6: \"valid\" is not a known key");
  EXPECT_EQ(Files().replace(kCaseMinimum, "value: 20", "value: twenty").refusal(),
            "parameters/quality/case-minimum.yaml:5: \"twenty\" is not a number");
  EXPECT_EQ(
      Files().replace(kCaseMinimum, "2022:", "22:").refusal(),
      "parameters/quality/case-minimum.yaml:4: \"22\" is not a whole number from 2017 to 2099");
  EXPECT_EQ(Files().replace(kCaseMinimum, "verified: true", "verified: yes").refusal(),
            "parameters/quality/case-minimum.yaml:9: true or false is expected");
}

TEST(Loader, NamesFileAndLineOfABadMatrix) {
  const char* path = "parameters/weights/general.yaml";
  EXPECT_EQ(Files().replace(path, "cost: [55, 0, 15, 30]", "cost: [55, 0, 15]").refusal(),
            "parameters/weights/general.yaml:8: a list of 4 numbers is expected");
  EXPECT_EQ(Files().replace(path, "cost: [55, 0, 15, 30]", "none: [55, 0, 15, 30]").refusal(),
            "parameters/weights/general.yaml:8: key \"none\" stands here a second time");
}

TEST(Loader, NamesFileAndLineOfABadTable) {
  const char* path = "measures/2022.csv";
  EXPECT_EQ(Files().replace(path, "001,intermediate-outcome", "001,intermediate").refusal(),
            "measures/2022.csv:5: \"intermediate\" is not a type of measure");
  const std::string refusal = Files().replace("benchmarks/2022.csv", "53.76", "53.76 54").refusal();
  EXPECT_NE(refusal.find("benchmarks/2022.csv:"), std::string::npos) << refusal;
}

TEST(Loader, NamesFileAndLineOfABadSpecification) {
  const char* path = "specifications/2022/424.yaml";
  EXPECT_EQ(Files().replace(path, "bucket: met", "bucket: done").refusal(),
            "specifications/2022/424.yaml:10: \"done\" is not known here");
  EXPECT_EQ(Files().replace(path, "code: G9771", "code: G97712").refusal(),
            "specifications/2022/424.yaml:10: a code has at most 5 characters, a modifier 2");
  EXPECT_EQ(Files().replace(path, "measure: \"424\"", "measure: \"425\"").refusal(),
            "specifications/2022/424.yaml:1: measure and path differ");
  Files files;
  files["specifications/2022/999.yaml"] = files[path];
  files.replace("specifications/2022/999.yaml", "measure: \"424\"", "measure: \"999\"");
  EXPECT_EQ(files.refusal(),
            "specifications/2022/999.yaml:1: measure 999 is not in measures/2022.csv");
}

TEST(Loader, NamesFileAndLineOfABadCalendar) {
  const char* path = "calendars/nacor-2022.yaml";
  EXPECT_EQ(Files().replace(path, "2022-10-03T23:59:59-05:00", "2022-10-03T23:59:59").refusal(),
            "calendars/nacor-2022.yaml:8: \"2022-10-03T23:59:59\" is not an instant with offset");
  const std::string refusal =
      Files().replace(path, "late_held_after: registration", "late_held_after: regist").refusal();
  EXPECT_NE(refusal.find("there is no deadline \"regist\""), std::string::npos) << refusal;
}

TEST(Loader, RefusesFilesThatHaveNoPlace) {
  Files stray;
  stray["parameters/note.txt"] = "hello";
  EXPECT_EQ(stray.refusal(),
            "parameters/note.txt:1: no place for a file of this path in a rulebook");
  Files orphan;
  orphan["benchmarks/2021.csv"] = orphan["benchmarks/2022.csv"];
  EXPECT_EQ(orphan.refusal(), "benchmarks of 2021, but no measures/2021.csv");
  Files second;
  second["calendars/other.yaml"] = second["calendars/nacor-2022.yaml"];
  EXPECT_EQ(second.refusal(), "calendars/other.yaml:1: name and path differ");
}

TEST(Check, FindsWhatIsMissingOrInconsistent) {
  const auto finds = [](const Files& files, std::string_view subject, std::string_view message) {
    const auto loaded = files.load();
    ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
    bool found = false;
    for (const CheckFinding& finding : check(*loaded.value())) {
      found = found || (finding.severity == CheckFinding::Severity::kError &&
                        finding.subject == subject && finding.message == message);
    }
    EXPECT_TRUE(found) << subject << ": " << message;
  };
  Files missing;
  missing.erase(kCaseMinimum);
  finds(missing, "parameter quality/case-minimum", "no value in this year");
  Files unnamed;
  unnamed["parameters/quality/case-maximum.yaml"] = unnamed[kCaseMinimum];
  finds(unnamed, "parameter quality/case-maximum", "no code names it in parameter_names.h");
  finds(Files().replace("parameters/weights/general.yaml", "[55, 0, 15, 30]", "[55, 0, 15, 29]"),
        "weights/general/cost", "the weights sum to 99");
  finds(Files().replace("benchmarks/2022.csv", "0 53.76 63.03", "0 63.76 63.03"),
        "benchmark 404 registry", "the bounds turn round after decile 3");
  finds(Files().replace("specifications/2022/424.yaml", "G9770", "G9654"), "specification 424",
        "code G9654  stands twice");
  finds(Files().replace("specifications/2022/424.yaml", "bucket: met", "bucket: exception"),
        "specification 424", "a code for met or for not met is missing");
  finds(Files().replace("calendars/nacor-2022.yaml", "kind: roster", "kind: registration"),
        "calendar kind roster", "no rule");
  finds(Files().replace("calendars/nacor-2022.yaml", "milestone_missed_after: roster",
                        "milestone_missed_after: cms-window"),
        "calendar rule roster", "its limits are out of order");
}

}  // namespace
}  // namespace qcdr::rulebook
