#include "batch_rows.h"

namespace qcdr::batch {
namespace {

using rulebook::CodeBucket;
using rulebook::MeasureSpecification;

bool reports(const v1::AnesthesiaCase& fact, const MeasureSpecification& specification,
             std::uint64_t code) {
  for (int i = 0; i < fact.quality_codes_size(); ++i) {
    if (fact.quality_codes(i) == code &&
        fact.quality_measures(i) == specification.packed_source_id) {
      return true;
    }
  }
  return false;
}

bool reports_anything(const v1::AnesthesiaCase& fact, const MeasureSpecification& specification) {
  for (const rulebook::SpecificationCode& code : specification.codes) {
    if (reports(fact, specification, code.packed)) return true;
  }
  return false;
}

// What is not known (zero) speaks against nothing.
bool facts_fit(const v1::AnesthesiaCase& fact, const MeasureSpecification& specification) {
  const auto age = static_cast<int>(fact.age_years());
  if (age != 0 && age < specification.age_years_min) return false;
  if (age != 0 && specification.age_years_max != 0 && age > specification.age_years_max) {
    return false;
  }
  const auto minutes = static_cast<int>(fact.anesthesia_minutes());
  if (minutes != 0 && minutes < specification.anesthesia_minutes_min) return false;
  const std::uint32_t kinds = fact.anesthesia_categories();
  return kinds == 0 || specification.anesthesia_categories == 0 ||
         (kinds & specification.anesthesia_categories) != 0;
}

struct Buckets {
  bool denominator_missing = false;
  bool excluded = false;
  int kinds_of_outcome = 0;
  std::uint8_t outcome = 0;
};

Buckets look_at_codes(const v1::AnesthesiaCase& fact, const MeasureSpecification& specification) {
  std::set<CodeBucket> found;
  Buckets buckets;
  for (const rulebook::SpecificationCode& code : specification.codes) {
    const bool there = reports(fact, specification, code.packed);
    if (there) found.insert(code.bucket);
    if (!there && code.bucket == CodeBucket::kDenominator) buckets.denominator_missing = true;
  }
  buckets.excluded = found.contains(CodeBucket::kDenominatorExclusion);
  const std::vector<std::pair<CodeBucket, std::uint8_t>> outcomes = {
      {CodeBucket::kMet, 1}, {CodeBucket::kNotMet, 2}, {CodeBucket::kException, 3}};
  for (const auto& outcome : outcomes) {
    if (!found.contains(outcome.first)) continue;
    ++buckets.kinds_of_outcome;
    buckets.outcome = outcome.second;
  }
  return buckets;
}

}  // namespace

std::map<std::size_t, std::uint8_t> outcomes_of(const rulebook::YearRules& rules,
                                                const v1::AnesthesiaCase& fact,
                                                std::uint32_t* contradictions) {
  constexpr std::uint8_t kNotReported = 4;
  std::map<std::size_t, std::uint8_t> outcomes;
  *contradictions = 0;
  for (std::size_t slot = 0; slot < rules.specifications().size(); ++slot) {
    const MeasureSpecification& specification = rules.specifications()[slot];
    if (!reports_anything(fact, specification) || !facts_fit(fact, specification)) continue;
    const Buckets buckets = look_at_codes(fact, specification);
    if (buckets.denominator_missing || buckets.excluded) continue;
    if (buckets.kinds_of_outcome > 1) ++*contradictions;
    outcomes[slot] = buckets.kinds_of_outcome == 1 ? buckets.outcome : kNotReported;
  }
  return outcomes;
}

}  // namespace qcdr::batch
