// What differs between performance years, each with how sure it is.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "submission/payload.h"
#include "submission/payload_schema.h"
#include "submission/payload_table.h"
#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

using Json = nlohmann::json;
using rulebook::Confidence;

PerformanceYear year_of_test(int year) {
  return PerformanceYear(year);
}

// The first year of the test's years in which it is so; it stays so.
template <class Holds>
int first_year(Holds holds) {
  int first = 0;
  for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
    if (holds(year_of_test(year)) && first == 0) first = year;
    if (first != 0) {
      EXPECT_TRUE(holds(year_of_test(year))) << year;
    }
  }
  return first;
}

TEST(PayloadYearsTest, RulesBeginInTheYearThatIsDocumented) {
  struct Case {
    PayloadRule rule;
    int first;
    Confidence confidence;
  };
  const std::vector<Case> cases = {
      {PayloadRule::kCehrtNeeded, 2020, Confidence::kCmsData},
      {PayloadRule::kNoExclusionsOfCqm, 2020, Confidence::kCmsData},
      {PayloadRule::kExclusionAlone, 2020, Confidence::kCmsData},
      {PayloadRule::kSubstituteAlone, 2021, Confidence::kCmsData},
      {PayloadRule::kVendorListed, 2021, Confidence::kCmsData},
      {PayloadRule::kRateNeeded, 2017, Confidence::kCmsData},
      {PayloadRule::kRateIsPercent, 2021, Confidence::kCmsData},
      {PayloadRule::kStrataNamed, 2020, Confidence::kCmsData},
      {PayloadRule::kStrataComplete, 2022, Confidence::kCmsData},
      {PayloadRule::kProportionBelowOne, 2017, Confidence::kCmsData},
      {PayloadRule::kProgramTakesMeasure, 2021, Confidence::kCmsData},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(first_year([&](PerformanceYear year) { return rule_holds(year, each.rule); }),
              each.first);
    EXPECT_EQ(rule_confidence(each.rule), each.confidence);
  }
}

TEST(PayloadYearsTest, WordsBeginInTheYearThatIsDocumented) {
  struct Case {
    WordList list;
    std::string_view word;
    int first;
    Confidence confidence;
  };
  const std::vector<Case> cases = {
      {WordList::kCategory, "pi", 2018, Confidence::kCmsData},
      {WordList::kEntityType, "virtualGroup", 2018, Confidence::kCmsData},
      {WordList::kEntityType, "apm", 2018, Confidence::kCmsData},
      {WordList::kEntityType, "subgroup", 2023, Confidence::kCmsData},
      {WordList::kProgram, "mips", 2017, Confidence::kCmsData},
      {WordList::kProgram, "app1", 2021, Confidence::kCmsData},
      {WordList::kProgram, "appPlus", 2025, Confidence::kCmsData},
      {WordList::kAppMeasure, "236", 2021, Confidence::kCmsData},
      {WordList::kInteroperabilityEntity, "virtualGroup", 2018, Confidence::kUnverified},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(
        first_year([&](PerformanceYear year) { return has_word(year, each.list, each.word); }),
        each.first)
        << each.word;
    EXPECT_EQ(word_confidence(year_of_test(kLastTestYear), each.list, each.word), each.confidence);
  }
  for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
    EXPECT_FALSE(has_word(year_of_test(year), WordList::kInteroperabilityEntity, "apm"));
    EXPECT_EQ(has_word(year_of_test(year), WordList::kCategory, "aci"), year <= 2018);
    EXPECT_EQ(has_word(year_of_test(year), WordList::kProgram, "cpcPlus"),
              year >= 2018 && year <= 2021);
  }
}

TEST(PayloadYearsTest, CertificationIdentifiersHaveTheFormOfTheYear) {
  const auto years_of = [](std::string_view id) {
    std::string years;
    for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
      if (is_cehrt_id(year_of_test(year), id)) years += std::to_string(year % 100) + ' ';
    }
    return years;
  };
  EXPECT_EQ(years_of("XX15CXXXXXXXXXX"), "17 18 19 20 21 22 23 24 25 26 ");
  EXPECT_EQ(years_of("0015E1235689784"), "17 18 19 20 21 22 23 ");
  EXPECT_EQ(years_of("0014E1235689784"), "17 18 19 ");
  EXPECT_EQ(years_of("2025C1235689784"), "17 18 25 26 ");
  EXPECT_EQ(years_of("0015C123568978"), "");
  EXPECT_EQ(years_of("0015C12356897-4"), "");
}

TEST(PayloadYearsTest, NoListHasAMeasureKeptForInternalImprovement) {
  for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
    for (const rulebook::Measure& measure : rules_of(year).year_rules->measures()) {
      EXPECT_FALSE(measure.id.starts_with("IIM")) << year;
    }
  }
}

TEST(PayloadYearsTest, EveryFieldSaysHowSureItIs) {
  std::size_t unverified = 0;
  for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
    for (int object = 0; object <= static_cast<int>(PayloadObject::kNonProportion); ++object) {
      const auto fields = payload_fields(year_of_test(year), static_cast<PayloadObject>(object));
      EXPECT_FALSE(fields.empty());
      std::set<std::string_view> names;
      for (const PayloadField& field : fields) {
        EXPECT_TRUE(names.insert(field.name).second) << field.name;
        unverified += field.confidence == Confidence::kUnverified ? 1 : 0;
      }
    }
  }
  EXPECT_GT(unverified, 0U);
}

Json single(int year, const std::string& category = "quality") {
  return {{"category", category},
          {"submissionMethod", "registry"},
          {"performanceStart", std::to_string(year) + "-01-01"},
          {"performanceEnd", std::to_string(year) + "-12-31"},
          {"submission",
           {{"entityType", "group"},
            {"taxpayerIdentificationNumber", "000456789"},
            {"performanceYear", year}}},
          {"measurements", Json::array()}};
}

std::string told(const Json& json) {
  PayloadSchema schema;
  schema.rulebook = &rulebook::Rulebook::built_in();
  schema.strictness = Strictness::kAsDocumented;
  std::string out;
  for (const PayloadProblem& problem : validate_payload(json.dump(), schema)) {
    out += problem.path + '\n';
  }
  return out;
}

TEST(PayloadYearsTest, AnExclusionOfACqmWasTakenBefore) {
  for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
    Json set = single(year);
    set["measurements"].push_back({{"measureId", "047"},
                                   {"value",
                                    {{"isEndToEndReported", false},
                                     {"performanceMet", 5},
                                     {"eligiblePopulationExclusion", 2},
                                     {"eligiblePopulation", 9}}}});
    EXPECT_EQ(told(set), year < 2020 ? "" : "measurements[0].value.eligiblePopulationExclusion\n");
  }
}

TEST(PayloadYearsTest, TheCategoryHadItsFirstNameIn2017) {
  Json set = single(2017, "aci");
  set["measurements"].push_back({{"measureId", "ACI_PPHI_1"}, {"value", true}});
  EXPECT_EQ(told(set), "");
  set["programName"] = "mips";
  EXPECT_EQ(told(set), "programName\n") << "a field of 2018";
  EXPECT_EQ(told(single(2017, "pi")), "category\n");
  EXPECT_EQ(told(single(2018, "aci")), "");
  EXPECT_EQ(told(single(2019, "aci")), "category\n");
}

TEST(PayloadYearsTest, APathwayIsAProgramOfItsYears) {
  for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
    Json set = single(year);
    set["programName"] = "G0059";
    EXPECT_EQ(told(set).empty(), year >= 2023) << year;
  }
}

}  // namespace
}  // namespace qcdr::submission
