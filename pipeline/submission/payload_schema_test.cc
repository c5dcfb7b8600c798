#include "submission/payload_schema.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "submission/payload.h"
#include "submission/payload_table.h"
#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

using Json = nlohmann::json;

PayloadSchema schema(Strictness strictness = Strictness::kAsDocumented) {
  PayloadSchema out;
  out.rulebook = &rulebook::Rulebook::built_in();
  out.strictness = strictness;
  return out;
}

std::vector<PayloadProblem> check(const Json& json,
                                  Strictness strictness = Strictness::kAsDocumented) {
  return validate_payload(json.dump(), schema(strictness));
}

std::string told(const std::vector<PayloadProblem>& problems) {
  std::string out;
  for (const PayloadProblem& problem : problems) {
    out += problem.path + ' ' + std::string(problem_kind_name(problem.kind)) + '\n';
  }
  return out;
}

// A set with every kind of value, as it goes to CMS.
Json quality(int year = 2022) {
  MeasurementSet set;
  set.year = PerformanceYear(year);
  set.start = day(year, 1, 1);
  set.end = day(year, 12, 31);
  set.measurements.push_back({"424", SingleValue{false, {412, 9, 0, 21, 455}}});
  set.measurements.push_back({"AQI48", RegistryMultiValue{false,
                                                          {{"surveyed", {350, 90, 0, 0, 440}},
                                                           {"overall", {57, 2, 0, 0, 59}}},
                                                          Decimal::parse("96.61").value()}});
  set.measurements.push_back(
      {"AQI69", RegistrySingleValue{false, {77, 8, 0, 0, 85}, Decimal::parse("90.59").value()}});
  NonProportionValue amount;
  amount.numerator = Decimal::parse("150.5").value();
  amount.denominator = Decimal::from_integer(50);
  amount.observation_instances = 50;
  set.measurements.push_back({"EPREOP31", amount});
  return Json::parse(payload_json(set));
}

Json interoperability() {
  MeasurementSet set;
  set.year = PerformanceYear(2022);
  set.category = SetCategory::kInteroperability;
  set.start = day(2022, 7, 1);
  set.end = day(2022, 12, 31);
  set.cehrt_id = "0015CABCDEF1234";
  set.measurements.push_back({"PI_EP_1", ProportionValue{49, 115}});
  set.measurements.push_back({"PI_PPHI_1", BooleanValue{true}});
  return Json::parse(payload_json(set));
}

Json activities() {
  MeasurementSet set;
  set.year = PerformanceYear(2022);
  set.category = SetCategory::kActivities;
  set.start = day(2022, 3, 1);
  set.end = day(2022, 8, 31);
  set.measurements.push_back({"IA_BE_6", BooleanValue{true}});
  return Json::parse(payload_json(set));
}

Json with_tin(Json json) {
  json["submission"]["taxpayerIdentificationNumber"] = "000456789";
  return json;
}

struct Mutation {
  std::string name;
  std::function<void(Json&)> change;
  std::string path;
  ProblemKind kind;
};

void expect_refused(const Json& good, const std::vector<Mutation>& mutations,
                    Strictness strictness = Strictness::kAsDocumented) {
  ASSERT_EQ(told(check(good, strictness)), "");
  for (const Mutation& mutation : mutations) {
    Json changed = good;
    mutation.change(changed);
    const auto problems = check(changed, strictness);
    ASSERT_FALSE(problems.empty()) << mutation.name;
    EXPECT_EQ(problems[0].path, mutation.path) << mutation.name << '\n' << told(problems);
    EXPECT_EQ(problems[0].kind, mutation.kind) << mutation.name << '\n' << told(problems);
  }
}

Json& value(Json& set, std::size_t index) {
  return set["measurements"][index]["value"];
}

constexpr ProblemKind kInvalid = ProblemKind::kInvalidValue;
constexpr ProblemKind kMissing = ProblemKind::kMissing;
constexpr ProblemKind kType = ProblemKind::kWrongType;

