#include "submission/set_builder.h"

#include <gtest/gtest.h>

#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

constexpr int kYear = 2022;

class SetBuilderTest : public testing::Test {
 protected:
  SetBuilderTest() {
    accepted_ = empty_input(kYear);
    accepted_.profile.non_patient_facing = scoring::Known::kNo;
    accepted_.profile.hospital_based = scoring::Known::kNo;
    accepted_.profile.asc_based = scoring::Known::kNo;
    accepted_.profile.small_practice = scoring::Known::kNo;
    input_.accepted = &accepted_;
  }

  void add(scoring::MeasureInput counts) { accepted_.measures.push_back(counts); }
  void add_strata(const std::string& id, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      accepted_.strata.push_back(stratum_of(kYear, id, static_cast<std::uint8_t>(i), 57, 2));
    }
    scoring::MeasureInput measure;
    measure.measure = measure_of(kYear, id);
    add(measure);
  }
  void add_activity(const std::string& id) {
    accepted_.activities.push_back(accepted_.rules->year_rules->find_activity(id));
  }
  void add_report() {
    accepted_.interoperability.reported = true;
    accepted_.interoperability.has_cehrt_id = true;
    accepted_.interoperability.period_days = 184;
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_PPHI_1", true));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_PPHI_2", true));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_ONCDIR_1", true));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_INFBLO_1", true));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_EP_1", false, 49, 115));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_HIE_5", true));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_PEA_1", false, 861, 1809));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_PHCDRR_1", true));
    accepted_.interoperability.rows.push_back(row_of(kYear, "PI_PHCDRR_3", true));
    input_.interoperability_period = Period{day(kYear, 7, 1), day(kYear, 12, 31)};
    input_.cehrt_id = "0015CABCDEF1234";
  }
  BuiltSets build() {
    const Result<BuiltSets> built = build_sets(input_);
    EXPECT_TRUE(built.is_ok()) << built.status().to_string();
    return built.is_ok() ? built.value() : BuiltSets();
  }
  // Why a measure, or the whole category, stays here.
  static std::optional<Exclusion> why(const BuiltSets& built, SetCategory category,
                                      const std::string& measure_id = "") {
    for (const Excluded& excluded : built.excluded) {
      if (excluded.category == category && excluded.measure_id == measure_id) {
        return excluded.reason;
      }
    }
    return std::nullopt;
  }
  static const MeasurementSet* find(const BuiltSets& built, SetCategory category) {
    for (const MeasurementSet& set : built.sets) {
      if (set.category == category) return &set;
    }
    return nullptr;
  }
  template <class Value>
  static Value value_of(const BuiltSets& built, const std::string& id) {
    for (const MeasurementSet& set : built.sets) {
      for (const Measurement& measurement : set.measurements) {
        if (measurement.measure_id != id) continue;
        const auto* value = std::get_if<Value>(&measurement.value);
        EXPECT_NE(value, nullptr) << id;
        return value == nullptr ? Value() : *value;
      }
    }
    ADD_FAILURE() << id << " is not sent";
    return Value();
  }

  scoring::ScoreInput accepted_;
  SetInput input_;
};

constexpr SetCategory kQuality = SetCategory::kQuality;
constexpr SetCategory kActivities = SetCategory::kActivities;
constexpr SetCategory kInteroperability = SetCategory::kInteroperability;

TEST_F(SetBuilderTest, NothingReportedIsNoSetAndNothingLeftOut) {
  const BuiltSets built = build();
  EXPECT_TRUE(built.sets.empty());
  EXPECT_TRUE(built.excluded.empty());
}

TEST_F(SetBuilderTest, QualityIsOfTheYearInOrderOfMeasures) {
  add(counted(kYear, "477", 96, 15, 2));
  add(counted(kYear, "424", 412, 9, 21));
  const BuiltSets built = build();
  ASSERT_EQ(built.sets.size(), 1U);
  const MeasurementSet& set = built.sets[0];
  EXPECT_EQ(set.start, day(kYear, 1, 1));
  EXPECT_EQ(set.end, day(kYear, 12, 31));
  EXPECT_EQ(set.program, "mips");
  ASSERT_EQ(set.measurements.size(), 2U);
  EXPECT_EQ(set.measurements[0].measure_id, "424");
  EXPECT_EQ(value_of<SingleValue>(built, "424").counts.eligible, 442);
  EXPECT_TRUE(built.excluded.empty());
}

