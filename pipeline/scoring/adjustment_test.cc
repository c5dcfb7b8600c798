#include <gtest/gtest.h>

#include <algorithm>

#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class Adjustment : public ::testing::Test {
 protected:
  Adjustment() : rules_(resolve(built_in_2022())) {
    // Factors of our own, so that the arithmetic can be followed by hand.
    rules_.factors = {
        {PerformanceYear(2022), decimal("0.2"), decimal("0.5"), at("2023-08-10T00:00:00Z")},
        {PerformanceYear(2021), decimal("0.01"), decimal("0.2"), at("2022-08-22T00:00:00Z")},
        {PerformanceYear(2020), decimal("0.02"), decimal("0.1"), at("2021-08-02T00:00:00Z")},
        {PerformanceYear(2019), decimal("0.9"), decimal("0.9"), at("2020-08-07T00:00:00Z")},
    };
  }
  static Instant at(const char* text) { return Instant::parse(text).value(); }
  PaymentAdjustment adjustment(const char* score, const char* as_of) {
    return payment_adjustment(rules_, decimal(score), at(as_of));
  }
  ResolvedRules rules_;
};

TEST_F(Adjustment, UsesTheYearsOwnFactorsFromTheirRelease) {
  // 9 x (80 - 75) / 25 x 0.2
  const PaymentAdjustment released = adjustment("80", "2023-08-10T00:00:00Z");
  EXPECT_EQ(released.basis, AdjustmentBasis::kFitted);
  EXPECT_EQ(released.percent, decimal("0.36"));
  EXPECT_EQ(released.low, released.high);
  EXPECT_EQ(adjustment("80", "2023-08-09T23:59:59Z").basis, AdjustmentBasis::kRange);
}

TEST_F(Adjustment, BeforeThatTheLastTwoReleasedYearsSpanARange) {
  const PaymentAdjustment range = adjustment("80", "2023-02-15T00:00:00Z");
  EXPECT_EQ(range.low, decimal("0.018"));  // 1.8 x 0.01
  EXPECT_EQ(range.high, decimal("0.036"));
  EXPECT_EQ(range.percent, range.low);
  // A year earlier 2021's are not released yet, and 2020's and 2019's are the last two.
  EXPECT_EQ(adjustment("80", "2022-03-01T00:00:00Z").high, decimal("1.62"));
}

TEST_F(Adjustment, ExceptionalPerformanceStartsAtItsThreshold) {
  const char* released = "2024-01-01T00:00:00Z";
  EXPECT_EQ(adjustment("88.99", released).percent, decimal("1.00728"));
  // 9 x 14 / 25 x 0.2 + 0.5 x 0.5
  EXPECT_EQ(adjustment("89", released).percent, decimal("1.258"));
  // 9 x 0.2 + (0.5 + 9.5) x 0.5
  EXPECT_EQ(adjustment("100", released).percent, decimal("6.8"));
}

TEST_F(Adjustment, YearsWithoutAdditionalThresholdHaveNoSecondPart) {
  rules_.has_additional_threshold = false;
  EXPECT_EQ(adjustment("100", "2024-01-01T00:00:00Z").percent, decimal("1.8"));
}

TEST_F(Adjustment, WithoutAnyFactorItIsZeroOrMore) {
  rules_.factors.clear();
  const PaymentAdjustment adjustment = payment_adjustment(rules_, decimal("90"), after_release());
  EXPECT_EQ(adjustment.basis, AdjustmentBasis::kRange);
  EXPECT_EQ(adjustment.percent, Decimal());
}

TEST_F(Adjustment, GrowsWithTheScore) {
  Decimal before = -decimal("9");
  for (std::int64_t hundredths = 0; hundredths <= 10'000; ++hundredths) {
    const Decimal percent =
        payment_adjustment(rules_, Decimal::ratio(hundredths, 100), after_release()).percent;
    EXPECT_GE(percent, before) << hundredths;
    before = percent;
  }
}

TEST(AdjustmentOf2022, IsARangeUntilTheFactorsAreReleased) {
  const ResolvedRules rules = resolve(built_in_2022());
  const auto at_score = [&](const char* as_of) {
    return payment_adjustment(rules, decimal("100"), Instant::parse(as_of).value());
  };
  const PaymentAdjustment season = at_score("2023-02-15T00:00:00Z");
  EXPECT_EQ(season.basis, AdjustmentBasis::kRange);
  // At 100 points the exact maxima of 2020 and 2021 come out: 1.87 and 2.34.
  EXPECT_EQ(season.low.rounded(2), decimal("1.87"));
  EXPECT_EQ(season.high.rounded(2), decimal("2.34"));
  EXPECT_EQ(at_score("2024-01-01T00:00:00Z").basis, AdjustmentBasis::kFitted);
}

// Pairs of final score and payment adjustment that CMS published, or that were told from its
// feedback, in hundredths of a percent.
TEST(AdjustmentOfAYear, FactorsFitThePublishedPairs) {
  struct Pair {
    int year;
    const char* score;
    const char* percent;
  };
  constexpr Pair kPairs[] = {
      {2017, "40.15", "0.11"},  {2017, "97.09", "1.72"},  {2017, "100", "1.88"},
      {2018, "27.53", "0.05"},  {2018, "39.11", "0.09"},  {2018, "62.94", "0.18"},
      {2018, "100", "1.68"},    {2019, "74.99", "0"},     {2019, "75", "0.09"},
      {2019, "94.63", "1.43"},  {2019, "95.12", "1.46"},  {2019, "100", "1.79"},
      {2020, "100", "1.87"},    {2021, "79.58", "0.06"},  {2021, "97.25", "1.94"},
      {2021, "100", "2.34"},    {2022, "80.81", "0.52"},  {2022, "100", "8.26"},
      {2023, "71.79", "-0.39"}, {2023, "77.032", "0.18"}, {2023, "100", "2.15"},
      {2024, "80", "0.21"},     {2024, "90", "0.63"},     {2024, "100", "1.05"}};
  const Decimal half = decimal("0.005");
  for (const Pair& pair : kPairs) {
    const ResolvedRules rules =
        resolve(*rulebook::Rulebook::built_in().find_year(PerformanceYear(pair.year)));
    const Decimal found = payment_adjustment(rules, decimal(pair.score), after_release()).percent;
    const Decimal apart = found - decimal(pair.percent);
    EXPECT_LE(std::max(apart, -apart), half)
        << pair.year << " " << pair.score << ": " << found.to_string();
  }
}

// The year before last's and last year's, of those that are released.
TEST(AdjustmentOfAYear, WithoutFactorsOfItsOwnItIsARange) {
  const ResolvedRules rules =
      resolve(*rulebook::Rulebook::built_in().find_year(PerformanceYear(2025)));
  const PaymentAdjustment at_100 = payment_adjustment(rules, decimal("100"), after_release());
  EXPECT_EQ(at_100.basis, AdjustmentBasis::kRange);
  EXPECT_EQ(at_100.low, decimal("1.0503"));
  EXPECT_EQ(at_100.high, decimal("2.15415"));
}

}  // namespace
}  // namespace qcdr::scoring
