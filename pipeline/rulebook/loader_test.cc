#include "rulebook/loader.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "rulebook/check.h"
#include "rulebook/record_year.h"

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
  Result<std::unique_ptr<Rulebook>> load(std::string_view registry = {}) const {
    std::vector<SourceFile> sources;
    for (const auto& file : files_) sources.push_back({file.first, file.second});
    // The order in which files come does not matter.
    return load_rulebook(std::vector<SourceFile>(sources.rbegin(), sources.rend()), registry);
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

// A new number makes every state again from the log: it is raised when what folds count by changes.
// The second: records of every year from 2019 on, and measures by every code that is known.
TEST(Loader, TheGenerationOfWhatFoldsCountBy) {
  EXPECT_EQ(Rulebook::built_in().folding_number(), 2u);
}

// States that the calendars of another registry made are others.
TEST(Loader, AnotherRegistryIsAnotherGeneration) {
  const auto other = Files().with_folding().load("harbor");
  ASSERT_TRUE(other.is_ok()) << other.status().to_string();
  EXPECT_EQ(other.value()->folding_number(), 502u);
  EXPECT_NE(other.value()->digest(), Rulebook::built_in().digest());
  EXPECT_EQ(other.value()->registry().zone, Zone::kEastern);
  EXPECT_EQ(Rulebook::built_in().registry().name, "nacor");
  EXPECT_EQ(Files().load("nowhere").status().message(),
            "registries.yaml has no registry \"nowhere\"");
  const auto record_years = [](const Rulebook& book) {
    std::vector<int> years;
    for (const PerformanceYear year : book.years()) {
      if (find_record_year(book, year) != nullptr) years.push_back(year.value());
    }
    return years;
  };
  EXPECT_EQ(record_years(*other.value()), (std::vector<int>{2022, 2024}));
  EXPECT_EQ(record_years(Rulebook::built_in()),
            (std::vector<int>{2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026}));
}

TEST(Loader, WhatFoldsCountByChangesWithItsNumberOnly) {
  const char* specification = "specifications/424.yaml";
  const std::string refusal =
      Files()
          .with_folding()
          .replace(specification, "minutes_minimum: 60", "minutes_minimum: 61")
          .refusal();
  EXPECT_EQ(refusal.substr(0, refusal.find("sha256")),
            "folding.yaml:8: what folds count by has changed: raise the number, and write ");
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
            "parameters/quality/case-minimum.yaml:7: \"valid\" is not a known key");
  EXPECT_EQ(Files().replace(kCaseMinimum, "value: 20", "value: twenty").refusal(),
            "parameters/quality/case-minimum.yaml:6: \"twenty\" is not a number");
  EXPECT_EQ(Files().replace(kCaseMinimum, "confidence: regulation", "confidence: sure").refusal(),
            "parameters/quality/case-minimum.yaml:10: \"sure\" is none of regulation, cms-data, "
            "secondary, unverified");
  EXPECT_EQ(Files()
                .replace(kCaseMinimum, "value: 20", "value: 20\n    usable_from: 2023-02-30")
                .refusal(),
            "parameters/quality/case-minimum.yaml:7: \"2023-02-30\" is not an instant with offset");
}

// A parameter whose `applies` and keys of years are given.
std::string years_refusal(const std::string& applies, const std::string& first,
                          const std::string& second) {
  const auto entry = [](const std::string& years) {
    return years.empty()
               ? std::string()
               : "  " + years + ": {value: 20, reference: {title: t, confidence: secondary}}\n";
  };
  Files files;
  files[kCaseMinimum] = "description: d\nunit: cases\napplies: " + applies + "\nvalues:\n" +
                        entry(first) + entry(second);
  return files.refusal();
}

TEST(Loader, EveryYearThatAppliesHasExactlyOneValue) {
  const std::string path = kCaseMinimum;
  EXPECT_EQ(years_refusal("2020-2024", "2020-2021", "2022-2024"), "loaded");
  EXPECT_EQ(years_refusal("2022", "2022", ""), "loaded");
  EXPECT_EQ(years_refusal("2020-2024", "2020-2021", "2023-2024"),
            path + ":3: 2022 applies, but has no value");
  EXPECT_EQ(years_refusal("2020-2024", "2020-2022", "2022-2024"),
            path + ":6: 2022 has a value already, in line 5");
  EXPECT_EQ(years_refusal("2020-2022", "2020-2022", "2023"),
            path + ":6: 2023 is not among the years that apply");
  EXPECT_EQ(years_refusal("2022-2020", "2022", ""),
            path + ":3: \"2022-2020\" is not a range of years");
  EXPECT_EQ(years_refusal("2022", "22", ""),
            path + ":5: \"22\" is not a whole number from 2017 to 2099");
  EXPECT_EQ(years_refusal("2022", "2022-", ""),
            path + ":5: \"\" is not a whole number from 2017 to 2099");
}

