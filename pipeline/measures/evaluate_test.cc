#include "measures/evaluate.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace qcdr::measures {
namespace {

using rulebook::MeasureSpecification;

constexpr std::uint32_t kGeneral = 1;
constexpr std::uint32_t kSpinal = 2;
constexpr std::uint32_t kMonitored = 16;

const MeasureSpecification& specification(std::string_view measure_id) {
  const rulebook::YearRules* rules =
      rulebook::Rulebook::built_in().find_year(PerformanceYear(2022));
  for (const MeasureSpecification& one : rules->specifications()) {
    if (one.measure_id == measure_id) return one;
  }
  ADD_FAILURE() << "no specification of " << measure_id;
  return rules->specifications().front();
}

// A case that reports `codes`, all for one measure.
struct Case {
  Case(std::string_view source_id, std::initializer_list<std::string_view> reported) {
    for (const std::string_view code : reported) {
      codes.push_back(rulebook::pack_quality_code(code, ""));
      measures.push_back(rulebook::pack_measure_id(source_id));
    }
  }
  CaseFacts facts() const { return {codes, measures, age, minutes, categories}; }
  Evaluation result(std::string_view measure_id) const {
    return evaluate_in_full(specification(measure_id), facts());
  }
  CaseOutcome outcome(std::string_view measure_id) const {
    return evaluate(specification(measure_id), facts());
  }