TEST_F(SetBuilderTest, ExclusionsOfACqmHaveLeftThePopulation) {
  add(counted(kYear, "424", 80, 10, 0, 10));
  add(counted(kYear, "AQI69", 77, 8, 0, 5));
  const BuiltSets built = build();
  EXPECT_EQ(value_of<SingleValue>(built, "424").counts, (RateCounts{80, 10, 0, 0, 90}));
  EXPECT_EQ(value_of<RegistrySingleValue>(built, "AQI69").counts, (RateCounts{77, 8, 5, 0, 90}));
}

TEST_F(SetBuilderTest, AQcdrMeasureCarriesItsRate) {
  add(counted(kYear, "AQI69", 77, 8));
  add_strata("AQI48", 2);
  const BuiltSets built = build();
  EXPECT_EQ(value_of<RegistrySingleValue>(built, "AQI69").performance_rate.to_string(), "90.59");
  const auto multi = value_of<RegistryMultiValue>(built, "AQI48");
  EXPECT_EQ(multi.performance_rate.to_string(), "96.61");
  ASSERT_EQ(multi.strata.size(), 2U);
  EXPECT_EQ(multi.strata[0].stratum, "surveyed");
  EXPECT_EQ(multi.strata[1].stratum, "overall");
}

TEST_F(SetBuilderTest, AMeasureIsSentWithAllOfItsRatesOrNotAtAll) {
  add_strata("AQI48", 1);
  const BuiltSets built = build();
  EXPECT_TRUE(built.sets.empty());
  EXPECT_EQ(why(built, kQuality, "AQI48"), Exclusion::kStrataMissing);
  EXPECT_EQ(why(built, kQuality), Exclusion::kNothingLeft);
}

TEST_F(SetBuilderTest, WithoutCasesAMeasureIsNotSent) {
  add(counted(kYear, "424", 0, 0));
  scoring::MeasureInput silent = counted(kYear, "430", 0, 0);
  silent.eligible_population = 12;
  add(silent);
  add(counted(kYear, "AQI69", 0, 0, 5));
  const BuiltSets built = build();
  EXPECT_EQ(why(built, kQuality, "424"), Exclusion::kNoEligibleCases);
  EXPECT_EQ(why(built, kQuality, "430"), Exclusion::kNothingReported);
  EXPECT_EQ(why(built, kQuality, "AQI69"), Exclusion::kNoRate);
  EXPECT_TRUE(built.sets.empty());
}

TEST_F(SetBuilderTest, OnlyWhatThisRegistryMaySendIsSent) {
  add(counted(kYear, "AQI69", 77, 8));
  input_.vendors = {"1"};
  EXPECT_EQ(why(build(), kQuality, "AQI69"), Exclusion::kOtherRegistry);
  input_.vendors = {"1", measure_of(kYear, "AQI69")->allowed_vendors.front()};
  EXPECT_EQ(build().sets.size(), 1U);
}

TEST_F(SetBuilderTest, ElectronicMeasuresStandInASetOfTheirOwn) {
  add(counted(kYear, "424", 80, 10));
  scoring::MeasureInput electronic = counted(kYear, "001", 30, 60, 0, 10);
  electronic.collection = scoring::CollectionType::kElectronicHealthRecord;
  electronic.end_to_end = true;
  add(electronic);
  scoring::MeasureInput claims = counted(kYear, "047", 30, 60);
  claims.collection = scoring::CollectionType::kClaims;
  add(claims);
  const BuiltSets built = build();
  ASSERT_EQ(built.sets.size(), 2U);
  EXPECT_EQ(built.sets[1].method, SubmissionMethod::kElectronicHealthRecord);
  EXPECT_EQ(value_of<SingleValue>(built, "001").counts, (RateCounts{30, 60, 10, 0, 100}));
  EXPECT_TRUE(value_of<SingleValue>(built, "001").end_to_end);
  EXPECT_EQ(why(built, kQuality, "047"), Exclusion::kOtherCollection);
}