TEST(Loader, AParameterStandsInOneFile) {
  Files files;
  files["parameters/weights/general/none/cost.yaml"] =
      "description: d\nunit: percent\napplies: 2030\nvalues:\n"
      "  2030: {value: 30, reference: {title: t, confidence: secondary}}\n";
  EXPECT_EQ(files.refusal(),
            "parameters/weights/general/none/cost.yaml:5: parameter weights/general/none/cost "
            "exists already, in parameters/weights/general.yaml:8");
}

TEST(Loader, NamesFileAndLineOfABadMatrix) {
  const char* path = "parameters/weights/general.yaml";
  EXPECT_EQ(Files().replace(path, "cost: [55, 0, 15, 30]", "cost: [55, 0, 15]").refusal(),
            "parameters/weights/general.yaml:53: a list of 4 numbers is expected");
  EXPECT_EQ(Files().replace(path, "cost: [55, 0, 15, 30]", "none: [55, 0, 15, 30]").refusal(),
            "parameters/weights/general.yaml:53: key \"none\" stands here a second time");
}

TEST(Loader, NamesFileAndLineOfABadTable) {
  const char* path = "measures/2022.csv";
  EXPECT_EQ(Files().replace(path, "001,intermediate-outcome", "001,intermediate").refusal(),
            "measures/2022.csv:5: \"intermediate\" is not a type of measure");
  const std::string refusal = Files().replace("benchmarks/2022.csv", "53.76", "53.76 54").refusal();
  EXPECT_NE(refusal.find("benchmarks/2022.csv:"), std::string::npos) << refusal;
}

TEST(Loader, NamesFileAndLineOfABadSpecification) {
  const char* path = "specifications/424.yaml";
  EXPECT_EQ(Files().replace(path, "bucket: met", "bucket: done").refusal(),
            "specifications/424.yaml:12: \"done\" is not known here");
  EXPECT_EQ(Files().replace(path, "code: G9771", "code: G97712").refusal(),
            "specifications/424.yaml:12: a code has at most 5 characters, a modifier 2");
  EXPECT_EQ(Files().replace(path, "measure: \"424\"", "measure: \"425\"").refusal(),
            "specifications/424.yaml:1: measure and path differ");
  Files files;
  files["specifications/999.yaml"] = files[path];
  files.replace("specifications/999.yaml", "measure: \"424\"", "measure: \"999\"");
  EXPECT_EQ(files.refusal(), "specifications/999.yaml:1: measure 999 is not in measures/2019.csv");
  EXPECT_EQ(Files().replace(path, "years: 2019-2025", "years: 2019-2026").refusal(),
            "specifications/424.yaml:1: measure 424 is not in measures/2026.csv");
  EXPECT_EQ(Files().replace(path, "years: 2019-2025\n", "").refusal(),
            "specifications/424.yaml:1: \"years\" is missing");
}

