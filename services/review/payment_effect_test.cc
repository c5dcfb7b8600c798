// Adjustments in words and dollars, and what a review could change. Percents worked by hand from
// 42 CFR 414.1405; largest ones as CMS published them for 2020 to 2022.
#include "review/payment_effect.h"

#include <gtest/gtest.h>

#include "rulebook/rulebook.h"

namespace qcdr::review {
namespace {

constexpr PerformanceYear kYear(2022);

const scoring::ResolvedRules& rules() {
  static const scoring::ResolvedRules kRules =
      scoring::resolve(*rulebook::Rulebook::built_in().find_year(kYear));
  return kRules;
}

Instant at(const char* text) {
  return Instant::parse(text).value();
}
const Instant kBefore = at("2023-03-01T10:00:00-06:00");
const Instant kAfter = at("2023-08-11T10:00:00-05:00");

Decimal number(const char* text) {
  return Decimal::parse(text).value();
}

// A summary whose score and range are these.
PaymentEffect effect_of(const char* low, const char* score, const char* high, Instant as_of,
                        std::optional<Decimal> paid = std::nullopt,
                        scoring::Known applies = scoring::Known::kYes) {
  scoring::ScoreInput input;
  input.rules = &rules();
  input.as_of = as_of;
  scoring::ScoreSummary summary;
  summary.low = number(low);
  summary.final_score = number(score);
  summary.high = number(high);
  summary.adjustment.applies = applies;
  return payment_effect(input, summary, paid);
}

TEST(PaymentEffect, BelowTheThresholdByTheRegulation) {
  // 59 of 75 points: -9 x 16 / 75 = -1.92.
  const PaymentEffect effect = effect_of("59", "59", "59", kBefore, number("250000"));
  EXPECT_EQ(effect.percent_low.to_fixed(2), "-1.92");
  EXPECT_EQ(effect.percent_high.to_fixed(2), "-1.92");
  EXPECT_EQ(effect.basis, scoring::AdjustmentBasis::kPublished);
  EXPECT_EQ(effect.dollars_low->to_fixed(2), "-4800.00");
  EXPECT_EQ(effect.dollars_high->to_fixed(2), "-4800.00");
  EXPECT_EQ(effect.payment_year, 2024);
  EXPECT_EQ(effect_words(effect, rules(), std::nullopt),
            "If CMS reaches this score and MIPS applies to you at this TIN: -1.92 % of Medicare "
            "Part B paid amounts for covered professional services in 2024.");
}

TEST(PaymentEffect, TheRangeOfAScoreIsTheRangeOfThePercent) {
  const PaymentEffect effect = effect_of("0", "59", "83", kBefore, number("100000.10"));
  EXPECT_EQ(effect.percent_low.to_fixed(2), "-9.00");
  EXPECT_GT(effect.percent_high, Decimal());
  EXPECT_EQ(effect.basis, scoring::AdjustmentBasis::kRange);
  EXPECT_EQ(effect.dollars_low->to_fixed(2), "-9000.01");
  EXPECT_EQ(effect.percent_at_score.to_fixed(2), "-1.92");
  EXPECT_NE(effect_words(effect, rules(), std::nullopt).find(": -1.92 % of"), std::string::npos);
}

TEST(PaymentEffect, AboveTheThresholdNoBarePercentBeforeCmsSetIt) {
  const auto past = at_hundred_points(rulebook::Rulebook::built_in(), kYear, kBefore);
  ASSERT_TRUE(past);
  EXPECT_EQ(past->low.to_fixed(2), "1.87");
  EXPECT_EQ(past->high.to_fixed(2), "2.34");
  const PaymentEffect effect = effect_of("83", "83", "83", kBefore);
  const std::string words = effect_words(effect, rules(), past);
  EXPECT_EQ(words,
            "Positive or zero; CMS sets the size after the year; past years at 100 points: 1.87 % "
            "to 2.34 %.");
  EXPECT_FALSE(effect.dollars_low);
}

TEST(PaymentEffect, AFactorCountsFromItsPublicationOn) {
  EXPECT_EQ(effect_of("83", "83", "83", at("2023-08-09T23:59:59-04:00")).basis,
            scoring::AdjustmentBasis::kRange);
  const PaymentEffect effect = effect_of("83", "83", "83", kAfter);
  EXPECT_EQ(effect.basis, scoring::AdjustmentBasis::kFitted);
  // 9 x 8 / 25 x 0.2475 = 0.71.
  EXPECT_EQ(effect.percent_high.to_fixed(2), "0.71");
  EXPECT_NE(effect_words(effect, rules(), std::nullopt).find("+0.71 %"), std::string::npos);
  EXPECT_EQ(at_hundred_points(rulebook::Rulebook::built_in(), kYear, kAfter)->high.to_fixed(2),
            "8.26");
}

TEST(PaymentEffect, NeutralAndNotReachedAreExplained) {
  PaymentEffect effect = effect_of("83", "83", "83", kAfter, std::nullopt, scoring::Known::kNo);
  EXPECT_EQ(effect_words(effect, rules(), std::nullopt),
            "MIPS does not adjust payments to you at this TIN.");
  EXPECT_FALSE(
      effect_of("83", "83", "83", kAfter, number("1000"), scoring::Known::kNo).dollars_low);
  scoring::ScoreSummary summary;
  effect = effect_of("75", "75", "75", kAfter);
  effect.neutral = true;
  EXPECT_NE(neutral_words(effect, summary, rules()).find("threshold of 75 points"),
            std::string::npos);
  EXPECT_EQ(effect_words(effect, rules(), std::nullopt),
            "At the threshold of 75 points payments in 2024 are not adjusted.");
  effect.neutral = false;
  EXPECT_EQ(neutral_words(effect, summary, rules()), "");
}

TEST(PaidAmount, IsDollarsAndCents) {
  EXPECT_EQ(parse_paid_amount("250000.5").value().to_fixed(2), "250000.50");
  EXPECT_EQ(parse_paid_amount("500000000").value(), Decimal::from_integer(kPaidAmountMax));
  for (const char* wrong : {"", "-1", "1.005", "500000000.01", "1e6", "$5", "99999999999999"}) {
    EXPECT_FALSE(parse_paid_amount(wrong).is_ok()) << wrong;
  }
}

TEST(ReviewEffect, IsWhatTheAdjustmentWouldBeLessWhatItIs) {
  // CMS gave 59 points and -1.92; ours is 83, +0.71 by this year's factors.
  const ReviewEffect effect =
      review_effect(rules(), number("83"), number("59"), number("-1.92"), kAfter);
  EXPECT_TRUE(effect.stated);
  EXPECT_EQ(effect.change_low().to_fixed(2), "2.63");
  EXPECT_EQ(effect.change_high().to_fixed(2), "2.63");
  const ReviewEffect computed =
      review_effect(rules(), number("83"), number("59"), std::nullopt, kBefore);
  EXPECT_FALSE(computed.stated);
  EXPECT_EQ(computed.cms_low.to_fixed(2), "-1.92");
  EXPECT_LE(computed.change_low(), computed.change_high());
  EXPECT_EQ(computed.basis, scoring::AdjustmentBasis::kRange);
}

}  // namespace
}  // namespace qcdr::review
