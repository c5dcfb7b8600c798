#include "rulebook/category_tables.h"

#include <gtest/gtest.h>

#include "rulebook/import.h"

namespace qcdr::rulebook {
namespace {

const YearRules& of_2022() {
  return *Rulebook::built_in().find_year(PerformanceYear(2022));
}

constexpr std::string_view kInteroperabilityHeader =
    "measure,role,metric,also_accepted,objective,points,excludes,substitutes,redistributed_to,"
    "title\n";

TEST(CategoryTables, ActivitiesOf2022HaveTheirWeights) {
  EXPECT_EQ(of_2022().activities().size(), 105U);
  const Activity* medium = of_2022().find_activity("IA_EPA_2");
  ASSERT_NE(medium, nullptr);
  EXPECT_EQ(medium->weight, ActivityWeight::kMedium);
  EXPECT_EQ(medium->subcategory, "expandedPracticeAccess");
  const Activity* high = of_2022().find_activity("IA_PM_2");
  ASSERT_NE(high, nullptr);
  EXPECT_EQ(high->weight, ActivityWeight::kHigh);
  const Activity* home = of_2022().find_activity("IA_PCMH");
  ASSERT_NE(home, nullptr);
  EXPECT_EQ(home->weight, ActivityWeight::kFull);
  EXPECT_EQ(of_2022().find_activity("IA_NO_1"), nullptr);
}

TEST(CategoryTables, ActivitiesSurviveWritingAndReading) {
  const std::string table = write_activity_table(of_2022().activities());
  const auto again = parse_activity_table("t", table);
  ASSERT_TRUE(again.is_ok()) << again.status().to_string();
  EXPECT_EQ(write_activity_table(again.value()), table);
}

TEST(CategoryTables, InteroperabilityOf2022) {
  const InteroperabilityMeasure* prescribing = of_2022().find_interoperability_measure("PI_EP_1");
  ASSERT_NE(prescribing, nullptr);
  EXPECT_TRUE(prescribing->ratio);
  EXPECT_EQ(prescribing->points, 10);
  ASSERT_EQ(prescribing->redistribution.size(), 3U);
  EXPECT_EQ(prescribing->redistribution[1], (std::vector<std::string>{"PI_HIE_1", "PI_HIE_4"}));
  const InteroperabilityMeasure* safer = of_2022().find_interoperability_measure("PI_PPHI_2");
  ASSERT_NE(safer, nullptr);
  EXPECT_TRUE(safer->no_accepted);
  const InteroperabilityMeasure* exclusion = of_2022().find_interoperability_measure("PI_LVPP_1");
  ASSERT_NE(exclusion, nullptr);
  EXPECT_EQ(exclusion->excludes, std::vector<std::string>{"PI_EP_1"});
}

TEST(CategoryTables, RefusesRowsThatMakeNoSense) {
  const auto refused = [](std::string_view row) {
    const std::string table = std::string(kInteroperabilityHeader) + std::string(row) + "\n";
    return parse_interoperability_table("t", table).status().to_string();
  };
  EXPECT_NE(refused("A,required,ratio,,o,0,,,,Title").find("points"), std::string::npos);
  EXPECT_NE(refused("A,exclusion,yes-no,,,0,,,,Title").find("excludes"), std::string::npos);
  EXPECT_NE(refused("A,exclusion,yes-no,,,0,B,,,Title").find("no row"), std::string::npos);
  EXPECT_NE(refused("A,unheard,yes-no,,,0,,,,Title").find("unheard"), std::string::npos);
  EXPECT_NE(refused("A,optional,maybe,,,0,,,,Title").find("maybe"), std::string::npos);
  EXPECT_NE(refused("B,optional,yes-no,,,0,,,,T\nA,optional,yes-no,,,0,,,,T").find("order"),
            std::string::npos);
}

TEST(CategoryTables, CostMeasuresOf2022) {
  EXPECT_EQ(of_2022().cost_measures().size(), 25U);
  EXPECT_EQ(of_2022().find_cost_measure("TPCC_1")->case_minimum, 20);
  EXPECT_EQ(of_2022().find_cost_measure("MSPB_1")->case_minimum, 35);
  EXPECT_EQ(of_2022().find_cost_measure("COST_KA_1")->case_minimum, 10);
  EXPECT_FALSE(parse_cost_table("t", "measure,case_minimum,title\nA,0,T\n").is_ok());
}

TEST(CategoryTables, ClustersOf2022) {
  ASSERT_EQ(of_2022().clusters().size(), 1U);
  EXPECT_EQ(of_2022().clusters().front().measures,
            (std::vector<std::string>{"404", "424", "430", "463"}));
  EXPECT_FALSE(parse_cluster_table("t", "cluster,collection_type,measures\na,b,\n").is_ok());
}

TEST(CategoryTables, ImportsActivitiesOnly) {
  const auto table = import_activities(
      R"([{"category":"ia","measureId":"IA_B","title":"B, with a comma","weight":"high",
           "subcategoryId":"s"},
          {"category":"ia","measureId":"IA_PCMH","title":"Home","weight":null},
          {"category":"quality","measureId":"001","title":"not one"}])",
      PerformanceYear(2022));
  ASSERT_TRUE(table.is_ok()) << table.status().to_string();
  EXPECT_NE(table.value().find("IA_B,high,s,\"B, with a comma\"\nIA_PCMH,full,,Home\n"),
            std::string::npos);
  EXPECT_FALSE(import_activities(R"([{"category":"ia","measureId":"IA_A","title":"A",
                                      "weight":"heavy"}])",
                                 PerformanceYear(2022))
                   .is_ok());
}

}  // namespace
}  // namespace qcdr::rulebook
