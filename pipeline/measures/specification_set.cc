#include "measures/specification_set.h"

#include <array>
#include <bit>

#include "core/assert.h"

namespace qcdr::measures {
namespace {

using rulebook::CodeBucket;
using rulebook::MeasureSpecification;
using rulebook::SpecificationCode;

constexpr std::uint64_t kHashMultiplier = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio

constexpr std::uint8_t bit_of(CodeBucket bucket) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(bucket));
}

constexpr std::uint8_t kExclusionBit = bit_of(CodeBucket::kDenominatorExclusion);
constexpr std::uint8_t kOutcomeBits =
    bit_of(CodeBucket::kMet) | bit_of(CodeBucket::kException) | bit_of(CodeBucket::kNotMet);

}  // namespace

SpecificationSet::SpecificationSet(const rulebook::YearRules& rules)
    : SpecificationSet(std::span<const MeasureSpecification>(rules.specifications())) {}

SpecificationSet::SpecificationSet(std::span<const MeasureSpecification> specifications) {
  QCDR_ASSERT(specifications.size() <= kMaximumSpecifications);
  const std::size_t slots = std::bit_ceil(2 * specifications.size() + 2);
  slots_.resize(slots);
  slot_shift_ = 64 - std::countr_zero(slots);
  for (const MeasureSpecification& specification : specifications) {
    QCDR_ASSERT(specification.packed_source_id != 0);
    Compiled compiled{};
    compiled.packed_source_id = specification.packed_source_id;
    compiled.first_code = static_cast<std::uint32_t>(codes_.size());
    std::uint32_t denominators = 0;
    for (const SpecificationCode& code : specification.codes) {
      std::uint32_t denominator_bit = 0;
      if (code.bucket == CodeBucket::kDenominator) {
        QCDR_ASSERT(denominators < 32);
        denominator_bit = std::uint32_t{1} << denominators++;
        compiled.all_denominators |= denominator_bit;
      }
      codes_.push_back({code.packed, denominator_bit, bit_of(code.bucket)});
    }
    compiled.last_code = static_cast<std::uint32_t>(codes_.size());
    compiled.age_years_min = static_cast<std::uint32_t>(specification.age_years_min);
    compiled.age_years_max = specification.age_years_max == 0
                                 ? UINT32_MAX
                                 : static_cast<std::uint32_t>(specification.age_years_max);
    compiled.anesthesia_minutes_min =
        static_cast<std::uint32_t>(specification.anesthesia_minutes_min);
    compiled.anesthesia_categories =
        specification.anesthesia_categories == 0 ? UINT32_MAX : specification.anesthesia_categories;
    const auto place = static_cast<std::uint32_t>(measures_.size());
    std::size_t slot = (compiled.packed_source_id * kHashMultiplier) >> slot_shift_;
    while (slots_[slot].packed_source_id != 0 &&
           slots_[slot].packed_source_id != compiled.packed_source_id) {
      slot = (slot + 1) & (slots - 1);
    }
    if (slots_[slot].packed_source_id == 0)
      slots_[slot] = {compiled.packed_source_id, place, place};
    QCDR_ASSERT(slots_[slot].last == place);
    ++slots_[slot].last;
    measures_.push_back(compiled);
  }
}

SpecificationSet::Slot SpecificationSet::find_measure(std::uint64_t packed_source_id) const {
  std::size_t slot = (packed_source_id * kHashMultiplier) >> slot_shift_;
  while (slots_[slot].packed_source_id != 0) {
    if (slots_[slot].packed_source_id == packed_source_id) return slots_[slot];
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return {};
}

std::uint32_t SpecificationSet::evaluate_all(const CaseFacts& facts,
                                             std::span<CaseOutcome> out) const {
  QCDR_ASSERT(out.size() == measures_.size());
  QCDR_ASSERT(facts.quality_codes.size() == facts.quality_measures.size());
  struct Seen {
    std::uint32_t denominators;
    std::uint8_t buckets;
  };
  std::array<Seen, kMaximumSpecifications> seen;
  for (std::size_t i = 0; i < measures_.size(); ++i) seen[i] = {0, 0};
  std::uint64_t last_source_id = 0;
  Slot slot;  // none
  for (std::size_t i = 0; i < facts.quality_codes.size(); ++i) {
    // Codes of one measure mostly stand together.
    if (facts.quality_measures[i] != last_source_id) {
      last_source_id = facts.quality_measures[i];
      slot = last_source_id == 0 ? Slot() : find_measure(last_source_id);
    }
    for (std::uint32_t measure = slot.first; measure < slot.last; ++measure) {
      const Compiled& compiled = measures_[measure];
      for (std::uint32_t place = compiled.first_code; place < compiled.last_code; ++place) {
        if (codes_[place].packed != facts.quality_codes[i]) continue;
        seen[measure].denominators |= codes_[place].denominator_bit;
        seen[measure].buckets =
            static_cast<std::uint8_t>(seen[measure].buckets | codes_[place].bucket_bit);
      }
    }
  }
  std::uint32_t contradicting = 0;
  for (std::size_t i = 0; i < measures_.size(); ++i) {
    bool contradicts = false;
    out[i] = outcome_of(measures_[i], seen[i].denominators, seen[i].buckets, facts, &contradicts);
    contradicting |= std::uint32_t{contradicts} << i;
  }
  return contradicting;
}

CaseOutcome SpecificationSet::outcome_of(const Compiled& measure, std::uint32_t denominators,
                                         std::uint8_t buckets, const CaseFacts& facts,
                                         bool* contradicting) {
  if (buckets == 0 || denominators != measure.all_denominators) return CaseOutcome::kNotEligible;
  const std::uint32_t age = facts.age_years;
  if (age != 0 && (age < measure.age_years_min || age > measure.age_years_max)) {
    return CaseOutcome::kNotEligible;
  }
  if (facts.anesthesia_minutes != 0 && facts.anesthesia_minutes < measure.anesthesia_minutes_min) {
    return CaseOutcome::kNotEligible;
  }
  if (facts.anesthesia_categories != 0 &&
      (facts.anesthesia_categories & measure.anesthesia_categories) == 0) {
    return CaseOutcome::kNotEligible;
  }
  if ((buckets & kExclusionBit) != 0) return CaseOutcome::kExcluded;
  const auto outcomes = static_cast<std::uint8_t>(buckets & kOutcomeBits);
  if (outcomes == bit_of(CodeBucket::kMet)) return CaseOutcome::kMet;
  if (outcomes == bit_of(CodeBucket::kException)) return CaseOutcome::kException;
  if (outcomes == bit_of(CodeBucket::kNotMet)) return CaseOutcome::kNotMet;
  *contradicting = outcomes != 0;
  return CaseOutcome::kNotReported;
}

}  // namespace qcdr::measures
