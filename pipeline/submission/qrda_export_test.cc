#include "submission/qrda_export.h"

#include <gtest/gtest.h>

#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

MeasurementSet electronic() {
  MeasurementSet set;
  set.year = PerformanceYear(2022);
  set.method = SubmissionMethod::kElectronicHealthRecord;
  set.start = day(2022, 1, 1);
  set.end = day(2022, 12, 31);
  set.measurements.push_back({"001", SingleValue{true, {30, 60, 10, 0, 100}}});
  return set;
}

QrdaOptions options() {
  QrdaOptions out;
  out.created_at = Instant::parse("2023-03-15T20:00:00Z").value();
  out.registry_name = "A & B";
  out.practice = PracticeId(1234);
  return out;
}

bool has(const QrdaExport& exported, std::string_view text) {
  return exported.xml.find(text) != std::string::npos;
}

TEST(QrdaExportTest, CarriesAnElectronicMeasure) {
  const MeasurementSet set = electronic();
  const auto exported = export_qrda({&set, 1}, options());
  ASSERT_TRUE(exported.is_ok()) << exported.status().to_string();
  EXPECT_EQ(exported.value().carried, 1U);
  EXPECT_TRUE(exported.value().not_carried.empty());
  EXPECT_TRUE(has(exported.value(), "extension=\"MIPS_GROUP\""));
  EXPECT_TRUE(has(exported.value(), "extension=\"{tin}\""));
  EXPECT_TRUE(has(exported.value(), "extension=\"2021-07-01\""));
  EXPECT_TRUE(has(exported.value(), "value=\"0.333333\""));
  EXPECT_TRUE(has(exported.value(), "<name>A &amp; B</name>"));
  EXPECT_TRUE(has(exported.value(), "<effectiveTime value=\"20230315200000+0000\"/>"));
}

TEST(QrdaExportTest, SaysWhatItCannotCarry) {
  MeasurementSet set = electronic();
  set.measurements.push_back({"999", SingleValue{true, {1, 1, 0, 0, 2}}});
  set.measurements.push_back({"112", SingleValue{true, {1, 1, 0, 0, 3}}});
  set.measurements.push_back({"236", SingleValue{true, {1, 1, 0, 2, 4}}});
  MeasurementSet registry = electronic();
  registry.method = SubmissionMethod::kRegistry;
  registry.measurements = {{"424", SingleValue{false, {1, 1, 0, 0, 2}}},
                           {"AQI69", RegistrySingleValue{false, {1, 1, 0, 0, 2}, Decimal()}},
                           {"AQI48", RegistryMultiValue{}},
                           {"EPREOP31", NonProportionValue{}}};
  const std::vector<MeasurementSet> sets = {registry, set};
  const QrdaExport exported = export_qrda(sets, options()).value();
  const std::vector<QrdaNotCarried> expected = {
      {SetCategory::kQuality, "424", QrdaGap::kNotElectronic},
      {SetCategory::kQuality, "AQI69", QrdaGap::kRegistryMeasure},
      {SetCategory::kQuality, "AQI48", QrdaGap::kRegistryMeasure},
      {SetCategory::kQuality, "EPREOP31", QrdaGap::kAmount},
      {SetCategory::kQuality, "999", QrdaGap::kNotOfList},
      {SetCategory::kQuality, "112", QrdaGap::kUnreportedCases},
      {SetCategory::kQuality, "236", QrdaGap::kNoPopulation},
  };
  EXPECT_EQ(exported.not_carried, expected);
  EXPECT_EQ(exported.carried, 1U);
  EXPECT_EQ(qrda_gap_name(QrdaGap::kUnreportedCases), "unreportedCases");
}

TEST(QrdaExportTest, NothingToCarryIsNoDocument) {
  MeasurementSet set = electronic();
  set.method = SubmissionMethod::kRegistry;
  const QrdaExport exported = export_qrda({&set, 1}, options()).value();
  EXPECT_EQ(exported.xml, "");
  EXPECT_EQ(exported.not_carried.size(), 1U);
}

