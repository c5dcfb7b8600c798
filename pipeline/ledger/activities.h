// Improvement activities attested for a pair or a group (42 CFR 414.1355, 414.1360).
//
// An activity is performed for a number of continuous days inside the year, and is finished when it
// is attested. For a group a share of the NPIs that bill under the TIN performed it; numerator and
// denominator are kept with their lists. The numbers are the rulebook's.
// Content (version 1): u8 1 | signed from, to | varint numerator, denominator | signed signed-at
// (ms)
//   | varint n, performing NPI u64 each | varint n, billing NPI u64 each. Lists are sorted.
// Thread-safety: values.
#pragma once

#include <vector>

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

struct Activity {
  std::string activity_id;  // CMS's id; part of the fact's subject
  LocalDate from;
  LocalDate to;
  // Of a group's share; both 0 for an individual.
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 0;
  Instant signed_at;  // zero: not said
  std::vector<Npi> performing;
  std::vector<Npi> billing;
  Origin origin;
  bool held = false;  // came after its date: counts for nothing yet

  std::string encode() const;
  static Result<Activity> decode(std::string_view content);
};

// Subject of an activity's fact: entity id of the pair or group, then CMS's id.
std::string activity_subject(const EntityId& entity, std::string_view activity_id);

}  // namespace qcdr::ledger
