// Membership of a TIN or pair in a virtual group, APM entity or subgroup.
//
// Subject: entity id of the member | kind u8 | text(number). Content (version 1): u8 1 | belongs u8
// |
//   signed from, to. Thread-safety: values.
#pragma once

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

// Numbers as in the proto EntityKind.
enum class MembershipKind : std::uint8_t {
  kUnspecified = 0,
  kIndividual = 1,
  kGroup = 2,
  kVirtualGroup = 3,
  kApmEntity = 4,
  kSubgroup = 5,
};

struct Membership {
  MembershipKind kind = MembershipKind::kUnspecified;
  std::string entity_number;
  bool belongs = false;
  LocalDate from;  // zero: open
  LocalDate to;    // zero: open
  Origin origin;

  std::string encode() const;
  std::string fact_subject(const EntityId& member) const;
  static Result<Membership> decode(std::string_view fact_subject, std::string_view content);
};

}  // namespace qcdr::ledger
