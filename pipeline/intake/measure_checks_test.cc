#include "intake/measure_checks.h"

#include <gtest/gtest.h>

#include "rulebook/loader.h"
#include "rulebook/source_file.h"

namespace qcdr::intake {
namespace {

const rulebook::YearRules* year(int number) {
  return rulebook::Rulebook::built_in().find_year(PerformanceYear(number));
}

std::optional<FindingCode> code_of(const std::optional<Complaint>& complaint) {
  if (!complaint) return std::nullopt;
  return complaint->code;
}

std::optional<FindingCode> told(int number, const std::string& measure, const char* code) {
  MeasureChecks checks(year(number));
  return code_of(checks.check(measure, code, ""));
}

TEST(MeasureChecks, ACodeIsOneOfItsYear) {
  EXPECT_EQ(told(2022, "PQRS477", "M1142"), std::nullopt);
  EXPECT_EQ(told(2021, "PQRS477", "M1142"), FindingCode::CODE_UNKNOWN_FOR_MEASURE);
  EXPECT_EQ(told(2025, "PQRS424", "G9771"), std::nullopt);
  EXPECT_EQ(told(2026, "PQRS424", "G9771"), FindingCode::MEASURE_UNKNOWN);
  EXPECT_EQ(told(2022, "PQRS424", "G9775"), FindingCode::CODE_UNKNOWN_FOR_MEASURE);
  EXPECT_EQ(told(2022, "IIM001", "G9771"), FindingCode::MEASURE_INTERNAL);
  EXPECT_EQ(told(2022, "AQI49", "10A01"), FindingCode::MEASURE_NOT_COMPUTED);
}

// Of several rates each has codes of its own, and any of them is the measure's.
TEST(MeasureChecks, ACodeOfAnyRateIsTheMeasures) {
  for (const char* code : {"10A12", "10A13", "10A14", "10A72", "10A69", "10A70", "10A71"}) {
    EXPECT_EQ(told(2022, "AQI48", code), std::nullopt) << code;
  }
  EXPECT_EQ(told(2022, "AQI48", "10A99"), FindingCode::CODE_UNKNOWN_FOR_MEASURE);
}

TEST(MeasureChecks, AMeasureOfAnotherRegistryIsToldOnce) {
  MeasureChecks checks(year(2022));
  EXPECT_EQ(code_of(checks.check("ABG40", "1081", "")), FindingCode::MEASURE_NOT_OURS);
  EXPECT_EQ(code_of(checks.check("ABG40", "1082", "")), std::nullopt);
  EXPECT_EQ(told(2022, "ABG41", "1084"), std::nullopt);
  const auto harbor = rulebook::load_rulebook(rulebook::embedded_files(), "harbor");
  ASSERT_TRUE(harbor.is_ok());
  MeasureChecks others(harbor.value()->find_year(PerformanceYear(2022)));
  EXPECT_EQ(code_of(others.check("ABG40", "1081", "")), std::nullopt);
}

TEST(MeasureChecks, AnOldNameLeadsToTheNewOne) {
  MeasureChecks checks(year(2020));
  std::optional<Complaint> complaint;
  EXPECT_EQ(checks.new_name("AQI59", &complaint), "PQRS477");
  ASSERT_TRUE(complaint.has_value());
  EXPECT_EQ(complaint->code, FindingCode::MEASURE_RENAMED);
  EXPECT_EQ(complaint->parameters, (std::vector<std::string>{"AQI59", "PQRS477"}));
  EXPECT_EQ(checks.new_name("AQI59", &complaint), "PQRS477");
  EXPECT_FALSE(complaint.has_value()) << "told once";
  EXPECT_EQ(checks.new_name("PQRS477", &complaint), std::nullopt);
  MeasureChecks before(year(2019));
  EXPECT_EQ(before.new_name("AQI59", &complaint), std::nullopt) << "it was a measure of that year";
  MeasureChecks lines(year(2022));
  EXPECT_EQ(lines.new_name("AQI70", &complaint), "AQI73");
}

}  // namespace
}  // namespace qcdr::intake
