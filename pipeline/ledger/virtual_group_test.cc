// A virtual group: its share, its population, its standing; worked by hand.
#include <gtest/gtest.h>

#include "ledger/standing_reader.h"
#include "ledger/testing_season.h"
#include "qcdr/v1/contribution.pb.h"

namespace qcdr::ledger {
namespace {

using Kind = SpecialStatusKind;
constexpr std::uint32_t kSmall = 15;

Eligibility list(std::uint32_t size, std::initializer_list<Kind> yes,
                 std::initializer_list<Kind> no, EligibilityStatus status) {
  EligibilityEntry entry;
  entry.list_date = LocalDate::from_civil(2022, 12, 20).value();
  entry.status = status;
  entry.group_size = size;
  const auto bit = [](Kind kind) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
  };
  for (const Kind kind : yes) entry.yes = static_cast<std::uint16_t>(entry.yes | bit(kind));
  for (const Kind kind : no) entry.no = static_cast<std::uint16_t>(entry.no | bit(kind));
  Eligibility read;
  read.add(entry);
  return read;
}

Activity attested(const char* id, std::uint32_t performing, std::uint32_t billing) {
  Activity activity;
  activity.activity_id = id;
  activity.numerator = performing;
  activity.denominator = billing;
  return activity;
}

TEST(VirtualGroupShare, SizesAddUpAndDecideWhetherItIsSmall) {
  VirtualGroupShare share;
  share.add_tin(list(8, {Kind::kSmallPractice}, {}, EligibilityStatus::kRequired), {}, 8);
  VirtualGroupShare other;
  other.add_tin(list(7, {Kind::kSmallPractice}, {}, EligibilityStatus::kRequired), {}, 7);
  VirtualGroupShare both = share;
  both.add(other);
  EXPECT_EQ(both.group_size(), 15U);
  EXPECT_EQ(both.special(Kind::kSmallPractice, kSmall), Tristate::kYes);
  VirtualGroupShare one_more;
  one_more.add_tin(list(1, {Kind::kSmallPractice}, {}, EligibilityStatus::kRequired), {}, 1);
  both.add(one_more);
  EXPECT_EQ(both.special(Kind::kSmallPractice, kSmall), Tristate::kNo);  // three small ones are not
  VirtualGroupShare unsized = share;
  unsized.add_tin(list(0, {Kind::kSmallPractice}, {}, EligibilityStatus::kRequired), {}, 3);
  EXPECT_EQ(unsized.special(Kind::kSmallPractice, kSmall), Tristate::kUnknown);
  EXPECT_EQ(unsized.group_size(), 0U);
  unsized.add_tin(list(0, {}, {Kind::kSmallPractice}, EligibilityStatus::kRequired), {}, 3);
  EXPECT_EQ(unsized.special(Kind::kSmallPractice, kSmall), Tristate::kNo);
  EXPECT_EQ(VirtualGroupShare().special(Kind::kSmallPractice, kSmall), Tristate::kUnknown);
}

TEST(VirtualGroupShare, AStatusIsWhatAllTinsHaveInCommon) {
  VirtualGroupShare share;
  share.add_tin(list(20, {Kind::kNonPatientFacing}, {Kind::kRural, Kind::kHpsa},
                     EligibilityStatus::kRequired),
                {}, 20);
  share.add_tin(list(20, {Kind::kNonPatientFacing, Kind::kHpsa}, {Kind::kRural},
                     EligibilityStatus::kRequired),
                {}, 20);
  EXPECT_EQ(share.special(Kind::kNonPatientFacing, kSmall), Tristate::kYes);
  EXPECT_EQ(share.special(Kind::kRural, kSmall), Tristate::kNo);
  EXPECT_EQ(share.special(Kind::kHpsa, kSmall), Tristate::kUnknown);
  EXPECT_EQ(share.special(Kind::kAscBased, kSmall), Tristate::kUnknown);
  EXPECT_EQ(share.adjustment_applies(), Tristate::kYes);
  share.add_tin(list(20, {}, {}, EligibilityStatus::kNotRequired), {}, 20);
  EXPECT_EQ(share.adjustment_applies(), Tristate::kUnknown);
  EXPECT_EQ(share.special(Kind::kNonPatientFacing, kSmall), Tristate::kUnknown);
}

// Half of all clinicians, 42 CFR 414.1360: 6 of 10 and nobody of 3 are 6 of 13; with 1 of 3 it
// is 7.
TEST(VirtualGroupShare, AnActivityCountsWhenHalfOfAllPerformedIt) {
  VirtualGroupShare share;
  share.add_tin(Eligibility(), {attested("IA_PM_7", 6, 10)}, 4);
  VirtualGroupShare others;
  others.add_tin(Eligibility(), {}, 3);
  VirtualGroupShare whole = share;
  whole.add(others);
  EXPECT_EQ(whole.billing_clinicians, 13U);
  EXPECT_TRUE(whole.performed_by(50).empty());
  others = {};
  others.add_tin(Eligibility(), {attested("IA_PM_7", 1, 3), attested("IA_EPA_1", 3, 3)}, 3);
  whole = share;
  whole.add(others);
  EXPECT_EQ(whole.performed_by(50), std::vector<std::string>{"IA_PM_7"});
  Activity late = attested("IA_EPA_1", 10, 10);
  late.held = true;
  whole.add_tin(Eligibility(), {late}, 10);
  EXPECT_TRUE(whole.performed_by(50).empty());
}

TEST(VirtualGroupShare, BytesAndMessageSayTheSame) {
  VirtualGroupShare share;
  share.add_tin(list(8, {Kind::kRural}, {Kind::kHpsa}, EligibilityStatus::kRequired),
                {attested("IA_PM_7", 6, 10), attested("IA_EPA_1", 5, 10)}, 4);
  ByteWriter writer;
  share.encode(&writer);
  ByteReader reader(writer.bytes());
  const auto decoded = VirtualGroupShare::decode(&reader);
  ASSERT_TRUE(decoded.is_ok());
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(decoded.value(), share);
  v1::VirtualGroupShare message;
  share.write(&message);
  EXPECT_EQ(VirtualGroupShare::read(message).value(), share);
  message.mutable_activities()->SwapElements(0, 1);  // not in order: no correct writer makes it
  EXPECT_FALSE(VirtualGroupShare::read(message).is_ok());
  EXPECT_FALSE(VirtualGroupShare::read(v1::VirtualGroupShare()).value().tins > 0);
}

class VirtualGroupTest : public testing::Test {
 protected:
  static constexpr const char* kNumber = "VG-0001";
  void SetUp() override {
    season_.roster("r", Season::at("2022-10-03T09:00:00-05:00"), {{1, 1, "One"}, {2, 2, "Two"}});
    add_cases("c1", 1, 12);
    add_cases("c2", 2, 8);
  }
  void add_cases(const std::string& upload, int tin_and_clinician, int number) {
    std::vector<Season::CaseSpec> specs;
    for (int i = 0; i < number; ++i) {
      specs.push_back({upload + "-" + std::to_string(i),
                       Season::day(6, 1),
                       {{tin_and_clinician, tin_and_clinician}},
                       Season::temperature(true)});
    }
    season_.cases(upload, Season::at("2022-11-08T03:00:00-06:00"), specs);
  }
  void member(const std::string& upload, int tin, bool belongs) {
    v1::Row row;
    v1::EntityMembership& fact = *row.mutable_entity_membership();
    fact.set_kind(v1::ENTITY_KIND_VIRTUAL_GROUP);
    fact.set_entity_number(kNumber);
    fact.set_tin(static_cast<std::uint32_t>(tin));
    fact.set_action(belongs ? v1::CONSENT_ACTION_GRANT : v1::CONSENT_ACTION_REVOKE);
    season_.record(upload, Season::at("2022-11-09T03:00:00-06:00"),
                   v1::RECORD_KIND_ENTITY_MEMBERSHIP, row);
  }
  EntityStanding standing() {
    PracticeLedger& practice = season_.practice();
    StandingReader reader(practice, Season::at("2022-11-10T03:00:00-06:00"));
    const auto groups = practice.virtual_groups();
    EXPECT_TRUE(groups.is_ok());
    EXPECT_EQ(groups.value().size(), 1u);
    const auto read = reader.virtual_group(groups.value()[0]);
    EXPECT_TRUE(read.is_ok()) << read.status().to_string();
    return read.value();
  }
  Season season_;
};

// 12 and 8 cases of 424, below the minimum alone: 3 points. Together 20 of 20 met: 10 points.
TEST_F(VirtualGroupTest, ItsPopulationIsThatOfItsTins) {
  member("m1", 1, true);
  EXPECT_EQ(standing().data.facts.cases_counted, 12u);
  EXPECT_EQ(standing().accepted.measures[0].points, Decimal::from_integer(3));
  member("m2", 2, true);
  const EntityStanding both = standing();
  EXPECT_EQ(both.data.facts.cases_counted, 20u);
  ASSERT_EQ(both.input.measures.size(), 1u);
  EXPECT_EQ(both.input.measures[0].eligible_population, 20);
  EXPECT_EQ(both.accepted.measures[0].points, Decimal::from_integer(10));
  EXPECT_TRUE(both.input.profile.group);
  member("m3", 1, false);
  EXPECT_EQ(standing().data.facts.cases_counted, 8u);
}

// Promoting interoperability of both TINs is one report; 10 of 20 and 30 of 30 are 40 of 50.
TEST_F(VirtualGroupTest, WhatItsTinsReportIsReportedTogether) {
  member("m1", 1, true);
  member("m2", 2, true);
  const auto report = [&](const std::string& upload, std::uint32_t tin, std::uint32_t numerator,
                          std::uint32_t denominator) {
    v1::Row row;
    v1::PromotingInteroperability& fact = *row.mutable_promoting_interoperability();
    fact.set_tin(tin);
    fact.set_performed_from(Season::day(1, 1));
    fact.set_performed_to(Season::day(12, 31));
    fact.set_cehrt_id("0015EXAMPLE");
    v1::InteroperabilityMeasure& measure = *fact.add_measures();
    measure.set_measure_id("PI_EP_1");
    measure.mutable_ratio()->set_numerator(numerator);
    measure.mutable_ratio()->set_denominator(denominator);
    season_.record(upload, Season::at("2022-11-09T09:00:00-06:00"),
                   v1::RECORD_KIND_PROMOTING_INTEROPERABILITY, row);
  };
  EXPECT_FALSE(standing().input.interoperability.reported);
  report("p1", 1, 10, 20);
  report("p2", 2, 30, 30);
  const EntityStanding both = standing();
  ASSERT_EQ(both.input.interoperability.rows.size(), 1u);
  EXPECT_EQ(both.input.interoperability.rows[0].numerator, 40);
  EXPECT_EQ(both.input.interoperability.rows[0].denominator, 50);
  EXPECT_EQ(both.input.interoperability.period_days, 365);
  EXPECT_EQ(both.data.facts.elsewhere, kInteroperabilityBit);
  const auto groups = season_.practice().virtual_groups();
  const auto made = season_.practice().contribution(groups.value()[0]);
  ASSERT_TRUE(made.is_ok() && made.value().has_value());
  EXPECT_EQ(made.value()->share.reports.tins_reporting, 2u);
  EXPECT_EQ(EntityContribution::decode(made.value()->encode()).value(), *made.value());
}

// A TIN that reports individually for itself is asked as a group for the virtual group.
TEST_F(VirtualGroupTest, WhatIsAskedOfATinDoesNotHangOnHowItReportsAlone) {
  member("m1", 1, true);
  member("m2", 2, true);
  season_.option("o", Season::at("2022-11-09T09:00:00-06:00"), 1, v1::REPORTING_LEVEL_INDIVIDUAL);
  const EntityStanding read = standing();
  EXPECT_TRUE(read.readiness.blocked_by(BlockReason::kOfficerConsent));
  EXPECT_TRUE(read.readiness.blocked_by(BlockReason::kRegistration));
  EXPECT_FALSE(read.readiness.blocked_by(BlockReason::kVirtualGroup));
  EXPECT_FALSE(read.readiness.blocked_by(BlockReason::kReportingOption));
  EXPECT_FALSE(read.readiness.blocked_by(BlockReason::kNoData));
  std::size_t officer_consents = 0;
  for (const Block& block : read.readiness.blocks) {
    officer_consents += block.reason == BlockReason::kOfficerConsent ? 1 : 0;
  }
  EXPECT_EQ(officer_consents, 1u);  // of two TINs
  const auto groups = season_.practice().virtual_groups();
  const auto made = season_.practice().contribution(groups.value()[0]);
  ASSERT_TRUE(made.is_ok() && made.value().has_value());
  const auto& blocks = made.value()->blocks;
  EXPECT_TRUE(std::any_of(blocks.begin(), blocks.end(), [](const ContributedBlock& block) {
    return block.reason == static_cast<std::uint32_t>(BlockReason::kOfficerConsent);
  }));
  EXPECT_EQ(EntityContribution::decode(made.value()->encode()).value(), *made.value());
}

}  // namespace
}  // namespace qcdr::ledger
