#include "submission/payload.h"

#include <gtest/gtest.h>

#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

MeasurementSet quality_set() {
  MeasurementSet set;
  set.entity = {EntityKind::kIndividual, test_npi(), ""};
  set.year = PerformanceYear(2022);
  set.start = day(2022, 1, 1);
  set.end = day(2022, 12, 31);
  set.measurements.push_back({"424", SingleValue{false, {412, 9, 0, 21, 455}}});
  set.measurements.push_back({"AQI48", RegistryMultiValue{false,
                                                          {{"surveyed", {350, 90, 0, 0, 440}},
                                                           {"overall", {57, 2, 0, 0, 59}}},
                                                          Decimal::parse("96.61").value()}});
  set.measurements.push_back(
      {"AQI69", RegistrySingleValue{true, {77, 8, 0, 0, 85}, Decimal::parse("90.59").value()}});
  return set;
}

// As CMS answers it: with ids, rates of its own and nulls.
std::string answer(std::string_view counts = "\"performanceMet\":412,\"performanceNotMet\":9") {
  return "{\"data\":{\"measurementSet\":{\"id\":\"set-1\",\"submissionId\":\"sub-1\","
         "\"category\":\"quality\",\"submissionMethod\":\"registry\",\"programName\":\"mips\","
         "\"cehrtId\":null,\"performanceStart\":\"2022-01-01\",\"performanceEnd\":\"2022-12-31\","
         "\"measurements\":[{\"id\":\"m-2\",\"measureId\":\"AQI69\",\"value\":{"
         "\"isEndToEndReported\":true,\"performanceMet\":77,\"performanceNotMet\":8,"
         "\"eligiblePopulationExclusion\":null,\"eligiblePopulationException\":0,"
         "\"eligiblePopulation\":85,\"performanceRate\":90.59,\"reportingRate\":100}},"
         "{\"measureId\":\"AQI48\",\"value\":{\"isEndToEndReported\":false,\"performanceRate\":96."
         "61,"
         "\"strata\":[{\"stratum\":\"overall\",\"performanceMet\":57,\"performanceNotMet\":2,"
         "\"eligiblePopulation\":59},{\"stratum\":\"surveyed\",\"performanceMet\":350,"
         "\"performanceNotMet\":90,\"eligiblePopulation\":440}]}},"
         "{\"id\":\"m-1\",\"measureId\":\"424\",\"value\":{\"isEndToEndReported\":false," +
         std::string(counts) +
         ",\"eligiblePopulationException\":21,\"eligiblePopulation\":455,"
         "\"performanceRate\":97.86,\"reportingRate\":97.14,\"caseCount\":455}}]}}}";
}

std::vector<ReadBackDifference> compare(const std::string& json) {
  const Result<ReadBack> read = parse_read_back(json);
  EXPECT_TRUE(read.is_ok()) << read.status().to_string();
  return read.is_ok() ? compare_read_back(quality_set(), read.value())
                      : std::vector<ReadBackDifference>();
}

TEST(PayloadTest, IsCanonical) {
  EXPECT_EQ(
      payload_json(quality_set()),
      "{\"category\":\"quality\",\"submissionMethod\":\"registry\",\"programName\":\"mips\","
      "\"performanceStart\":\"2022-01-01\",\"performanceEnd\":\"2022-12-31\",\"submission\":{"
      "\"entityType\":\"individual\",\"taxpayerIdentificationNumber\":\"{tin}\","
      "\"nationalProviderIdentifier\":\"2000010019\",\"performanceYear\":2022},\"measurements\":["
      "{\"measureId\":\"424\",\"value\":{\"isEndToEndReported\":false,\"performanceMet\":412,"
      "\"performanceNotMet\":9,\"eligiblePopulationExclusion\":0,"
      "\"eligiblePopulationException\":21,\"eligiblePopulation\":455}},"
      "{\"measureId\":\"AQI48\",\"value\":{\"isEndToEndReported\":false,\"performanceRate\":96.61,"
      "\"strata\":[{\"stratum\":\"surveyed\",\"performanceMet\":350,\"performanceNotMet\":90,"
      "\"eligiblePopulationExclusion\":0,\"eligiblePopulationException\":0,"
      "\"eligiblePopulation\":440},{\"stratum\":\"overall\",\"performanceMet\":57,"
      "\"performanceNotMet\":2,\"eligiblePopulationExclusion\":0,"
      "\"eligiblePopulationException\":0,\"eligiblePopulation\":59}]}},"
      "{\"measureId\":\"AQI69\",\"value\":{\"isEndToEndReported\":true,\"performanceMet\":77,"
      "\"performanceNotMet\":8,\"eligiblePopulationExclusion\":0,"
      "\"eligiblePopulationException\":0,\"eligiblePopulation\":85,\"performanceRate\":90.59}}]}");
  EXPECT_EQ(put_json(quality_set()), payload_json(quality_set()));
  EXPECT_EQ(payload_sha256("abc"), sha256("abc"));
}