// What differs between years stands beside what does not.
TEST(Loader, ASpecificationIsThatOfItsYear) {
  const auto specification = [](int year, std::string_view measure, std::string_view stratum = "") {
    const YearRules& rules = *Rulebook::built_in().find_year(PerformanceYear(year));
    const MeasureSpecification* found = nullptr;
    for (const MeasureSpecification& each : rules.specifications()) {
      if (each.measure_id == measure && each.stratum == stratum) found = &each;
    }
    return found;
  };
  EXPECT_EQ(specification(2021, "477")->codes.size(), 3u);
  EXPECT_EQ(specification(2022, "477")->codes.size(), 4u);
  EXPECT_EQ(specification(2026, "424"), nullptr);
  EXPECT_EQ(specification(2024, "AQI71", "insulinPrior")->packed_source_id,
            pack_measure_id("AQI71"));
  EXPECT_EQ(specification(2025, "AQI71", "insulinPrior"), nullptr);
  EXPECT_NE(specification(2025, "AQI71", "insulinPerioperative"), nullptr);
  EXPECT_EQ(specification(2022, "AQI73", "femoralAxillary")->overall, OverallRate::kAverage);
  EXPECT_EQ(specification(2023, "AQI73", "femoralAxillary")->overall, OverallRate::kPooled);
  EXPECT_EQ(specification(2022, "AQI48", "overall")->slot_name(), "AQI48/overall");
  EXPECT_TRUE(specification(2023, "424")->citation.title.ends_with("read)"));
  EXPECT_TRUE(specification(2020, "424")
                  ->citation.title.ends_with("; codes of 2023 to 2024, assumed for 2020"));
  // CMS's list of 2022 does not name NACOR for ABG40; before 2021 there is no list.
  EXPECT_EQ(specification(2022, "ABG40"), nullptr);
  EXPECT_NE(specification(2022, "ABG41"), nullptr);
  EXPECT_NE(specification(2020, "MEDNAX54"), nullptr);
}

TEST(Loader, NamesFileAndLineOfBadStrata) {
  const char* path = "specifications/AQI48.yaml";
  EXPECT_EQ(Files().replace(path, "{2019-2026: surveyed}", "{2019-2026: asked}").refusal(),
            "specifications/AQI48.yaml:1: measure AQI48 has no stratum asked in 2019");
  EXPECT_EQ(Files().replace(path, "{2019-2026: surveyed}", "{2019-2026: overall}").refusal(),
            "specifications/AQI48.yaml:1: 2019 has the stratum overall twice");
  EXPECT_EQ(Files().replace(path, "overall: {2019-2026: of-cases}\n", "").refusal(),
            "specifications/AQI48.yaml:1: \"overall\" is missing");
}

TEST(Loader, ARenamedMeasureHasItsNewNameInSomeYears) {
  const auto alias = [](int year, std::string_view from) {
    const MeasureAlias* found =
        Rulebook::built_in().find_year(PerformanceYear(year))->find_measure_alias(from);
    return found == nullptr ? std::string() : found->to;
  };
  EXPECT_EQ(alias(2019, "AQI59"), "");
  EXPECT_EQ(alias(2020, "AQI59"), "477");
  EXPECT_EQ(alias(2021, "AQI70"), "");
  EXPECT_EQ(alias(2022, "AQI70"), "AQI73");
  EXPECT_EQ(alias(2022, "424"), "");
}

TEST(Loader, NamesFileAndLineOfABadCalendar) {
  const char* path = "calendars/nacor-2022.yaml";
  EXPECT_EQ(Files().replace(path, "2022-10-03T23:59:59-05:00", "2022-10-03T23:59:59").refusal(),
            "calendars/nacor-2022.yaml:8: \"2022-10-03T23:59:59\" is not an instant with offset");
  const std::string refusal =
      Files().replace(path, "late_held_after: registration", "late_held_after: regist").refusal();
  EXPECT_NE(refusal.find("there is no deadline \"regist\""), std::string::npos) << refusal;
}

// A year says its dates, and takes what they mean from another year.
TEST(Loader, ACalendarTakesTheRulesOfAnother) {
  const YearRules& year = *Rulebook::built_in().find_year(PerformanceYear(2024));
  const YearRules& base = *Rulebook::built_in().find_year(PerformanceYear(2022));
  ASSERT_EQ(year.calendar().size(), base.calendar().size());
  const auto rule = [&year](std::string_view name) {
    for (const CalendarRule& each : year.calendar()) {
      if (each.name == name) return each;
    }
    return CalendarRule();
  };
  EXPECT_EQ(rule("december-cases").late_held_after, "final-data");
  EXPECT_EQ(rule("december-cases").late_held_from,
            Instant::parse("2025-02-16T00:00:00-06:00").value());
  // The date decides, so it is what a rule cites; a policy without dates stays one.
  EXPECT_TRUE(rule("december-cases").citation.title.starts_with("Assumed"));
  EXPECT_TRUE(rule("opt-out").citation.title.starts_with("Policy"));
  // The one rule that 2024 says otherwise.
  EXPECT_EQ(rule("opt-in-election").rejected_after, "opt-in-election");
  EXPECT_EQ(rule("individual-consent").rejected_after, "cms-window");
}