  std::vector<std::uint64_t> codes;
  std::vector<std::uint64_t> measures;
  std::uint32_t age = 45;
  std::uint32_t minutes = 90;
  std::uint32_t categories = kGeneral;
};

TEST(Evaluate, TemperatureOutcomes) {
  EXPECT_EQ(Case("PQRS424", {"4255F", "G9771"}).outcome("424"), CaseOutcome::kMet);
  EXPECT_EQ(Case("PQRS424", {"4255F", "G9772"}).outcome("424"), CaseOutcome::kException);
  EXPECT_EQ(Case("PQRS424", {"4255F", "G9773"}).outcome("424"), CaseOutcome::kNotMet);
  EXPECT_EQ(Case("PQRS424", {"4255F", "G9654"}).outcome("424"), CaseOutcome::kExcluded);
  EXPECT_EQ(Case("PQRS424", {"4255F", "G9770", "G9771"}).outcome("424"), CaseOutcome::kExcluded);
  EXPECT_EQ(Case("PQRS424", {"4255F"}).outcome("424"), CaseOutcome::kNotReported);
  EXPECT_EQ(Case("PQRS424", {"G9771"}).outcome("424"), CaseOutcome::kNotEligible);
  EXPECT_EQ(Case("PQRS424", {}).outcome("424"), CaseOutcome::kNotEligible);
}

TEST(Evaluate, SmokingNeedsThreeDenominatorCodes) {
  EXPECT_EQ(Case("PQRS404", {"G9642", "G9643", "G9497", "G9644"}).outcome("404"),
            CaseOutcome::kMet);
  EXPECT_EQ(Case("PQRS404", {"G9645", "G9497", "G9643", "G9642"}).outcome("404"),
            CaseOutcome::kNotMet);
  EXPECT_EQ(Case("PQRS404", {"G9642", "G9643", "G9644"}).outcome("404"), CaseOutcome::kNotEligible);
}

TEST(Evaluate, VomitingNeedsAChildFromThreeToSeventeen) {
  Case child("PQRS463", {"4554F", "G9954", "G9956"});
  for (const std::uint32_t age : {3U, 17U}) {
    child.age = age;
    EXPECT_EQ(child.outcome("463"), CaseOutcome::kMet) << age;
  }
  for (const std::uint32_t age : {2U, 18U}) {
    child.age = age;
    EXPECT_EQ(child.outcome("463"), CaseOutcome::kNotEligible) << age;
  }
  Case excluded("PQRS463", {"4554F", "G9954", "G9955", "G9956"});
  excluded.age = 9;
  EXPECT_EQ(excluded.outcome("463"), CaseOutcome::kExcluded);
  Case reason("PQRS463", {"4554F", "G9954", "G9957"});
  reason.age = 9;
  EXPECT_EQ(reason.outcome("463"), CaseOutcome::kException);
  Case low_risk("PQRS463", {"4554F", "G9958"});
  low_risk.age = 9;
  EXPECT_EQ(low_risk.outcome("463"), CaseOutcome::kNotEligible);
}

// No denominator code of its own: it begins where a code is reported for it.
TEST(Evaluate, MultimodalPainManagement) {
  EXPECT_EQ(Case("PQRS477", {"G2148"}).outcome("477"), CaseOutcome::kMet);
  EXPECT_EQ(Case("PQRS477", {"G2149"}).outcome("477"), CaseOutcome::kException);
  EXPECT_EQ(Case("PQRS477", {"G2150"}).outcome("477"), CaseOutcome::kNotMet);
  EXPECT_EQ(Case("PQRS477", {"G2148", "M1142"}).outcome("477"), CaseOutcome::kExcluded);
  EXPECT_EQ(Case("PQRS477", {}).outcome("477"), CaseOutcome::kNotEligible);
  Case child("PQRS477", {"G2148"});
  child.age = 17;
  EXPECT_EQ(child.outcome("477"), CaseOutcome::kNotEligible);
}

TEST(Evaluate, NauseaNeedsAnAdult) {
  Case adult("PQRS430", {"4554F", "4556F", "G9775"});
  EXPECT_EQ(adult.outcome("430"), CaseOutcome::kMet);
  adult.age = 17;
  EXPECT_EQ(adult.outcome("430"), CaseOutcome::kNotEligible);
  adult.age = 18;
  EXPECT_EQ(adult.outcome("430"), CaseOutcome::kMet);
  EXPECT_EQ(Case("PQRS430", {"4554F", "4556F", "G9776"}).outcome("430"), CaseOutcome::kException);
  EXPECT_EQ(Case("PQRS430", {"4554F", "4556F", "G9777"}).outcome("430"), CaseOutcome::kNotMet);
}

TEST(Evaluate, FactsOfTheCaseDecideTheDenominatorOfTemperature) {
  Case one("PQRS424", {"4255F", "G9771"});
  one.minutes = 59;
  EXPECT_EQ(one.outcome("424"), CaseOutcome::kNotEligible);
  one.minutes = 60;
  EXPECT_EQ(one.outcome("424"), CaseOutcome::kMet);
  one.categories = kMonitored;
  EXPECT_EQ(one.outcome("424"), CaseOutcome::kNotEligible);
  one.categories = kMonitored | kSpinal;
  EXPECT_EQ(one.outcome("424"), CaseOutcome::kMet);
  one.age = 3;
  EXPECT_EQ(one.outcome("424"), CaseOutcome::kMet);
}

TEST(Evaluate, UnknownFactsDoNotFailACase) {
  Case one("PQRS424", {"4255F", "G9771"});
  one.minutes = 0;
  one.categories = 0;
  EXPECT_EQ(one.outcome("424"), CaseOutcome::kMet);
  Case other("PQRS430", {"4554F", "4556F", "G9775"});
  other.age = 0;
  EXPECT_EQ(other.outcome("430"), CaseOutcome::kMet);
}

TEST(Evaluate, ContradictingOutcomeCodesAreEligibleAndNotReported) {
  for (const auto& codes :
       {Case("PQRS424", {"4255F", "G9771", "G9773"}), Case("PQRS424", {"4255F", "G9771", "G9772"}),
        Case("PQRS424", {"4255F", "G9773", "G9772"})}) {
    EXPECT_EQ(codes.result("424").outcome, CaseOutcome::kNotReported);
    EXPECT_TRUE(codes.result("424").contradicting_codes);
  }
  const Evaluation repeated = Case("PQRS424", {"4255F", "G9771", "G9771"}).result("424");
  EXPECT_EQ(repeated.outcome, CaseOutcome::kMet);
  EXPECT_FALSE(repeated.contradicting_codes);
  EXPECT_FALSE(Case("PQRS424", {"4255F"}).result("424").contradicting_codes);
}

TEST(Evaluate, ACodeCountsForTheMeasureItWasReportedFor) {
  EXPECT_EQ(Case("PQRS430", {"4255F", "G9771"}).outcome("424"), CaseOutcome::kNotEligible);
  Case split("PQRS424", {"4255F", "G9771"});
  split.measures[1] = rulebook::pack_measure_id("PQRS430");
  EXPECT_EQ(split.outcome("424"), CaseOutcome::kNotReported);
}

TEST(Evaluate, AModifierMakesAnotherCode) {
  Case modified("PQRS424", {"4255F", "G9771"});
  modified.codes[1] = rulebook::pack_quality_code("G9771", "8P");
  EXPECT_EQ(modified.outcome("424"), CaseOutcome::kNotReported);
}

TEST(Evaluate, WithoutDenominatorCodesAReportedCodeBeginsTheDenominator) {
  MeasureSpecification open = specification("424");
  std::erase_if(open.codes, [](const rulebook::SpecificationCode& code) {
    return code.bucket == rulebook::CodeBucket::kDenominator;
  });
  EXPECT_EQ(evaluate(open, Case("PQRS424", {"G9771"}).facts()), CaseOutcome::kMet);
  EXPECT_EQ(evaluate(open, Case("PQRS424", {}).facts()), CaseOutcome::kNotEligible);
}

}  // namespace
}  // namespace qcdr::measures
