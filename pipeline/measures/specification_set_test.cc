#include "measures/specification_set.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "measures/evaluate.h"

namespace qcdr::measures {
namespace {

using rulebook::MeasureSpecification;
using rulebook::SpecificationCode;

const rulebook::YearRules& rules() {
  return *rulebook::Rulebook::built_in().find_year(PerformanceYear(2022));
}

// A random case: codes of the specifications and foreign ones, for right and wrong measures.
struct RandomCase {
  template <class Random>
  RandomCase(std::span<const MeasureSpecification> specifications, Random& random) {
    const std::size_t count = random() % 10;
    for (std::size_t i = 0; i < count; ++i) {
      const MeasureSpecification& from = specifications[random() % specifications.size()];
      const MeasureSpecification& reported_for =
          random() % 8 == 0 ? specifications[random() % specifications.size()] : from;
      codes.push_back(random() % 16 == 0 ? random()
                                         : from.codes[random() % from.codes.size()].packed);
      measures.push_back(random() % 16 == 0 ? random() % 3 : reported_for.packed_source_id);
      if (random() % 3 == 0) add_denominators(from);
    }
    constexpr std::array<std::uint32_t, 6> kAges = {0, 1, 17, 18, 64, 90};
    constexpr std::array<std::uint32_t, 5> kMinutes = {0, 5, 59, 60, 400};
    constexpr std::array<std::uint32_t, 6> kCategories = {0, 1, 2, 16, 32, 17};
    facts = {codes, measures, kAges[random() % kAges.size()], kMinutes[random() % kMinutes.size()],
             kCategories[random() % kCategories.size()]};
  }
  void add_denominators(const MeasureSpecification& specification) {
    for (const SpecificationCode& code : specification.codes) {
      if (code.bucket != rulebook::CodeBucket::kDenominator) continue;
      codes.push_back(code.packed);
      measures.push_back(specification.packed_source_id);
    }
  }
  std::vector<std::uint64_t> codes;
  std::vector<std::uint64_t> measures;
  CaseFacts facts;
};

void expect_same_answers(std::span<const MeasureSpecification> specifications, int cases) {
  const SpecificationSet set(specifications);
  ASSERT_EQ(set.size(), specifications.size());
  std::mt19937_64 random(20220101);
  std::array<int, kCaseOutcomes> seen{};
  int contradictions = 0;
  std::vector<CaseOutcome> outcomes(set.size());
  for (int i = 0; i < cases; ++i) {
    const RandomCase one(specifications, random);
    const std::uint32_t contradicting = set.evaluate_all(one.facts, outcomes);
    for (std::size_t m = 0; m < specifications.size(); ++m) {
      const Evaluation expected = evaluate_in_full(specifications[m], one.facts);
      ASSERT_EQ(outcomes[m], expected.outcome) << "case " << i << " measure " << m;
      ASSERT_EQ((contradicting >> m & 1) != 0, expected.contradicting_codes);
      ++seen[static_cast<std::size_t>(expected.outcome)];
      contradictions += expected.contradicting_codes ? 1 : 0;
    }
  }
  for (const int count : seen) EXPECT_GT(count, 0);
  EXPECT_GT(contradictions, 0);
}

TEST(SpecificationSet, AnswersLikeThePlainForm) {
  expect_same_answers(rules().specifications(), 50'000);
}

// With the measures of the year, and with all rates of those that have several.
TEST(SpecificationSet, AnswersLikeThePlainFormInEveryYear) {
  for (int year = 2019; year <= 2026; ++year) {
    const auto* each = rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
    expect_same_answers(each->specifications(), 10'000);
  }
}

// The survey of AQI48: who was sent one counts for the first rate, who answered for the second.
TEST(SpecificationSet, ACodeCountsForEveryRateOfItsMeasure) {
  const SpecificationSet set(rules());
  const auto outcomes_of = [&set](std::initializer_list<const char*> codes) {
    std::vector<std::uint64_t> packed;
    for (const char* code : codes) packed.push_back(rulebook::pack_quality_code(code, ""));
    const std::vector<std::uint64_t> measures(packed.size(), rulebook::pack_measure_id("AQI48"));
    std::vector<CaseOutcome> outcomes(set.size());
    EXPECT_EQ(set.evaluate_all({packed, measures, 50, 90, 1}, outcomes), 0u);
    std::vector<CaseOutcome> rates;
    for (std::size_t slot = 0; slot < outcomes.size(); ++slot) {
      if (rules().specifications()[slot].measure_id == "AQI48") rates.push_back(outcomes[slot]);
    }
    return rates;
  };
  using enum CaseOutcome;
  EXPECT_EQ(outcomes_of({"10A12", "10A72", "10A70"}), (std::vector{kMet, kMet}));
  EXPECT_EQ(outcomes_of({"10A12", "10A72", "10A71"}), (std::vector{kMet, kNotMet}));
  EXPECT_EQ(outcomes_of({"10A12"}), (std::vector{kMet, kNotEligible}));
  EXPECT_EQ(outcomes_of({"10A12", "10A72", "10A69"}), (std::vector{kMet, kExcluded}));
  EXPECT_EQ(outcomes_of({"10A14"}), (std::vector{kNotMet, kNotEligible}));
  EXPECT_EQ(outcomes_of({"10A13"}), (std::vector{kException, kNotEligible}));
}

TEST(SpecificationSet, AnswersLikeThePlainFormWithManyMeasures) {
  std::vector<MeasureSpecification> many;
  for (std::size_t i = 0; i < SpecificationSet::kMaximumSpecifications; ++i) {
    MeasureSpecification one = rules().specifications()[i % rules().specifications().size()];
    one.packed_source_id = rulebook::pack_measure_id("AQI" + std::to_string(i));
    one.age_years_max = i % 5 == 0 ? 64 : 0;
    many.push_back(one);
  }
  expect_same_answers(many, 5'000);
}

TEST(SpecificationSet, IsInTheOrderOfTheRules) {
  const SpecificationSet set(rules());
  ASSERT_EQ(set.size(), rules().specifications().size());
  const std::array<std::uint64_t, 2> codes = {rulebook::pack_quality_code("4255F", ""),
                                              rulebook::pack_quality_code("G9773", "")};
  const std::array<std::uint64_t, 2> measures = {rulebook::pack_measure_id("PQRS424"),
                                                 rulebook::pack_measure_id("PQRS424")};
  std::vector<CaseOutcome> outcomes(set.size());
  EXPECT_EQ(set.evaluate_all({codes, measures, 40, 70, 1}, outcomes), 0u);
  for (std::size_t slot = 0; slot < outcomes.size(); ++slot) {
    const bool temperature = rules().specifications()[slot].measure_id == "424";
    EXPECT_EQ(outcomes[slot], temperature ? CaseOutcome::kNotMet : CaseOutcome::kNotEligible);
  }
}

TEST(SpecificationSet, OfNothingAnswersNothing) {
  const SpecificationSet set{std::span<const MeasureSpecification>()};
  EXPECT_EQ(set.evaluate_all({}, {}), 0u);
}

TEST(SpecificationSetDeathTest, RatesOfOneMeasureStandTogether) {
  std::vector<MeasureSpecification> apart = {
      rules().specifications()[0], rules().specifications()[1], rules().specifications()[0]};
  EXPECT_DEATH(SpecificationSet{std::span<const MeasureSpecification>(apart)}, "place");
}

}  // namespace
}  // namespace qcdr::measures