TEST(PayloadSchemaTest, AQualitySetThatCmsWouldRefuseIsRefused) {
  expect_refused(
      with_tin(quality()),
      {
          {"category", [](Json& set) { set["category"] = "cost"; }, "category", kInvalid},
          {"aci in 2022", [](Json& set) { set["category"] = "aci"; }, "category", kInvalid},
          {"method", [](Json& set) { set["submissionMethod"] = "claims"; }, "submissionMethod",
           kInvalid},
          {"no method", [](Json& set) { set.erase("submissionMethod"); }, "submissionMethod",
           kMissing},
          {"program", [](Json& set) { set["programName"] = "mipsy"; }, "programName", kInvalid},
          {"cpcPlus in 2022", [](Json& set) { set["programName"] = "cpcPlus"; }, "programName",
           kInvalid},
          {"practiceId in 2022", [](Json& set) { set["practiceId"] = "X"; }, "practiceId",
           ProblemKind::kUnknownField},
          {"no start", [](Json& set) { set.erase("performanceStart"); }, "performanceStart",
           kMissing},
          {"a date", [](Json& set) { set["performanceEnd"] = "2022-13-01"; }, "performanceEnd",
           kType},
          {"backwards", [](Json& set) { set["performanceEnd"] = "2021-12-31"; }, "performanceEnd",
           kInvalid},
          {"no measurements", [](Json& set) { set.erase("measurements"); }, "measurements",
           kMissing},
          {"measurements", [](Json& set) { set["measurements"] = 7; }, "measurements", kType},
          {"nobody's", [](Json& set) { set.erase("submission"); }, "submission", kMissing},
          {"year", [](Json& set) { set["submission"]["performanceYear"] = 2016; },
           "submission.performanceYear", kInvalid},
          {"entity", [](Json& set) { set["submission"]["entityType"] = "practice"; },
           "submission.entityType", kInvalid},
          {"subgroup in 2022", [](Json& set) { set["submission"]["entityType"] = "subgroup"; },
           "submission.entityType", kInvalid},
          {"TIN", [](Json& set) { set["submission"]["taxpayerIdentificationNumber"] = "00045678"; },
           "submission.taxpayerIdentificationNumber", kInvalid},
          {"the placeholder",
           [](Json& set) { set["submission"]["taxpayerIdentificationNumber"] = "{tin}"; },
           "submission.taxpayerIdentificationNumber", kInvalid},
          {"an NPI of a group",
           [](Json& set) { set["submission"]["nationalProviderIdentifier"] = "2000010019"; },
           "submission.nationalProviderIdentifier", kInvalid},
          {"no NPI", [](Json& set) { set["submission"]["entityType"] = "individual"; },
           "submission.nationalProviderIdentifier", kMissing},
          {"measure", [](Json& set) { set["measurements"][0]["measureId"] = "999"; },
           "measurements[0].measureId", kInvalid},
          {"twice", [](Json& set) { set["measurements"].push_back(set["measurements"][0]); },
           "measurements[4].measureId", ProblemKind::kDuplicate},
          {"no value", [](Json& set) { set["measurements"][0].erase("value"); },
           "measurements[0].value", kMissing},
          {"true", [](Json& set) { value(set, 0) = true; }, "measurements[0].value", kType},
          {"another form", [](Json& set) { value(set, 0) = value(set, 1); },
           "measurements[0].value.strata", ProblemKind::kUnknownField},
      });
}

TEST(PayloadSchemaTest, CountsThatCannotBeAreRefused) {
  expect_refused(
      with_tin(quality()),
      {
          {"negative", [](Json& set) { value(set, 0)["performanceMet"] = -1; },
           "measurements[0].value.performanceMet", kType},
          {"half", [](Json& set) { value(set, 0)["eligiblePopulation"] = 455.5; },
           "measurements[0].value.eligiblePopulation", kType},
          {"text", [](Json& set) { value(set, 0)["performanceNotMet"] = "9"; },
           "measurements[0].value.performanceNotMet", kType},
          {"no eligible", [](Json& set) { value(set, 0).erase("eligiblePopulation"); },
           "measurements[0].value.eligiblePopulation", kMissing},
          {"more met than eligible", [](Json& set) { value(set, 0)["performanceMet"] = 456; },
           "measurements[0].value.performanceMet", kInvalid},
          {"more than all", [](Json& set) { value(set, 0)["performanceNotMet"] = 99; },
           "measurements[0].value.eligiblePopulation", kInvalid},
          {"exclusions of a CQM",
           [](Json& set) { value(set, 0)["eligiblePopulationExclusion"] = 1; },
           "measurements[0].value.eligiblePopulationExclusion", kInvalid},
          {"end to end", [](Json& set) { value(set, 0).erase("isEndToEndReported"); },
           "measurements[0].value.isEndToEndReported", kMissing},
          {"no rate", [](Json& set) { value(set, 2).erase("performanceRate"); },
           "measurements[2].value.performanceRate", kMissing},
          {"a rate above", [](Json& set) { value(set, 2)["performanceRate"] = 100.01; },
           "measurements[2].value.performanceRate", kInvalid},
          {"a rate below", [](Json& set) { value(set, 1)["performanceRate"] = -1; },
           "measurements[1].value.performanceRate", kInvalid},
          {"a stratum less", [](Json& set) { value(set, 1)["strata"].erase(0); },
           "measurements[1].value.strata", kMissing},
          {"a stratum twice",
           [](Json& set) { value(set, 1)["strata"][0] = value(set, 1)["strata"][1]; },
           "measurements[1].value.strata[1].stratum", ProblemKind::kDuplicate},
          {"a stratum unknown", [](Json& set) { value(set, 1)["strata"][0]["stratum"] = "other"; },
           "measurements[1].value.strata[0].stratum", kInvalid},
          {"no stratum", [](Json& set) { value(set, 1)["strata"][0].erase("stratum"); },
           "measurements[1].value.strata[0].stratum", kMissing},
          {"no instances", [](Json& set) { value(set, 3).erase("observationInstances"); },
           "measurements[3].value.observationInstances", kMissing},
      });
}

