// What the measures see of a case: a view into the record, without identifiers.
//
// Units and codes as in AnesthesiaCase of the wire contract. Zero means unknown in every number.
// Lifetime: views; the record must outlive it. Thread-safety: value.
#pragma once

#include <cstdint>
#include <span>

namespace qcdr::measures {

struct CaseFacts {
  std::span<const std::uint64_t> quality_codes;     // rulebook::pack_quality_code
  std::span<const std::uint64_t> quality_measures;  // rulebook::pack_measure_id of the source id,
                                                    // one for each code
  std::uint32_t age_years = 0;
  std::uint32_t anesthesia_minutes = 0;
  std::uint32_t anesthesia_categories = 0;  // bits
};

}  // namespace qcdr::measures