TEST(Loader, ACalendarThatTakesRulesHasADateForEachOfThem) {
  const char* path = "calendars/nacor-2021.yaml";
  EXPECT_EQ(Files().replace(path, "name: final-data", "name: last-data").refusal(),
            "calendars/nacor-2021.yaml:5: \"final-data\" of nacor-2022 has no date here");
  EXPECT_EQ(Files().replace(path, "rules_of: nacor-2022", "rules_of: nacor-2011").refusal(),
            "calendars/nacor-2021.yaml:5: there is no calendar \"nacor-2011\"");
  EXPECT_EQ(Files().replace(path, "rules_of: nacor-2022", "rules_of: nacor-2020").refusal(),
            "calendars/nacor-2021.yaml:5: nacor-2020 takes its rules of another calendar itself");
  EXPECT_EQ(Files()
                .replace(path, "deadlines:\n",
                         "deadlines:\n  - {name: more, last_second: 2022-01-31T23:59:59-06:00}\n")
                .refusal(),
            "calendars/nacor-2021.yaml:5: \"more\" is not in nacor-2022, so it needs a title and a "
            "zone");
  EXPECT_EQ(Files()
                .replace("calendars/nacor-2024.yaml", "name: opt-in-election, kind",
                         "name: election, kind")
                .refusal(),
            "calendars/nacor-2024.yaml:5: nacor-2022 has no rule \"election\" that could differ");
}

TEST(Loader, RefusesFilesThatHaveNoPlace) {
  Files stray;
  stray["parameters/note.txt"] = "hello";
  EXPECT_EQ(stray.refusal(),
            "parameters/note.txt:1: no place for a file of this path in a rulebook");
  Files orphan;
  orphan["benchmarks/2027.csv"] = orphan["benchmarks/2022.csv"];
  EXPECT_EQ(orphan.refusal(), "benchmarks of 2027, but no measures/2027.csv");
  Files second;
  second["calendars/other-2022.yaml"] = second["calendars/nacor-2022.yaml"];
  EXPECT_EQ(second.refusal(), "calendars/other-2022.yaml:3: name and path differ");
  second.replace("calendars/other-2022.yaml", "calendar: nacor-2022", "calendar: other-2022");
  EXPECT_EQ(
      second.refusal(),
      "calendars/other-2022.yaml:3: a calendar is named \"<registry>-2022\", and the registry "
      "is in registries.yaml");
  Files undated;
  undated["benchmarks/2022/2023-02-30.csv"] = undated["benchmarks/2022.csv"];
  EXPECT_EQ(undated.refusal(),
            "benchmarks/2022/2023-02-30.csv:1: \"2023-02-30\" is not the date of a publication");
}

// What CMS publishes again stands beside what it published first, and scores use the newest.
TEST(Loader, ATablePublishedAgainIsAVersionOfItsOwn) {
  Files files;
  const std::string first = files["benchmarks/2022.csv"];
  files["benchmarks/2022/2023-08-10.csv"] = first;
  files.replace("benchmarks/2022/2023-08-10.csv", "0 53.76 63.03", "0 53.77 63.03");
  files["benchmarks/2022/2023-06-01.csv"] = first;
  const auto loaded = files.with_folding().load();
  ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
  const YearRules& year = *loaded.value()->find_year(PerformanceYear(2022));
  ASSERT_EQ(year.benchmark_versions().size(), 3U);
  EXPECT_EQ(year.benchmark_versions()[0].name, "2022");
  EXPECT_EQ(year.benchmark_versions()[0].published, "");
  EXPECT_EQ(year.benchmark_versions()[1].published, "2023-06-01");
  EXPECT_EQ(year.benchmark_version(), "2022/2023-08-10");
  EXPECT_EQ(year.find_benchmark("404", "registry")->bounds[3].to_string(), "53.77");
  EXPECT_EQ(year.benchmark_versions()[0].benchmarks.size(), year.benchmarks().size());
}