TEST(PayloadSchemaTest, InteroperabilityThatCmsWouldRefuseIsRefused) {
  const auto add = [](const char* id, Json what) {
    return [id, what](Json& set) {
      set["measurements"].push_back({{"measureId", id}, {"value", what}});
    };
  };
  expect_refused(
      with_tin(interoperability()),
      {
          {"no identifier", [](Json& set) { set.erase("cehrtId"); }, "cehrtId", kMissing},
          {"an identifier", [](Json& set) { set["cehrtId"] = "0014EABCDEF1234"; }, "cehrtId",
           kInvalid},
          {"a short identifier", [](Json& set) { set["cehrtId"] = "0015C"; }, "cehrtId", kInvalid},
          {"above one", [](Json& set) { value(set, 0)["numerator"] = 116; },
           "measurements[0].value.numerator", kInvalid},
          {"of nothing", [](Json& set) { value(set, 0)["denominator"] = 0; },
           "measurements[0].value.numerator", kInvalid},
          {"a ratio as an answer", [](Json& set) { value(set, 0) = true; }, "measurements[0].value",
           kType},
          {"an answer as a ratio", [](Json& set) { value(set, 1) = value(set, 0); },
           "measurements[1].value", kType},
          {"an unknown measure", add("PI_NO_1", true), "measurements[2].measureId", kInvalid},
          {"an exclusion beside its measure", add("PI_LVPP_1", true), "measurements[2].measureId",
           ProblemKind::kContradiction},
          {"an APM entity",
           [](Json& set) {
             set["submission"] = {
                 {"entityType", "apm"}, {"entityId", "A1"}, {"performanceYear", 2022}};
           },
           "category", kInvalid},
      });
  Json substitutes = with_tin(interoperability());
  add("PI_HIE_5", true)(substitutes);
  ASSERT_EQ(told(check(substitutes)), "");
  add("PI_HIE_1", Json{{"numerator", 1}, {"denominator", 2}})(substitutes);
  EXPECT_NE(told(check(substitutes)).find("contradiction"), std::string::npos);
}

TEST(PayloadSchemaTest, ActivitiesThatCmsWouldRefuseAreRefused) {
  expect_refused(
      with_tin(activities()),
      {
          {"unknown", [](Json& set) { set["measurements"][0]["measureId"] = "IA_NO_1"; },
           "measurements[0].measureId", kInvalid},
          {"a number", [](Json& set) { value(set, 0) = 1; }, "measurements[0].value", kType},
          {"an identifier of a record system",
           [](Json& set) { set["cehrtId"] = "0015CABCDEF1234"; }, "cehrtId", kInvalid},
      });
  Json denied = with_tin(activities());
  value(denied, 0) = false;
  EXPECT_EQ(told(check(denied)), "") << "CMS takes it";
}