TEST_F(SetBuilderTest, AnAmountIsSentWhereItIsSaid) {
  scoring::MeasureInput amount = counted(kYear, "EPREOP31", 0, 0);
  amount.supplied_rate = Decimal::from_integer(3);
  add(amount);
  input_.vendors = measure_of(kYear, "EPREOP31")->allowed_vendors;
  EXPECT_EQ(why(build(), kQuality, "EPREOP31"), Exclusion::kAmountNotSaid);
  NonProportionValue value;
  value.numerator = Decimal::from_integer(150);
  value.denominator = Decimal::from_integer(50);
  value.observation_instances = 50;
  input_.amounts.push_back({"EPREOP31", value});
  EXPECT_EQ(value_of<NonProportionValue>(build(), "EPREOP31"), value);
}

TEST_F(SetBuilderTest, ActivitiesHaveThePeriodThatIsSaid) {
  add_activity("IA_PSPA_7");
  add_activity("IA_BE_6");
  input_.activities_period = Period{day(kYear, 3, 1), day(kYear, 8, 31)};
  const BuiltSets built = build();
  ASSERT_EQ(built.sets.size(), 1U);
  EXPECT_EQ(built.sets[0].start, day(kYear, 3, 1));
  EXPECT_EQ(built.sets[0].measurements[0].measure_id, "IA_BE_6");
  EXPECT_TRUE(value_of<BooleanValue>(built, "IA_PSPA_7").attested);
  input_.activities_period = Period{day(kYear, 11, 1), day(kYear + 1, 1, 29)};
  EXPECT_EQ(why(build(), kActivities), Exclusion::kPeriodNotOfYear);
}

TEST_F(SetBuilderTest, InteroperabilityIsSentWithPeriodAndIdentifier) {
  add_report();
  const BuiltSets built = build();
  const MeasurementSet* set = find(built, kInteroperability);
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->start, day(kYear, 7, 1));
  EXPECT_EQ(set->cehrt_id, "0015CABCDEF1234");
  EXPECT_EQ(value_of<ProportionValue>(built, "PI_EP_1"), (ProportionValue{49, 115}));
  EXPECT_TRUE(built.cautions.empty());
  input_.cehrt_id.clear();
  EXPECT_EQ(why(build(), kInteroperability), Exclusion::kCertificationNotSaid);
  input_.interoperability_period.reset();
  EXPECT_EQ(why(build(), kInteroperability), Exclusion::kPeriodNotSaid);
}

TEST_F(SetBuilderTest, AnExclusionNeverStandsBesideItsMeasure) {
  add_report();
  accepted_.interoperability.rows.push_back(row_of(kYear, "PI_LVPP_1", true));
  accepted_.interoperability.rows.push_back(row_of(kYear, "PI_HIE_1", false, 3, 4));
  const BuiltSets built = build();
  EXPECT_EQ(why(built, kInteroperability, "PI_LVPP_1"), Exclusion::kExcludedOrSubstituted);
  // A ratio goes before a statement that replaces it.
  EXPECT_EQ(why(built, kInteroperability, "PI_HIE_5"), Exclusion::kExcludedOrSubstituted);
}

TEST_F(SetBuilderTest, AnExclusionReplacesAMeasureThatCountedNothing) {
  add_report();
  auto& rows = accepted_.interoperability.rows;
  for (auto& row : rows) {
    if (row.measure->id == "PI_EP_1") row.numerator = row.denominator = 0;
  }
  rows.push_back(row_of(kYear, "PI_LVPP_1", true));
  const BuiltSets built = build();
  EXPECT_EQ(why(built, kInteroperability, "PI_EP_1"), Exclusion::kNoEligibleCases);
  EXPECT_TRUE(value_of<BooleanValue>(built, "PI_LVPP_1").attested);
}

TEST_F(SetBuilderTest, AnApmEntitySendsNoInteroperabilityAndNeedsNoActivities) {
  add(counted(kYear, "424", 80, 10));
  add_activity("IA_PSPA_7");
  add_report();
  input_.entity.kind = EntityKind::kApm;
  input_.entity.number = "A1234";
  accepted_.profile.apm_entity = true;
  const BuiltSets built = build();
  ASSERT_EQ(built.sets.size(), 1U);
  EXPECT_EQ(built.sets[0].category, kQuality);
  EXPECT_EQ(why(built, kActivities), Exclusion::kCreditedAnyway);
  EXPECT_EQ(why(built, kInteroperability), Exclusion::kEntityMayNotSend);
  input_.chosen = ledger::kActivitiesBit;
  EXPECT_EQ(build().sets.size(), 2U);
}

