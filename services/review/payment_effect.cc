#include "review/payment_effect.h"

#include <fmt/core.h>

#include <algorithm>

#include "rulebook/parameter_names.h"

namespace qcdr::review {
namespace {

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);
constexpr int kCents = 2;

std::string with_sign(Decimal percent) {
  return (percent > Decimal() ? "+" : "") + percent.to_fixed(kCents);
}

int payment_year_of(const rulebook::YearRules& rules) {
  const auto* after = rules.find_parameter(rulebook::names::kPaymentYearAfter);
  if (after == nullptr) return 0;
  return rules.year().value() + static_cast<int>(after->value.raw() / Decimal::kOne);
}

// In cents, without leaving the range of a Decimal.
Decimal share_of(Decimal amount, Decimal percent) {
  return (amount / kHundred * percent).rounded(kCents);
}

}  // namespace

Result<Decimal> parse_paid_amount(const std::string& text) {
  const Status wrong(ErrorCode::kInvalidArgument,
                     "a paid amount is dollars, like 250000 or 250000.50, from 0 to 500,000,000");
  const auto amount = Decimal::parse(text);
  if (!amount.is_ok() || amount.value() < Decimal() ||
      amount.value() > Decimal::from_integer(kPaidAmountMax) ||
      amount.value() != amount.value().rounded(kCents)) {
    return wrong;
  }
  return amount.value();
}

PaymentEffect payment_effect(const scoring::ScoreInput& input, const scoring::ScoreSummary& summary,
                             const std::optional<Decimal>& paid_amount) {
  const scoring::ResolvedRules& rules = *input.rules;
  PaymentEffect effect;
  effect.payment_year = payment_year_of(*rules.year_rules);
  effect.final_score = summary.final_score;
  const auto at = [&](Decimal score) {
    return scoring::payment_adjustment(rules, score, input.as_of);
  };
  const scoring::PaymentAdjustment low = at(summary.low);
  const scoring::PaymentAdjustment own = at(summary.final_score);
  const scoring::PaymentAdjustment high = at(summary.high);
  effect.percent_at_score = own.percent;
  effect.percent_low = std::min(low.low, own.low);
  effect.percent_high = std::max(high.high, own.high);
  effect.basis = own.basis;
  // Below the threshold the score's own percent is certain, the high end may lie above it.
  if (effect.basis == scoring::AdjustmentBasis::kPublished) effect.basis = high.basis;
  effect.applies = summary.adjustment.applies;
  effect.neutral = summary.fewer_categories;
  if (paid_amount && effect.applies != scoring::Known::kNo) {
    effect.paid_amount = paid_amount;
    effect.dollars_low = share_of(*paid_amount, effect.percent_low);
    effect.dollars_high = share_of(*paid_amount, effect.percent_high);
  }
  return effect;
}

ReviewEffect review_effect(const scoring::ResolvedRules& rules, Decimal expected_score,
                           Decimal cms_score, const std::optional<Decimal>& cms_percent,
                           Instant as_of) {
  ReviewEffect effect;
  const scoring::PaymentAdjustment expected =
      scoring::payment_adjustment(rules, expected_score, as_of);
  effect.expected_low = expected.low;
  effect.expected_high = expected.high;
  // A year's own factors leave one number, which the range does not hold.
  if (expected.basis == scoring::AdjustmentBasis::kFitted) {
    effect.expected_low = effect.expected_high = expected.percent;
  }
  effect.basis = expected.basis;
  effect.stated = cms_percent.has_value();
  const scoring::PaymentAdjustment given = scoring::payment_adjustment(rules, cms_score, as_of);
  effect.cms_low = cms_percent ? *cms_percent : given.low;
  effect.cms_high = cms_percent ? *cms_percent : given.high;
  return effect;
}

std::string_view basis_name(scoring::AdjustmentBasis basis) {
  switch (basis) {
    case scoring::AdjustmentBasis::kPublished:
      return "published";
    case scoring::AdjustmentBasis::kFitted:
      return "fitted";
    case scoring::AdjustmentBasis::kRange:
      break;
  }
  return "range";
}

