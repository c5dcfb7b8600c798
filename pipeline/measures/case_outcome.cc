#include "measures/case_outcome.h"

namespace qcdr::measures {

std::string_view outcome_name(CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::kNotEligible:
      return "not-eligible";
    case CaseOutcome::kExcluded:
      return "excluded";
    case CaseOutcome::kMet:
      return "met";
    case CaseOutcome::kNotMet:
      return "not-met";
    case CaseOutcome::kException:
      return "exception";
    case CaseOutcome::kNotReported:
      return "not-reported";
  }
  return "";
}

}  // namespace qcdr::measures
