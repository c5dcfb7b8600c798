#include "rulebook/import.h"

#include <gtest/gtest.h>

#include "core/crypto.h"
#include "rulebook/category_tables.h"
#include "rulebook/measure_table.h"

namespace qcdr::rulebook {
namespace {

constexpr PerformanceYear kYear(2022);

constexpr std::string_view kMeasures = R"([
  {"category": "quality", "measureId": "X48", "title": "Survey, \"b\" part", "measureType":
   "patientReportedOutcome", "isHighPriority": true, "isInverse": false, "isRegistryMeasure": true,
   "metricType": "registryMultiPerformanceRate", "overallAlgorithm": "overallStratumOnly",
   "firstPerformanceYear": 2017, "submissionMethods": ["registry"], "eMeasureId": null,
   "strata": [{"name": "surveyed", "description": "a"}, {"name": "overall", "description": "b"}]},
  {"category": "ia", "measureId": "IA_1"},
  {"category": "quality", "measureId": "018", "title": "Plain", "measureType": "process",
   "isHighPriority": false, "isInverse": true, "isRegistryMeasure": false,
   "metricType": "singlePerformanceRate", "firstPerformanceYear": 2022,
   "submissionMethods": ["registry", "claims"], "clinicalGuidelineChanged": ["claims"],
   "icdImpacted": ["registry"], "strata": [{"description": "unnamed"}]}
])";

constexpr std::string_view kMeasureRows =
    "measure,type,flags,metric,first_year,collection_types,strata,algorithm,suppressed,truncated,"
    "title\n"
    "018,process,inverse,singlePerformanceRate,2022,claims; registry,,,claims,registry,Plain\n"
    "X48,patient-reported-outcome,high-priority; qcdr,registryMultiPerformanceRate,2017,registry,"
    "surveyed; overall,overallStratumOnly,,,\"Survey, \"\"b\"\" part\"\n";

std::string comment_of(std::string_view json, std::string_view first, std::string_view file) {
  return std::string("# ") + std::string(first) +
         " of 2022. Written by `qcdr rulebook import`; do not edit.\n"
         "# Source: repository CMSgov/qpp-measures-data, " +
         std::string(file) + "\n# SHA-256 of the imported file: " + hex(view(sha256(json))) + "\n";
}

TEST(Import, WritesTheTableOfQualityMeasures) {
  const Result<std::string> table = import_measures(kMeasures, kYear);
  ASSERT_TRUE(table.is_ok()) << table.status().to_string();
  EXPECT_EQ(table.value(),
            comment_of(kMeasures, "Quality measures", "measures/2022/measures-data.json") +
                std::string(kMeasureRows));
}

TEST(Import, TheLoaderReadsTheTableOfMeasures) {
  const auto measures = parse_measure_table("m.csv", import_measures(kMeasures, kYear).value());
  ASSERT_TRUE(measures.is_ok()) << measures.status().to_string();
  ASSERT_EQ(measures.value().size(), 2u);
  const Measure& survey = measures.value()[1];
  EXPECT_EQ(survey.id, "X48");
  EXPECT_EQ(survey.title, "Survey, \"b\" part");
  EXPECT_EQ(survey.type, MeasureType::kPatientReportedOutcome);
  EXPECT_TRUE(survey.outcome);
  EXPECT_TRUE(survey.high_priority);
  EXPECT_TRUE(survey.registry_measure);
  EXPECT_EQ(survey.strata, (std::vector<std::string>{"surveyed", "overall"}));
  EXPECT_EQ(survey.overall_algorithm, "overallStratumOnly");
  const Measure& plain = measures.value()[0];
  EXPECT_FALSE(plain.outcome);
  EXPECT_TRUE(plain.inverse);
  EXPECT_EQ(plain.first_performance_year, 2022);
  EXPECT_EQ(plain.suppressed_for, std::vector<std::string>{"claims"});
  EXPECT_EQ(plain.truncated_for, std::vector<std::string>{"registry"});
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  const std::size_t place = changed.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return changed.replace(place, from.size(), to);
}

TEST(Import, RefusesWhatItDoesNotUnderstand) {
  const auto measures = [](std::string_view from, std::string_view to) {
    return import_measures(replaced(kMeasures, from, to), kYear).status().message();
  };
  EXPECT_EQ(measures("\"process\"", "\"balance\""),
            "measure 018: \"balance\" is not a known measureType");
  EXPECT_EQ(measures("\"isInverse\": true", "\"isInverse\": null"),
            "measure 018: \"isInverse\" is not true or false");
  EXPECT_NE(measures("\"018\"", "\"X48\"").find("out of order or repeated"), std::string::npos);
}

Measure measure_of(std::string_view from, std::string_view to) {
  const auto table = import_measures(replaced(kMeasures, from, to), kYear);
  EXPECT_TRUE(table.is_ok()) << table.status().to_string();
  return parse_measure_table("m.csv", table.value()).value()[0];
}