std::string_view basis_words(scoring::AdjustmentBasis basis) {
  switch (basis) {
    case scoring::AdjustmentBasis::kPublished:
      return "by the regulation alone (42 CFR 414.1405)";
    case scoring::AdjustmentBasis::kFitted:
      return "by factors that were fitted to adjustments which CMS published for this year";
    case scoring::AdjustmentBasis::kRange:
      break;
  }
  return "by the factors of the last two years that were published; CMS sets this year's after it";
}

std::optional<PastYears> at_hundred_points(const rulebook::Rulebook& book, PerformanceYear before,
                                           Instant at) {
  std::optional<PastYears> past;
  // Years with the same largest percent: earlier ones could not pay as much.
  const rulebook::YearRules* own = book.find_year(before);
  if (own == nullptr) return past;
  const Decimal largest = own->parameter(rulebook::names::kMaximumPositivePercent).value;
  for (const PerformanceYear year : book.years()) {
    const rulebook::YearRules* rules = book.find_year(year);
    if (rules == nullptr || !(year < before || year == before)) continue;
    if (rules->parameter(rulebook::names::kMaximumPositivePercent).value != largest) continue;
    const scoring::PaymentAdjustment top =
        scoring::payment_adjustment(scoring::resolve(*rules), kHundred, at);
    if (top.basis != scoring::AdjustmentBasis::kFitted) continue;
    if (!past) past = PastYears{top.percent, top.percent};
    past->low = std::min(past->low, top.percent);
    past->high = std::max(past->high, top.percent);
  }
  return past;
}

std::string effect_words(const PaymentEffect& effect, const scoring::ResolvedRules& rules,
                         const std::optional<PastYears>& past) {
  if (effect.applies == scoring::Known::kNo) {
    return "MIPS does not adjust payments to you at this TIN.";
  }
  const std::string year =
      effect.payment_year == 0 ? std::string() : fmt::format(" in {}", effect.payment_year);
  if (effect.final_score < rules.threshold) {
    return fmt::format(
        "If CMS reaches this score and MIPS applies to you at this TIN: {} of Medicare Part B paid "
        "amounts for covered professional services{}.",
        with_sign(effect.percent_at_score) + " %", year);
  }
  if (effect.final_score == rules.threshold && effect.percent_low == effect.percent_high) {
    return fmt::format("At the threshold of {} points payments{} are not adjusted.",
                       rules.threshold.to_string(), year);
  }
  std::string text = "Positive or zero; CMS sets the size after the year";
  if (effect.basis == scoring::AdjustmentBasis::kFitted) {
    text = fmt::format("{} of Medicare Part B paid amounts{}",
                       with_sign(effect.percent_at_score) + " %", year);
  } else if (past) {
    text += fmt::format("; past years at 100 points: {} % to {} %", past->low.to_fixed(kCents),
                        past->high.to_fixed(kCents));
  }
  return text + ".";
}

std::string neutral_words(const PaymentEffect& effect, const scoring::ScoreSummary& summary,
                          const scoring::ResolvedRules& rules) {
  if (effect.neutral) {
    int left = 0;
    for (const scoring::CategoryScore& category : summary.categories) {
      left += category.weight > 0 ? 1 : 0;
    }
    return fmt::format(
        "Neutral: {} can be scored, and with fewer than {} the final score is the threshold of {} "
        "points; payments are not adjusted (42 CFR 414.1380(c)).",
        left == 0 ? "no category" : "only one category", rules.fewer_categories_minimum,
        rules.threshold.to_string());
  }
  if (effect.applies == scoring::Known::kUnknown) {
    return "Whether MIPS applies to you at this TIN is not known: no list of the Quality Payment "
           "Program is loaded that says so.";
  }
  return "";
}

}  // namespace qcdr::review
