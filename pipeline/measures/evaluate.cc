#include "measures/evaluate.h"

#include <algorithm>

namespace qcdr::measures {
namespace {

using rulebook::CodeBucket;
using rulebook::MeasureSpecification;
using rulebook::SpecificationCode;

bool is_reported(const MeasureSpecification& specification, const SpecificationCode& code,
                 const CaseFacts& facts) {
  for (std::size_t i = 0; i < facts.quality_codes.size(); ++i) {
    if (facts.quality_codes[i] == code.packed &&
        facts.quality_measures[i] == specification.packed_source_id) {
      return true;
    }
  }
  return false;
}

bool any_reported(const MeasureSpecification& specification, CodeBucket bucket,
                  const CaseFacts& facts) {
  return std::any_of(specification.codes.begin(), specification.codes.end(),
                     [&](const SpecificationCode& code) {
                       return code.bucket == bucket && is_reported(specification, code, facts);
                     });
}

// All denominator codes, and at least one code of the measure: without denominator codes of its
// own, a measure begins where something is reported for it.
bool denominator_reported(const MeasureSpecification& specification, const CaseFacts& facts) {
  const auto reported = [&](const SpecificationCode& code) {
    return is_reported(specification, code, facts);
  };
  if (std::none_of(specification.codes.begin(), specification.codes.end(), reported)) return false;
  return std::all_of(specification.codes.begin(), specification.codes.end(),
                     [&](const SpecificationCode& code) {
                       return code.bucket != CodeBucket::kDenominator || reported(code);
                     });
}

}  // namespace

bool facts_allow(const MeasureSpecification& specification, const CaseFacts& facts) {
  const auto known_and = [](std::uint32_t value, bool failed) { return value != 0 && failed; };
  const auto age = static_cast<std::int64_t>(facts.age_years);
  const auto minutes = static_cast<std::int64_t>(facts.anesthesia_minutes);
  if (known_and(facts.age_years, age < specification.age_years_min)) return false;
  if (known_and(facts.age_years,
                specification.age_years_max != 0 && age > specification.age_years_max)) {
    return false;
  }
  if (known_and(facts.anesthesia_minutes, minutes < specification.anesthesia_minutes_min)) {
    return false;
  }
  return !known_and(facts.anesthesia_categories,
                    specification.anesthesia_categories != 0 &&
                        (facts.anesthesia_categories & specification.anesthesia_categories) == 0);
}

Evaluation evaluate_in_full(const MeasureSpecification& specification, const CaseFacts& facts) {
  QCDR_ASSERT(facts.quality_codes.size() == facts.quality_measures.size());
  if (!denominator_reported(specification, facts) || !facts_allow(specification, facts)) {
    return {CaseOutcome::kNotEligible, false};
  }
  if (any_reported(specification, CodeBucket::kDenominatorExclusion, facts)) {
    return {CaseOutcome::kExcluded, false};
  }
  const bool met = any_reported(specification, CodeBucket::kMet, facts);
  const bool exception = any_reported(specification, CodeBucket::kException, facts);
  const bool not_met = any_reported(specification, CodeBucket::kNotMet, facts);
  if (int{met} + int{exception} + int{not_met} > 1) return {CaseOutcome::kNotReported, true};
  if (met) return {CaseOutcome::kMet, false};
  if (exception) return {CaseOutcome::kException, false};
  if (not_met) return {CaseOutcome::kNotMet, false};
  return {CaseOutcome::kNotReported, false};
}

CaseOutcome evaluate(const MeasureSpecification& specification, const CaseFacts& facts) {
  return evaluate_in_full(specification, facts).outcome;
}

}  // namespace qcdr::measures
