// Counts of measures that a practice aggregated itself, and billed cases.
//
// Measure result: subject entity id | text(measure id). Content (version 1): u8 1 | signed from, to
//   | text(collection type) | varint number of strata, each: text(name), varint eligible, met,
//   not met, exceptions. Strata are sorted by name.
// Billed cases: subject TIN token | month u8. Content: u8 1 | varint cases | text(source).
// Thread-safety: values.
#pragma once

#include <array>
#include <vector>

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

struct MeasureResult {
  struct Stratum {
    std::string name;  // empty for a measure with one rate
    std::uint32_t eligible = 0;
    std::uint32_t met = 0;
    std::uint32_t not_met = 0;
    std::uint32_t exceptions = 0;
    friend auto operator<=>(const Stratum&, const Stratum&) = default;
  };
  std::string measure_id;  // part of the fact's subject
  LocalDate from;
  LocalDate to;
  std::string collection_type;
  std::vector<Stratum> strata;
  Origin origin;
  bool held = false;  // came after its date: counts for nothing yet

  std::string encode() const;
  static Result<MeasureResult> decode(std::string_view content);
};

// Billed anesthesia cases of a TIN by month, January first; none: nothing was said of that month.
struct BilledCases {
  std::array<std::optional<std::uint32_t>, 12> months;
  std::uint32_t total() const;
  std::uint32_t months_known() const;
};

std::string measure_result_subject(const EntityId& entity, std::string_view measure_id);
std::string billed_cases_subject(const TinToken& tin, std::uint32_t month);
std::string encode_billed_cases(std::uint32_t cases, std::string_view source);
Result<std::uint32_t> decode_billed_cases(std::string_view content);

}  // namespace qcdr::ledger