TEST_F(SetBuilderTest, WhatIsWithheldIsToldWithWhatItIsWorth) {
  add(counted(kYear, "424", 400, 10));
  add_activity("IA_PSPA_7");
  input_.withheld = {{kActivities, ledger::BlockReason::kIndividualConsent}};
  const BuiltSets built = build();
  ASSERT_EQ(built.excluded.size(), 1U);
  EXPECT_EQ(built.excluded[0].reason, Exclusion::kWithheld);
  EXPECT_EQ(built.excluded[0].block, ledger::BlockReason::kIndividualConsent);
  ASSERT_TRUE(built.excluded[0].points.has_value());
  scoring::ScoreInput without = accepted_;
  without.activities = {};
  EXPECT_EQ(*built.excluded[0].points,
            scoring::compute(accepted_).final_score - scoring::compute(without).final_score);
  EXPECT_GT(*built.excluded[0].points, Decimal());
}

TEST_F(SetBuilderTest, InteroperabilityThatWouldCancelAReweightingStaysHere) {
  add(counted(kYear, "424", 400, 10));
  add_activity("IA_PSPA_7");
  add_report();
  accepted_.profile.non_patient_facing = scoring::Known::kYes;
  const BuiltSets built = build();
  EXPECT_EQ(find(built, kInteroperability), nullptr);
  EXPECT_EQ(why(built, kInteroperability), Exclusion::kCancelsReweighting);
  scoring::ScoreInput without = accepted_;
  without.interoperability = {};
  EXPECT_EQ(*built.excluded[0].points,
            scoring::compute(accepted_).final_score - scoring::compute(without).final_score);
  input_.chosen = ledger::kInteroperabilityBit;
  const BuiltSets chosen = build();
  EXPECT_NE(find(chosen, kInteroperability), nullptr);
  EXPECT_TRUE(chosen.excluded.empty());
}

TEST_F(SetBuilderTest, AnyCategoryThatWasReweightedByApprovalStaysHere) {
  add(counted(kYear, "424", 400, 10));
  add_activity("IA_PSPA_7");
  accepted_.profile.reweight(scoring::Category::kQuality,
                             scoring::ReweightReason::kExtremeAndUncontrollable);
  const BuiltSets built = build();
  EXPECT_EQ(why(built, kQuality), Exclusion::kCancelsReweighting);
  EXPECT_NE(find(built, kActivities), nullptr);
}

TEST_F(SetBuilderTest, AnOfficerMayHaveChosenToSendNevertheless) {
  accepted_.profile.reweight(scoring::Category::kQuality,
                             scoring::ReweightReason::kExtremeAndUncontrollable);
  accepted_.profile.reweight(scoring::Category::kPromotingInteroperability,
                             scoring::ReweightReason::kHardship);
  ledger::Readiness readiness;
  EXPECT_EQ(chosen_by_officer(accepted_.profile, readiness), ledger::kQualityBit);
  ledger::Block block;
  block.reason = ledger::BlockReason::kCircumstances;
  block.categories = ledger::kQualityBit;
  readiness.withheld.push_back(block);
  EXPECT_EQ(chosen_by_officer(accepted_.profile, readiness), 0);
  const std::vector<WithheldCategory> withheld = withheld_categories(readiness);
  ASSERT_EQ(withheld.size(), 1U);
  EXPECT_EQ(withheld[0].category, kQuality);
  EXPECT_EQ(withheld[0].reason, ledger::BlockReason::kCircumstances);
}

TEST_F(SetBuilderTest, PeriodsAreThoseOfWhatCounts) {
  EXPECT_FALSE(activities_period({}).has_value());
  ledger::Activity first;
  first.from = day(kYear, 3, 1);
  first.to = day(kYear, 6, 30);
  ledger::Activity second = first;
  second.from = day(kYear, 2, 1);
  second.to = day(kYear, 5, 31);
  ledger::Activity late = first;
  late.to = day(kYear, 12, 31);
  late.held = true;
  const std::vector<ledger::Activity> all = {first, second, late};
  const std::optional<Period> period = activities_period(all);
  ASSERT_TRUE(period.has_value());
  EXPECT_EQ(period->from, day(kYear, 2, 1));
  EXPECT_EQ(period->to, day(kYear, 6, 30));
  ledger::InteroperabilityReport report;
  EXPECT_FALSE(interoperability_period(report).has_value());
  report.from = day(kYear, 7, 1);
  report.to = day(kYear, 12, 31);
  EXPECT_EQ(interoperability_period(report)->to, day(kYear, 12, 31));
}