TEST(QrdaExportTest, CarriesWhatIsAttested) {
  MeasurementSet report = electronic();
  report.method = SubmissionMethod::kRegistry;
  report.category = SetCategory::kInteroperability;
  report.start = day(2022, 7, 1);
  report.cehrt_id = "0015CABCDEF1234";
  report.measurements = {{"PI_EP_1", ProportionValue{49, 115}}, {"PI_PPHI_2", BooleanValue{false}}};
  MeasurementSet activities = report;
  activities.category = SetCategory::kActivities;
  activities.cehrt_id.clear();
  activities.measurements = {{"IA_BE_6", BooleanValue{true}}};
  const std::vector<MeasurementSet> sets = {activities, report};
  const QrdaExport exported = export_qrda(sets, options()).value();
  EXPECT_EQ(exported.carried, 3U);
  EXPECT_TRUE(has(exported, "extension=\"IA_BE_6\""));
  EXPECT_TRUE(has(exported, "code=\"Y\""));
  EXPECT_TRUE(has(exported, "code=\"N\""));
  EXPECT_TRUE(has(exported, "<value xsi:type=\"INT\" value=\"115\"/>"));
  EXPECT_TRUE(has(exported, "extension=\"0015CABCDEF1234\""));
  EXPECT_TRUE(has(exported, "<low value=\"20220701\"/>"));
}

TEST(QrdaExportTest, IsTheSameEveryTimeAndNoIdStandsTwice) {
  const MeasurementSet set = electronic();
  const std::string once = export_qrda({&set, 1}, options()).value().xml;
  EXPECT_EQ(once, export_qrda({&set, 1}, options()).value().xml);
  MeasurementSet other = set;
  std::get<SingleValue>(other.measurements[0].value).counts.met = 31;
  std::get<SingleValue>(other.measurements[0].value).counts.eligible = 101;
  const std::string first_id = "<id root=\"";
  const std::size_t at = once.find(first_id) + first_id.size();
  EXPECT_EQ(export_qrda({&other, 1}, options()).value().xml.find(once.substr(at, 36)),
            std::string::npos);
}

TEST(QrdaExportTest, SetsOfOneEntityYearAndProgram) {
  EXPECT_FALSE(export_qrda({}, options()).is_ok());
  MeasurementSet other = electronic();
  other.program = "app1";
  const std::vector<MeasurementSet> programs = {electronic(), other};
  EXPECT_FALSE(export_qrda(programs, options()).is_ok());
  other = electronic();
  other.entity = {EntityKind::kIndividual, test_npi(), ""};
  const std::vector<MeasurementSet> entities = {electronic(), other};
  EXPECT_FALSE(export_qrda(entities, options()).is_ok());
}

TEST(QrdaExportTest, EveryKindOfEntityHasItsProgram) {
  MeasurementSet set = electronic();
  const auto xml = [&](EntityKind kind, const std::string& number) {
    set.entity = {kind, kind == EntityKind::kIndividual ? test_npi() : Npi(), number};
    return export_qrda({&set, 1}, options()).value().xml;
  };
  const auto npos = std::string::npos;
  EXPECT_NE(xml(EntityKind::kIndividual, "").find("extension=\"2000010019\""), npos);
  EXPECT_NE(xml(EntityKind::kVirtualGroup, "VG-1").find("MIPS_VIRTUALGROUP"), npos);
  EXPECT_NE(xml(EntityKind::kApm, "A1").find("\"2.16.840.1.113883.3.249.5.4\" extension=\"A1\""),
            npos);
  set.program = "G0059";
  EXPECT_NE(xml(EntityKind::kSubgroup, "SG-1").find("extension=\"G0059\""), npos);
}

}  // namespace
}  // namespace qcdr::submission