// A year that only composes scores has parameters and no table.
TEST(Loader, AYearCanExistWithoutMeasures) {
  Files files;
  files["parameters/final/threshold.yaml"] =
      "description: d\nunit: points\napplies: 2022-2099\nvalues:\n"
      "  2022-2099: {value: 75, reference: {title: t, confidence: secondary}}\n";
  const auto loaded = files.with_folding().load();
  ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
  const YearRules* year = loaded.value()->find_year(PerformanceYear(2099));
  ASSERT_NE(year, nullptr);
  EXPECT_TRUE(year->measures().empty());
  EXPECT_TRUE(year->specifications().empty());
  EXPECT_EQ(year->benchmark_version(), "");
}

// Without specifications a year takes no cases, so nothing was folded by its files.
TEST(Loader, AYearThatTakesNoCasesIsNotWhatFoldsCountBy) {
  Files files;
  files["measures/2018.csv"] = files["measures/2019.csv"];
  files["activities/2018.csv"] = files["activities/2019.csv"];
  const char* days = "parameters/activities/period-days.yaml";
  files[days] =
      "description: d\nunit: days\napplies: 2018-2026\nvalues:\n"
      "  2018: {value: 80, reference: {title: t, confidence: secondary}}\n"
      "  2019-2026: {value: 90, reference: {title: t, confidence: secondary}}\n";
  const auto loaded = files.with_folding().load();
  ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
  EXPECT_EQ(loaded.value()->folding_number(), Rulebook::built_in().folding_number());
  files.replace(days, "value: 90", "value: 91");
  EXPECT_NE(files.refusal().find("what folds count by has changed"), std::string::npos);
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
  Files none;
  none.erase("parameters/cost/improvement-maximum.yaml");
  finds(none, "parameter cost/improvement-maximum", "no year has a value");
  Files unnamed;
  unnamed["parameters/quality/case-maximum.yaml"] = unnamed[kCaseMinimum];
  finds(unnamed, "parameter quality/case-maximum", "no code names it in parameter_names.h");
  finds(Files().replace("parameters/weights/general.yaml", "[55, 0, 15, 30]", "[55, 0, 15, 29]"),
        "weights/general/cost", "the weights sum to 99");
  finds(Files().replace("benchmarks/2022.csv", "0 53.76 63.03", "0 63.76 63.03"),
        "benchmark 404 registry", "the bounds turn round after decile 3");
  finds(Files().replace("specifications/424.yaml", "G9770", "G9654"), "specification 424",
        "code G9654  stands twice");
  finds(Files().replace("specifications/424.yaml", "bucket: met", "bucket: exception"),
        "specification 424", "a code for met or for not met is missing");
  finds(Files().replace("calendars/nacor-2022.yaml", "kind: roster", "kind: registration"),
        "calendar kind roster", "no rule");
  finds(Files().replace("calendars/nacor-2022.yaml", "milestone_missed_after: roster",
                        "milestone_missed_after: cms-window"),
        "calendar rule roster", "its limits are out of order");
  finds(Files().replace("calendars/nacor-2022.yaml",
                        "milestone_missed_after: roster\n    late_held_after: final-data",
                        "milestone_missed_after: roster\n    rejected_after: final-data"),
        "calendar rule roster", "a roster that comes too late is held, never refused");
  finds(Files().replace("measure-aliases.yaml", "to: \"477\"", "to: \"999\""),
        "measure alias AQI59", "999 is not in the year's table");
  finds(Files().replace("measure-aliases.yaml", "from: AQI59", "from: AQI49"),
        "measure alias AQI49", "it is a measure of the year itself");
  Files without;
  without.erase("calendars/nacor-2025.yaml");
  finds(without, "calendar", "nacor has none: it takes no records");
}

// Calendars of the registries that are not served are held to the same.
TEST(Check, AnotherRegistryHasNoErrors) {
  const auto harbor = Files().with_folding().load("harbor");
  ASSERT_TRUE(harbor.is_ok()) << harbor.status().to_string();
  for (const CheckFinding& finding : check(*harbor.value())) {
    EXPECT_NE(finding.severity, CheckFinding::Severity::kError)
        << finding.year.value() << " " << finding.subject << ": " << finding.message;
  }
  const auto bad = Files()
                       .replace("calendars/harbor-2022.yaml", "kind: role-grant", "kind: roster")
                       .load("harbor");
  ASSERT_TRUE(bad.is_ok()) << bad.status().to_string();
  EXPECT_TRUE(has_errors(check_calendars(*bad.value())));
}

}  // namespace
}  // namespace qcdr::rulebook
