// What a score does to payments: percent with where it is from, in words, and on an amount.
//
// Below the threshold the regulation alone decides (42 CFR 414.1405(b)(2), (c)); above it the size
// hangs on factors of CMS, which are used only from the day on which they were published. Always a
// low and a high end. Dollars are Medicare's paid amounts, neither allowed amounts nor what
// patients owe. Thread-safety: values and pure functions.
// Errors: kInvalidArgument for an amount that is none. Units: percent, dollars.
#pragma once

#include <optional>
#include <string>

#include "scoring/score.h"

namespace qcdr::review {

inline constexpr std::int64_t kPaidAmountMax = 500'000'000;

// "250000", "250000.50": not below zero, at most kPaidAmountMax, in cents.
Result<Decimal> parse_paid_amount(const std::string& text);

struct PaymentEffect {
  int payment_year = 0;  // 0: the year's rules do not say
  Decimal final_score;
  Decimal percent_at_score;  // the low end where the size is not set yet
  Decimal percent_low;       // over the whole range of the score
  Decimal percent_high;
  scoring::AdjustmentBasis basis = scoring::AdjustmentBasis::kPublished;
  scoring::Known applies = scoring::Known::kUnknown;
  bool neutral = false;  // fewer than two categories: the score is the threshold
  // Set when an amount was given and MIPS may apply: what is paid more or less.
  std::optional<Decimal> paid_amount;
  std::optional<Decimal> dollars_low;
  std::optional<Decimal> dollars_high;
};

// Over the whole range of the summary; `as_of` decides which factors are known.
PaymentEffect payment_effect(const scoring::ScoreInput& input, const scoring::ScoreSummary& summary,
                             const std::optional<Decimal>& paid_amount);

// What a targeted review could change: the adjustment at the score that CMS should have come to,
// less the one that it gave.
struct ReviewEffect {
  bool stated = false;  // CMS's own percent; else computed from its score
  Decimal cms_low;
  Decimal cms_high;
  Decimal expected_low;
  Decimal expected_high;
  scoring::AdjustmentBasis basis = scoring::AdjustmentBasis::kPublished;  // of the expected one
  Decimal change_low() const { return expected_low - cms_high; }
  Decimal change_high() const { return expected_high - cms_low; }
};
ReviewEffect review_effect(const scoring::ResolvedRules& rules, Decimal expected_score,
                           Decimal cms_score, const std::optional<Decimal>& cms_percent,
                           Instant as_of);

// "published", "fitted", "range": and what that means.
std::string_view basis_name(scoring::AdjustmentBasis basis);
std::string_view basis_words(scoring::AdjustmentBasis basis);

// The least and the most that anybody with 100 points had, of years whose figures were published by
// `at`. None: of no year.
struct PastYears {
  Decimal low;
  Decimal high;
};
std::optional<PastYears> at_hundred_points(const rulebook::Rulebook& book, PerformanceYear before,
                                           Instant at);

// One sentence for people; never a bare percent above the threshold before CMS set it.
std::string effect_words(const PaymentEffect& effect, const scoring::ResolvedRules& rules,
                         const std::optional<PastYears>& past);
// Why a score is neutral, or whom the adjustment does not reach; empty: neither.
std::string neutral_words(const PaymentEffect& effect, const scoring::ScoreSummary& summary,
                          const scoring::ResolvedRules& rules);

}  // namespace qcdr::review