TEST(PayloadSchemaTest, WhatWeSendIsHeldToMore) {
  const Strictness ours = Strictness::kAsWeSend;
  expect_refused(quality(),
                 {
                     {"a TIN", [](Json& set) { set = with_tin(set); },
                      "submission.taxpayerIdentificationNumber", kInvalid},
                     {"half a year", [](Json& set) { set["performanceStart"] = "2022-07-01"; },
                      "performanceStart", kInvalid},
                     {"another year", [](Json& set) { set["performanceStart"] = "2021-01-01"; },
                      "performanceStart", kInvalid},
                     {"nothing", [](Json& set) { set["measurements"] = Json::array(); },
                      "measurements", kMissing},
                     {"what only an answer has", [](Json& set) { set["id"] = "x"; }, "id",
                      ProblemKind::kUnknownField},
                     {"no case",
                      [](Json& set) {
                        for (auto& count : value(set, 0)) {
                          if (count.is_number()) count = 0;
                        }
                      },
                      "measurements[0].value", kInvalid},
                 },
                 ours);
  Json denied = activities();
  value(denied, 0) = false;
  EXPECT_EQ(told(check(denied, ours)), "measurements[0].value invalidValue\n");
  Json counted = interoperability();
  value(counted, 0) = {{"numerator", 0}, {"denominator", 0}};
  EXPECT_EQ(told(check(counted, ours)), "measurements[0].value.denominator invalidValue\n");
  EXPECT_EQ(told(check(with_tin(counted))), "") << "CMS takes it";
}

TEST(PayloadSchemaTest, AQcdrMeasureIsForThoseThatCmsLists) {
  PayloadSchema listed = schema();
  listed.vendors = measure_of(2022, "AQI69")->allowed_vendors;
  const std::string json = with_tin(quality()).dump();
  EXPECT_EQ(told(validate_payload(json, listed)).find("measurements[2]"), std::string::npos);
  listed.vendors = {"1"};
  EXPECT_NE(told(validate_payload(json, listed)).find("measurements[2].measureId invalidValue"),
            std::string::npos);
}

TEST(PayloadSchemaTest, PathsOfASubmissionBeginWithItsSets) {
  Json set = activities();
  set.erase("submission");
  Json submission = {{"entityType", "group"},
                     {"taxpayerIdentificationNumber", "000456789"},
                     {"performanceYear", 2022},
                     {"measurementSets", {set}}};
  EXPECT_EQ(told(check(submission)), "");
  submission["measurementSets"].push_back(set);
  EXPECT_EQ(told(check(submission)), "measurementSets[1] duplicate\n");
  submission["measurementSets"][1]["programName"] = "app1";
  EXPECT_EQ(told(check(submission)), "") << "one for each program";
  submission["measurementSets"][0]["measurements"][0]["measureId"] = "IA_EPA_00";
  EXPECT_EQ(told(check(submission)), "measurementSets[0].measurements[0].measureId invalidValue\n");
  EXPECT_EQ(told(check(Json{{"data", {{"submission", submission}}}})),
            "measurementSets[0].measurements[0].measureId invalidValue\n");
}

TEST(PayloadSchemaTest, APatchNeedsNothingButWhatItChanges) {
  Json patch = quality();
  for (const char* key : {"category", "submissionMethod", "programName", "submission"}) {
    patch.erase(key);
  }
  EXPECT_EQ(told(check(patch)), "");
  patch["measurements"][0]["value"]["performanceMet"] = 456;
  EXPECT_EQ(told(check(patch)), "measurements[0].value.performanceMet invalidValue\n");
  patch.erase("performanceStart");
  EXPECT_EQ(told(check(patch)), "performanceYear missing\n");
}

TEST(PayloadSchemaTest, WhatCannotBeReadIsTold) {
  const auto kind = [](std::string_view json) { return validate_payload(json, schema())[0].kind; };
  EXPECT_EQ(kind(""), ProblemKind::kNotJson);
  EXPECT_EQ(kind("{\"a\":1,\"a\":1}"), ProblemKind::kNotJson);
  EXPECT_EQ(kind("[]"), kType);
  EXPECT_EQ(kind("{}"), kMissing);
  EXPECT_EQ(kind(std::string(kPayloadBytesMax + 1, ' ')), ProblemKind::kTooLarge);
  std::string many = "{\"performanceStart\":\"2022-01-01\",\"measurements\":[0";
  for (std::size_t i = 0; i < kPayloadProblemsMax + 5; ++i) many += ",0";
  const auto problems = validate_payload(many + "]}", schema());
  EXPECT_EQ(problems.size(), kPayloadProblemsMax + 1);
  EXPECT_EQ(problems.back().kind, ProblemKind::kTooMany);
}

TEST(PayloadSchemaTest, NoValueIsRepeated) {
  Json set = with_tin(quality());
  set["submission"]["taxpayerIdentificationNumber"] = "000-456789";
  set["submission"]["2000010019"] = 1;
  set["measurements"][0]["measureId"] = "2000010019";
  for (const PayloadProblem& problem : check(set)) {
    EXPECT_EQ((problem.path + problem.message).find_first_of("49"), std::string::npos)
        << problem.path;
  }
}

}  // namespace
}  // namespace qcdr::submission
