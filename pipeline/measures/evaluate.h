// One case, one measure specification, one outcome.
//
// A case is in the denominator when all denominator codes were reported for the measure and no fact
// of the case speaks against it; a fact that is unknown (0) does not. A measure without denominator
// codes begins where any code is reported for it. Then the first that fits:
// exclusion, met, exception, not met. Outcome codes of more than one of met, exception and not met
// contradict each other: eligible, not reported, and the caller gives a finding. A code counts only
// for the measure it was reported for.
// This is the plain form, for explanations, tests and tools; SpecificationSet does the same fast.
// Pure. Thread-safety: free functions.
#pragma once

#include "measures/case_facts.h"
#include "measures/case_outcome.h"
#include "rulebook/rulebook.h"

namespace qcdr::measures {

struct Evaluation {
  CaseOutcome outcome = CaseOutcome::kNotEligible;
  bool contradicting_codes = false;  // only ever with kNotReported
};

Evaluation evaluate_in_full(const rulebook::MeasureSpecification& specification,
                            const CaseFacts& facts);
CaseOutcome evaluate(const rulebook::MeasureSpecification& specification, const CaseFacts& facts);

// Do age, minutes and kind of anesthesia allow the denominator?
bool facts_allow(const rulebook::MeasureSpecification& specification, const CaseFacts& facts);

}  // namespace qcdr::measures
