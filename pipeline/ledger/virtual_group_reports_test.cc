// What TINs of a virtual group report beside their cases, added up by hand.
#include "ledger/virtual_group_reports.h"

#include <gtest/gtest.h>

#include "ledger/ledger_rules.h"
#include "qcdr/v1/contribution.pb.h"

namespace qcdr::ledger {
namespace {

LocalDate day(int month, int of_month) {
  return LocalDate::from_civil(2022, month, of_month).value();
}

InteroperabilityReport report(std::uint32_t numerator, std::uint32_t denominator, bool attested,
                              LocalDate from) {
  InteroperabilityReport made;
  made.from = from;
  made.to = day(12, 31);
  made.cehrt_id = "0015EXAMPLE";
  made.measures.push_back({"PI_EP_1", true, false, numerator, denominator});
  made.measures.push_back({"PI_INFBLO_1", false, attested, 0, 0});
  return made;
}

MeasureResult result(std::uint32_t met, std::uint32_t not_met) {
  MeasureResult made;
  made.measure_id = "404";
  made.collection_type = "registry";
  made.strata.push_back({"", met + not_met, met, not_met, 0});
  return made;
}

Reweighting approval(std::uint8_t category) {
  Reweighting made;
  made.reason = ReweightingReason::kHardship;
  made.categories = static_cast<std::uint8_t>(1U << category);
  return made;
}

class VirtualGroupReportsTest : public testing::Test {
 protected:
  scoring::ScoreInput put(const VirtualGroupReports& reports, std::uint32_t tins) const {
    scoring::ScoreInput input;
    input.rules = &rules_.find(PerformanceYear(2022))->scoring;
    reports.put_into(tins, &input);
    return input;
  }
  const LedgerRules rules_{rulebook::Rulebook::built_in()};
};

TEST_F(VirtualGroupReportsTest, RatiosAreSummedAndAnAnswerIsThatOfAll) {
  VirtualGroupReports one;
  one.add_report(report(10, 20, true, day(1, 1)));
  VirtualGroupReports other;
  other.add_report(report(30, 30, true, day(10, 1)));
  VirtualGroupReports both = one;
  both.add(other);
  const scoring::ScoreInput input = put(both, 2);
  EXPECT_TRUE(input.interoperability.reported);
  EXPECT_TRUE(input.interoperability.has_cehrt_id);
  EXPECT_EQ(input.interoperability.period_days, 92);  // October to December, the shorter one
  ASSERT_EQ(input.interoperability.rows.size(), 2u);
  EXPECT_EQ(input.interoperability.rows[0].numerator, 40);
  EXPECT_EQ(input.interoperability.rows[0].denominator, 50);
  EXPECT_TRUE(input.interoperability.rows[1].attested);
  VirtualGroupReports third;
  third.add_report(report(0, 50, false, day(1, 1)));
  both.add(third);
  EXPECT_EQ(put(both, 3).interoperability.rows[0].denominator, 100);
  EXPECT_FALSE(put(both, 3).interoperability.rows[1].attested);
}

TEST_F(VirtualGroupReportsTest, NobodyReportsIsNoReport) {
  EXPECT_FALSE(put({}, 2).interoperability.reported);
  EXPECT_FALSE(put({}, 2).interoperability.has_cehrt_id);
}

TEST_F(VirtualGroupReportsTest, ResultsOfAMeasureAreOneResult) {
  VirtualGroupReports reports;
  reports.add_result(result(8, 2));
  reports.add_result(result(5, 5));
  const scoring::ScoreInput input = put(reports, 2);
  ASSERT_EQ(input.measures.size(), 1u);
  EXPECT_EQ(input.measures[0].eligible_population, 20);
  EXPECT_EQ(input.measures[0].performance_met, 13);
  EXPECT_EQ(input.measures[0].performance_not_met, 7);
}

TEST_F(VirtualGroupReportsTest, WhatEveryTinWasGrantedIsTheGroups) {
  constexpr std::uint8_t kQuality = 1;
  VirtualGroupReports reports;
  reports.add_approval(approval(kQuality));
  EXPECT_EQ(put(reports, 2).profile.reweighted_by_approval, 0);
  reports.add_approval(approval(kQuality));
  EXPECT_EQ(put(reports, 2).profile.reweighted_by_approval,
            scoring::category_bit(scoring::Category::kQuality));
  EXPECT_EQ(put(reports, 0).profile.reweighted_by_approval, 0);
}

TEST_F(VirtualGroupReportsTest, BytesAndMessageSayTheSame) {
  VirtualGroupReports reports;
  reports.add_report(report(10, 20, true, day(1, 1)));
  reports.add_result(result(8, 2));
  reports.add_approval(approval(2));
  ByteWriter writer;
  reports.encode(&writer);
  ByteReader reader(writer.bytes());
  EXPECT_EQ(VirtualGroupReports::decode(&reader).value(), reports);
  EXPECT_TRUE(reader.at_end());
  for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
    ByteReader part(std::string_view(writer.bytes()).substr(0, size));
    EXPECT_FALSE(VirtualGroupReports::decode(&part).is_ok()) << size;
  }
  v1::VirtualGroupReports message;
  reports.write(&message);
  EXPECT_EQ(VirtualGroupReports::read(message).value(), reports);
  *message.add_results() = message.results(0);  // twice: no correct writer makes it
  EXPECT_FALSE(VirtualGroupReports::read(message).is_ok());
}

}  // namespace
}  // namespace qcdr::ledger
