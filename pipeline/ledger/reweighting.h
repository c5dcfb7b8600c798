// CMS's approvals that categories are reweighted, for a pair or a group.
//
// Told to the registry by the calendar's date an approval counts at once; told later it is held
// until an officer decides. Subject: entity id | reason u8.
// Content (version 1): u8 1 | categories u8 (bits 1 << Category) | signed approved on |
//   text(reference). Thread-safety: values.
#pragma once

#include <vector>

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

// Numbers as in the proto ReweightingApproval.Reason.
enum class ReweightingReason : std::uint8_t {
  kUnspecified = 0,
  kExtremeAndUncontrollable = 1,
  kAutomaticExtremeAndUncontrollable = 2,
  kHardship = 3,
  kNoApplicableMeasure = 4,
  kNotScorable = 5,
};

struct Reweighting {
  ReweightingReason reason = ReweightingReason::kUnspecified;  // part of the fact's subject
  std::uint8_t categories = 0;  // bits 1 << number of the proto Category
  LocalDate approved_on;
  std::string reference;
  Origin origin;
  bool held = false;  // told after its date: an officer decides

  bool covers(std::uint8_t category) const { return (categories >> category & 1U) != 0; }
  std::string encode() const;
  static Result<Reweighting> decode(std::string_view content);
};

}  // namespace qcdr::ledger
