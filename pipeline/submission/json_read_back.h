// Compares a payload with the set that CMS shows, as JSON and without knowing the measures.
//
// Whatever the payload says must be there with the same value; what CMS adds (ids, dates, rates
// that it computes) is passed over. Measurements are told apart by measureId and strata by their
// name, in any order; a measurement that the payload has not is a difference. Numbers are compared
// as decimals, and a count that CMS does not show, or shows as null, is zero. `submission` says
// whose the payload is and is no part of a set. The canonical form that is hashed: category,
// method, program, period and CEHRT id, then the measurements by id with their values, keys in
// order, numbers as shortest decimals. Thread-safety: pure. Errors: text that cannot be read
// differs.
#pragma once

#include "submission/read_back_check.h"

namespace qcdr::submission {

class JsonReadBack final : public ReadBackCheck {
 public:
  ReadBackVerdict compare(std::string_view payload, std::string_view set) const override;
};

}  // namespace qcdr::submission