TEST(PayloadTest, WhoIsKnownByANumberHasNoTin) {
  MeasurementSet set = quality_set();
  set.entity = {EntityKind::kVirtualGroup, Npi(), "VG-17"};
  const std::string json = payload_json(set);
  EXPECT_NE(json.find("{\"entityType\":\"virtualGroup\",\"entityId\":\"VG-17\","), json.npos);
  EXPECT_EQ(json.find("{tin}"), json.npos);
}

TEST(PayloadTest, FieldsAreThoseOfTheYear) {
  MeasurementSet set;
  set.category = SetCategory::kInteroperability;
  set.year = PerformanceYear(2017);
  set.start = day(2017, 7, 1);
  set.end = day(2017, 12, 31);
  set.cehrt_id = "0015CABCDEF1234";
  set.measurements.push_back({"ACI_EP_1", ProportionValue{10, 20}});
  const std::string first = payload_json(set);
  EXPECT_NE(first.find("\"category\":\"aci\""), first.npos);
  EXPECT_EQ(first.find("programName"), first.npos);
  EXPECT_EQ(first.find("cehrtId"), first.npos);
  set.year = PerformanceYear(2022);
  const std::string later = payload_json(set);
  EXPECT_NE(later.find("\"category\":\"pi\""), later.npos);
  EXPECT_NE(later.find("\"programName\":\"mips\""), later.npos);
  EXPECT_NE(later.find("\"cehrtId\":\"0015CABCDEF1234\""), later.npos);
}

TEST(PayloadTest, APatchHasWhatIsNewOrChanged) {
  const MeasurementSet before = quality_set();
  MeasurementSet now = before;
  std::get<SingleValue>(now.measurements[0].value).counts.met = 413;
  now.measurements.push_back({"PI", BooleanValue{true}});
  const Result<std::string> patch = patch_json(before, now);
  ASSERT_TRUE(patch.is_ok());
  EXPECT_EQ(patch.value(),
            "{\"performanceStart\":\"2022-01-01\",\"performanceEnd\":\"2022-12-31\","
            "\"measurements\":[{\"measureId\":\"424\",\"value\":{\"isEndToEndReported\":false,"
            "\"performanceMet\":413,\"performanceNotMet\":9,\"eligiblePopulationExclusion\":0,"
            "\"eligiblePopulationException\":21,\"eligiblePopulation\":455}},"
            "{\"measureId\":\"PI\",\"value\":true}]}");
  EXPECT_FALSE(patch_json(now, before).is_ok()) << "it takes nothing away";
  now.program = "app1";
  EXPECT_FALSE(patch_json(before, now).is_ok()) << "another set";
}

TEST(ReadBackTest, WhatWasSentIsRead) {
  const Result<ReadBack> read = parse_read_back(answer());
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  EXPECT_EQ(read.value().set_id, "set-1");
  EXPECT_EQ(read.value().submission_id, "sub-1");
  EXPECT_TRUE(compare_read_back(quality_set(), read.value()).empty());
}

TEST(ReadBackTest, EachCountThatIsNotTheSameIsFound) {
  const auto differences = compare(answer("\"performanceMet\":411,\"performanceNotMet\":9"));
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0],
            (ReadBackDifference{"measurements[424].value.performanceMet", "412", "411"}));
  // A count that is gone is zero; the others say the same.
  EXPECT_EQ(compare(answer("\"performanceMet\":412")).size(), 1U);
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, text.npos) << what;
  return at == text.npos ? text : text.replace(at, what.size(), with);
}

