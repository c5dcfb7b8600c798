// A report of promoting interoperability for a pair or a group (42 CFR 414.1375).
//
// Content (version 1): u8 1 | signed from, to | text(cehrt id) | varint number of measures, each:
//   text(measure id), u8 0 no / 1 yes / 2 ratio, and for a ratio varint numerator, denominator.
// Measures are sorted by id. Subject: entity id. Thread-safety: values.
#pragma once

#include <vector>

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

struct InteroperabilityReport {
  struct Measure {
    std::string measure_id;
    bool is_ratio = false;
    bool attested = false;
    std::uint32_t numerator = 0;
    std::uint32_t denominator = 0;
    friend auto operator<=>(const Measure&, const Measure&) = default;
  };
  LocalDate from;
  LocalDate to;
  std::string cehrt_id;
  std::vector<Measure> measures;

  std::string encode() const;
  static Result<InteroperabilityReport> decode(std::string_view content);
};

struct InteroperabilityStanding {
  std::optional<InteroperabilityReport> in_force;
  std::optional<InteroperabilityReport> held;  // came after its date
  Origin origin;
  Origin held_origin;
};

}  // namespace qcdr::ledger