TEST(Import, KeepsWhereTheCapIsLiftedAndWhatOnlyPathwaysHave) {
  const Measure uncapped =
      measure_of("\"isInverse\": true",
                 R"("isInverse": true, "sevenPointCapRemoved": ["registry", "claims"])");
  EXPECT_EQ(uncapped.uncapped_for, (std::vector<std::string>{"claims", "registry"}));
  EXPECT_FALSE(uncapped.pathways_only);
  const Measure both = measure_of("\"isInverse\": true",
                                  R"("isInverse": true, "allowedPrograms": ["app1", "mips"])");
  EXPECT_FALSE(both.pathways_only);
  const Measure pathways =
      measure_of("\"isInverse\": true", R"("isInverse": true, "allowedPrograms": ["M1366"])");
  EXPECT_TRUE(pathways.pathways_only);
  EXPECT_TRUE(pathways.inverse);
}

// Before 2020 CMS says that a measure is concerned, not in which collection types.
TEST(Import, AFlagWithoutAListConcernsEveryCollectionType) {
  const Measure measure =
      measure_of(R"("clinicalGuidelineChanged": ["claims"],
   "icdImpacted": ["registry"])",
                 R"("isClinicalGuidelineChanged": true, "isIcdImpacted": false)");
  EXPECT_EQ(measure.suppressed_for, (std::vector<std::string>{"claims", "registry"}));
  EXPECT_TRUE(measure.truncated_for.empty());
}

TEST(Import, ACompositeWithAnOutcomeIsAnOutcome) {
  EXPECT_EQ(measure_of("\"process\"", "\"intermediateOutcomeAndProcess\"").type,
            MeasureType::kIntermediateOutcome);
}

constexpr std::string_view kActivities = R"([
  {"category": "ia", "measureId": "IA_PCMH", "title": "Home", "weight": null},
  {"category": "ia", "measureId": "IA_B", "title": "B", "weight": "high", "subcategoryId": "s"},
  {"category": "quality", "measureId": "018"},
  {"category": "ia", "measureId": "IA_A", "title": "A", "weight": "medium"}
])";

std::string rows_of(const Result<std::string>& table) {
  EXPECT_TRUE(table.is_ok()) << table.status().to_string();
  const std::string& text = table.value();
  return text.substr(text.find('\n', text.find("SHA-256")) + 1);
}

TEST(Import, WritesWhatActivitiesWeigh) {
  EXPECT_EQ(rows_of(import_activities(kActivities, kYear)),
            "activity,weight,subcategory,title\nIA_A,medium,,A\nIA_B,high,s,B\n"
            "IA_PCMH,full,,Home\n");
}

// From 2025 on; the medical home is the whole category as before.
TEST(Import, ActivitiesWithoutWeightsCountTheSame) {
  const std::string none =
      replaced(replaced(kActivities, "\"high\"", "null"), "\"medium\"", "null");
  EXPECT_EQ(rows_of(import_activities(none, kYear)),
            "activity,weight,subcategory,title\nIA_A,counted,,A\nIA_B,counted,s,B\n"
            "IA_PCMH,full,,Home\n");
  EXPECT_EQ(import_activities(replaced(kActivities, "\"high\"", "null"), kYear).status().message(),
            "activity IA_A has a weight and IA_B has none");
}

constexpr std::string_view kPathways = R"([
  {"mvpId": "G0001", "title": "Other"},
  {"mvpId": "G0059", "title": "Anesthesia", "qualityMeasureIds": ["430", "404"],
   "iaMeasureIds": ["IA_B"], "costMeasureIds": ["MSPB_1"],
   "foundationQualityMeasureIds": ["479", "484"]}
])";

TEST(Import, WritesThePathwayThatIsAskedFor) {
  const auto table = import_pathways(kPathways, "G0059", PerformanceYear(2023));
  EXPECT_EQ(rows_of(table),
            "pathway,quality,population_health,activities,cost,title\n"
            "G0059,404; 430,479; 484,IA_B,MSPB_1,Anesthesia\n");
  const auto pathways = parse_pathway_table("p.csv", table.value());
  ASSERT_TRUE(pathways.is_ok());
  EXPECT_EQ(pathways.value()[0].population_health, (std::vector<std::string>{"479", "484"}));
  EXPECT_EQ(write_pathway_table(pathways.value()), rows_of(table));
  EXPECT_EQ(import_pathways(kPathways, "G0060", kYear).status().message(),
            "the file has no pathway G0060");
  EXPECT_FALSE(import_pathways(kPathways, "G0001", kYear).is_ok());  // without measures
}

TEST(Import, RefusesWhatIsNoList) {
  for (const std::string_view text : {"", "{}", "[", "[1]", "[{}]", "[null]", "12"}) {
    EXPECT_FALSE(import_measures(text, kYear).is_ok()) << text;
    EXPECT_FALSE(import_activities(text, kYear).is_ok()) << text;
    EXPECT_FALSE(import_pathways(text, "G0059", kYear).is_ok()) << text;
  }
}

}  // namespace
}  // namespace qcdr::rulebook