TEST(ReadBackTest, EveryOtherDifferenceIsFound) {
  const std::vector<std::array<std::string, 3>> changes = {
      {"\"category\":\"quality\"", "\"category\":\"ia\"", "category"},
      {"\"programName\":\"mips\"", "\"programName\":\"app1\"", "programName"},
      {"\"registry\"", "\"electronicHealthRecord\"", "submissionMethod"},
      {"2022-12-31", "2022-12-30", "performanceEnd"},
      {"2022-01-01", "2022-01-02", "performanceStart"},
      {"\"cehrtId\":null", "\"cehrtId\":\"0015CABCDEF1234\"", "cehrtId"},
      {"\"measureId\":\"AQI69\"", "\"measureId\":\"AQI68\"", "measurements[AQI69]"},
      {"90.59", "90.6", "measurements[AQI69].value.performanceRate"},
      {"96.61", "96.6", "measurements[AQI48].value.performanceRate"},
      {"97.86", "97.4", "measurements[424].value.performanceRate"},
      {"97.14", "90.14", "measurements[424].value.reportingRate"},
      {"\"isEndToEndReported\":true", "\"isEndToEndReported\":false",
       "measurements[AQI69].value.isEndToEndReported"},
      {"\"performanceMet\":57", "\"performanceMet\":58",
       "measurements[AQI48].value.strata[overall].performanceMet"},
      {"\"stratum\":\"surveyed\"", "\"stratum\":\"other\"",
       "measurements[AQI48].value.strata[surveyed]"},
  };
  for (const auto& change : changes) {
    const auto differences = compare(replaced(answer(), change[0], change[1]));
    ASSERT_FALSE(differences.empty()) << change[0];
    EXPECT_EQ(differences[0].path, change[2]);
  }
}

TEST(ReadBackTest, AValueOfAnotherFormIsADifference) {
  const std::string json = replaced(answer(), "\"measureId\":\"AQI48\",\"value\":{",
                                    "\"measureId\":\"AQI48\",\"value\":true,\"other\":{");
  const auto differences = compare(json);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].path, "measurements[AQI48].value.form");
}

TEST(ReadBackTest, WhatIsNoSetIsRefused) {
  for (const char* json :
       {"", "[]", "{}", "{\"data\":{}}", "{\"category\":\"ia\"}", "{\"measurements\":[]}",
        "{\"category\":\"ia\",\"measurements\":[{}]}",
        "{\"category\":\"ia\",\"measurements\":[{\"measureId\":\"x\",\"value\":7}]}",
        "{\"category\":\"ia\",\"measurements\":[{\"measureId\":\"x\",\"value\":{\"numerator\":-1}}]"
        "}",
        "{\"category\":\"ia\",\"measurements\":{}}", "{\"error\":{\"type\":\"x\"}}"}) {
    EXPECT_FALSE(parse_read_back(json).is_ok()) << json;
  }
}

TEST(MeasurementSetTest, AnEntityHasWhatItsKindNeeds) {
  EXPECT_TRUE(check_entity({EntityKind::kGroup, Npi(), ""}).is_ok());
  EXPECT_FALSE(check_entity({EntityKind::kGroup, test_npi(), ""}).is_ok());
  EXPECT_FALSE(check_entity({EntityKind::kGroup, Npi(), "7"}).is_ok());
  EXPECT_TRUE(check_entity({EntityKind::kIndividual, test_npi(), ""}).is_ok());
  EXPECT_FALSE(check_entity({EntityKind::kIndividual, Npi(), ""}).is_ok());
  EXPECT_TRUE(check_entity({EntityKind::kApm, Npi(), "A1234"}).is_ok());
  EXPECT_FALSE(check_entity({EntityKind::kApm, Npi(), ""}).is_ok());
  EXPECT_FALSE(check_entity({EntityKind::kApm, Npi(), "A 1"}).is_ok());
}

}  // namespace
}  // namespace qcdr::submission
