#include "measures/measure_counts.h"

#include "core/assert.h"

namespace qcdr::measures {
namespace {

// The count of an outcome; null for cases that are not in the denominator.
std::uint32_t* count_of(MeasureCounts* counts, CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::kNotEligible:
      return nullptr;
    case CaseOutcome::kExcluded:
      return &counts->excluded;
    case CaseOutcome::kMet:
      return &counts->met;
    case CaseOutcome::kNotMet:
      return &counts->not_met;
    case CaseOutcome::kException:
      return &counts->exception;
    case CaseOutcome::kNotReported:
      return &counts->not_reported;
  }
  QCDR_ASSERT(false);
}

void increase(std::uint32_t* count, std::uint32_t by) {
  QCDR_ASSERT(*count <= UINT32_MAX - by);
  *count += by;
}

void decrease(std::uint32_t* count, std::uint32_t by) {
  QCDR_ASSERT(*count >= by);
  *count -= by;
}

}  // namespace

void MeasureCounts::add(CaseOutcome outcome) {
  std::uint32_t* count = count_of(this, outcome);
  if (count == nullptr) return;
  increase(count, 1);
  if (count != &excluded) increase(&eligible, 1);
}

void MeasureCounts::subtract(CaseOutcome outcome) {
  std::uint32_t* count = count_of(this, outcome);
  if (count == nullptr) return;
  decrease(count, 1);
  if (count != &excluded) decrease(&eligible, 1);
}

void MeasureCounts::add(const MeasureCounts& other) {
  increase(&eligible, other.eligible);
  increase(&met, other.met);
  increase(&not_met, other.not_met);
  increase(&exception, other.exception);
  increase(&excluded, other.excluded);
  increase(&not_reported, other.not_reported);
  QCDR_ASSERT(is_consistent());
}

void MeasureCounts::subtract(const MeasureCounts& other) {
  decrease(&eligible, other.eligible);
  decrease(&met, other.met);
  decrease(&not_met, other.not_met);
  decrease(&exception, other.exception);
  decrease(&excluded, other.excluded);
  decrease(&not_reported, other.not_reported);
  QCDR_ASSERT(is_consistent());
}

bool MeasureCounts::is_consistent() const {
  return eligible == std::uint64_t{met} + not_met + exception + not_reported;
}

}  // namespace qcdr::measures
