// What CMS's dated eligibility lists say of a pair or a TIN.
//
// Every list is kept by its date and determination segment. The status is that of the latest list.
// A special status that any list of the year found stays (42 CFR 414.1305: either segment); it is
// "no" when lists speak of it and none found it, and unknown when no list does.
// Subject: entity id | list date u32 big endian | segment u8.
// Content (version 1): u8 1 | status u8 | yes u16 | no u16 (bits 1 << SpecialStatus.Kind) |
//   varint group size | u8 0, or u8 1 and signed complex patient bonus (ten-thousandths).
// Thread-safety: values.
#pragma once

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

// Numbers as in the proto SpecialStatus.Kind.
enum class SpecialStatusKind : std::uint8_t {
  kSmallPractice = 1,
  kRural = 2,
  kHpsa = 3,
  kNonPatientFacing = 4,
  kHospitalBased = 5,
  kAscBased = 6,
  kFacilityBased = 7,
};

// Numbers as in the proto EligibilitySnapshot.Status.
enum class EligibilityStatus : std::uint8_t {
  kUnknown = 0,
  kRequired = 1,
  kOptInEligible = 2,
  kOptedIn = 3,
  kVoluntary = 4,
  kGroupOnly = 5,
  kQp = 6,
  kPartialQp = 7,
  kNewMedicare = 8,
  kNotEligibleType = 9,
  kJoinedAfterSeptember30 = 10,
  kNotRequired = 11,
};
std::string_view eligibility_status_name(EligibilityStatus status);

enum class Tristate : std::uint8_t { kNo, kYes, kUnknown };

// One list's line.
struct EligibilityEntry {
  LocalDate list_date;
  std::uint8_t segment = 0;
  EligibilityStatus status = EligibilityStatus::kUnknown;
  std::uint16_t yes = 0;
  std::uint16_t no = 0;
  std::uint32_t group_size = 0;
  std::optional<std::int64_t> complex_patient_bonus;
  Origin origin;

  std::string encode() const;
  static Result<EligibilityEntry> decode(std::string_view content);
};

// All lists together, best knowledge.
struct Eligibility {
  EligibilityStatus status = EligibilityStatus::kUnknown;  // elections included
  LocalDate list_date;  // of the latest list; zero: no list is loaded
  std::uint8_t segment = 0;
  std::uint16_t yes = 0;
  std::uint16_t no = 0;
  std::uint32_t group_size = 0;                       // 0: not said
  std::optional<std::int64_t> complex_patient_bonus;  // ten-thousandths of a point

  bool loaded() const { return list_date.days() != 0; }
  Tristate special(SpecialStatusKind kind) const;
  // Does the payment adjustment apply at this TIN: yes, no or unknown.
  Tristate adjustment_applies() const;
  void add(const EligibilityEntry& entry);  // in order of lists
};

std::string eligibility_subject(const EntityId& entity, LocalDate list_date, std::uint8_t segment);
// Sets list date and segment of an entry from its subject; false: it is none.
bool read_eligibility_subject(std::string_view subject, EligibilityEntry* entry);

}  // namespace qcdr::ledger