TEST_F(SetBuilderTest, AnUnknownStatusIsACaution) {
  add(counted(kYear, "424", 400, 10));
  add_report();
  accepted_.profile.non_patient_facing = scoring::Known::kUnknown;
  const BuiltSets built = build();
  EXPECT_NE(find(built, kInteroperability), nullptr);
  ASSERT_EQ(built.cautions.size(), 1U);
  EXPECT_EQ(built.cautions[0].category, kInteroperability);
}

TEST_F(SetBuilderTest, TheAppTakesItsMeasuresOnly) {
  add(counted(kYear, "424", 80, 10));
  add(counted(kYear, "236", 80, 10));
  add_activity("IA_PSPA_7");
  input_.program = std::string(kProgramApp);
  accepted_.profile.participation = scoring::Participation::kApp;
  accepted_.profile.apm_participant = true;
  const BuiltSets built = build();
  EXPECT_EQ(why(built, kQuality, "424"), Exclusion::kNotOfProgram);
  EXPECT_EQ(why(built, kActivities), Exclusion::kCreditedAnyway);
  ASSERT_EQ(built.sets.size(), 1U);
  EXPECT_EQ(built.sets[0].program, "app1");
}

TEST_F(SetBuilderTest, ProgramsAndEntitiesThatDoNotGoTogetherAreRefused) {
  const auto refused = [&] { return !build_sets(input_).is_ok(); };
  input_.entity.kind = EntityKind::kIndividual;
  EXPECT_TRUE(refused()) << "without NPI";
  input_.entity.npi = test_npi();
  EXPECT_FALSE(refused());
  input_.program = "G0059";
  EXPECT_TRUE(refused()) << "no MIPS value pathway in 2022";
  input_.program = std::string(kProgramApp);
  input_.entity = {EntityKind::kVirtualGroup, Npi(), "VG-1"};
  EXPECT_TRUE(refused()) << "a virtual group in the APM performance pathway";
  input_.program = "mips";
  EXPECT_FALSE(refused());
  input_.entity = {EntityKind::kSubgroup, Npi(), "SG-00000001"};
  EXPECT_TRUE(refused()) << "no subgroups in 2022";
  input_.accepted = nullptr;
  EXPECT_TRUE(refused());
}

TEST(SetBuilderPathwayTest, APathwaySendsWhatItLists) {
  constexpr int kPathwayYear = 2025;
  scoring::ScoreInput accepted = empty_input(kPathwayYear);
  accepted.profile.participation = scoring::Participation::kMvp;
  accepted.measures.push_back(counted(kPathwayYear, "424", 80, 10));
  accepted.measures.push_back(counted(kPathwayYear, "130", 80, 10));
  for (const char* id : {"IA_BE_6", "IA_EPA_1"}) {
    const rulebook::Activity* activity = accepted.rules->year_rules->find_activity(id);
    if (activity != nullptr) accepted.activities.push_back(activity);
  }
  SetInput input;
  input.accepted = &accepted;
  input.entity = {EntityKind::kSubgroup, Npi(), "SG-00000001"};
  input.program = "G0059";
  const Result<BuiltSets> built = build_sets(input);
  ASSERT_TRUE(built.is_ok()) << built.status().to_string();
  ASSERT_FALSE(built.value().sets.empty());
  EXPECT_EQ(built.value().sets[0].measurements.size(), 1U);
  EXPECT_EQ(built.value().sets[0].program, "G0059");
  bool told = false;
  for (const Excluded& excluded : built.value().excluded) {
    told = told || (excluded.measure_id == "130" && excluded.reason == Exclusion::kNotOfProgram);
  }
  EXPECT_TRUE(told);
}

TEST(ExclusionTest, EachHasANameAndWordsOfItsOwn) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kExclusions; ++i) {
    names.push_back(exclusion_name(static_cast<Exclusion>(i)));
    EXPECT_FALSE(names.back().empty());
    EXPECT_TRUE(exclusion_words(static_cast<Exclusion>(i)).ends_with('.'));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace qcdr::submission
