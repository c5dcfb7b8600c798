// 42 CFR 414.1405: the payment adjustment at a final score.
#include <algorithm>

#include "scoring/score.h"

namespace qcdr::scoring {
namespace {

using Wide = __int128;

constexpr std::int64_t kPercent = 100;
constexpr Decimal kHundred = Decimal::from_raw(kPercent * Decimal::kOne);

// a * b * c / d without an intermediate rounding; none negative, d positive.
Decimal product_ratio(Decimal a, Decimal b, Decimal c, Decimal d) {
  QCDR_ASSERT(d > Decimal());
  const Wide denominator = Wide{d.raw()} * Decimal::kOne;
  const Wide numerator = Wide{a.raw()} * b.raw() * c.raw();
  return Decimal::from_raw(static_cast<std::int64_t>((numerator + denominator / 2) / denominator));
}

constexpr Decimal kOne = Decimal::from_raw(Decimal::kOne);

// Above the threshold, where the size depends on CMS's factors: (b), (d), (e).
Decimal positive_percent(const ResolvedRules& rules, Decimal score,
                         const ReleasedFactors& factors) {
  Decimal percent = product_ratio(rules.maximum_positive_percent, score - rules.threshold,
                                  factors.scaling_factor, kHundred - rules.threshold);
  if (rules.has_additional_threshold && score >= rules.additional_threshold) {
    const Decimal span = rules.additional_maximum_factor - rules.additional_minimum_factor;
    const Decimal line = product_ratio(span, score - rules.additional_threshold, kOne,
                                       kHundred - rules.additional_threshold);
    percent = percent + (rules.additional_minimum_factor + line) * factors.exceptional_factor;
  }
  return percent;
}

// At or below the threshold, where the regulation alone decides: (b)(2), (c).
Decimal negative_percent(const ResolvedRules& rules, Decimal score) {
  if (score <= rules.quarter_threshold) return -rules.maximum_negative_percent;
  return -product_ratio(rules.maximum_negative_percent, rules.threshold - score, kOne,
                        rules.threshold);
}

}  // namespace

PaymentAdjustment payment_adjustment(const ResolvedRules& rules, Decimal final_score,
                                     Instant as_of) {
  PaymentAdjustment adjustment;
  if (final_score <= rules.threshold) {
    adjustment.percent = negative_percent(rules, final_score);
    adjustment.low = adjustment.high = adjustment.percent;
    return adjustment;
  }
  constexpr std::size_t kRangeYears = 2;
  std::size_t used = 0;
  for (const ReleasedFactors& factors : rules.factors) {
    if (factors.released_at > as_of) continue;
    const Decimal percent = positive_percent(rules, final_score, factors);
    adjustment.low = used == 0 ? percent : std::min(adjustment.low, percent);
    adjustment.high = used == 0 ? percent : std::max(adjustment.high, percent);
    if (used == 0 && factors.year == rules.year_rules->year()) {
      adjustment.basis = AdjustmentBasis::kFitted;
      adjustment.percent = percent;
      return adjustment;
    }
    if (++used == kRangeYears) break;
  }
  adjustment.basis = AdjustmentBasis::kRange;
  adjustment.percent = adjustment.low;
  return adjustment;
}

}  // namespace qcdr::scoring
