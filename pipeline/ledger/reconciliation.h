// TIN/NPI reconciliation: what does not agree, and the sign-off that it agrees.
//
// Open findings are derived from state every time they are asked for, so none is ever lost or
// counted twice: a finding is there while its cause is there. A sign-off is per TIN. It stands
// through later files and rosters; what opens afterwards reopens it for that alone, curable until
// the final data date. While nothing blocks, its data-through date moves with the data.
// A waiver accepts one finding with a reason. "LOCUM" (a clinician who is not on the roster) holds
// for the group only: an individual set needs a real roster entry.
// Content of a sign-off (version 1): u8 1 | signed data-through | varint roster version | varint
//   number of waivers, each: NPI u64, code varint, text(reason). Waivers are sorted.
// Thread-safety: values.
#pragma once

#include <vector>

#include "core/finding_codes.h"
#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

struct Waiver {
  Npi npi;  // zero: of the TIN as a whole
  std::uint32_t code = 0;
  std::string reason;
  friend auto operator<=>(const Waiver&, const Waiver&) = default;
};

struct SignOff {
  LocalDate data_through;
  std::uint32_t roster_version = 0;
  std::vector<Waiver> waivers;

  std::string encode() const;
  static Result<SignOff> decode(std::string_view content);
};

// One thing that does not agree.
struct OpenFinding {
  FindingCode code;
  std::optional<std::uint32_t> pair;  // ordinal; none: about the TIN
  std::uint32_t cases = 0;            // cases behind it, where it is about cases
  std::uint32_t month = 0;            // month of service, where it is about one
  bool blocks_group = false;          // error, not waived, not cleared by an officer
  bool blocks_individual = false;     // of `pair`, or of every pair of the TIN when there is none
  bool waived = false;
};

// An error blocks, whatever else it costs: formats/reference of the registry's kinds.
OpenFinding make_finding(FindingCode code, std::optional<std::uint32_t> pair,
                         std::uint32_t cases = 0, std::uint32_t month = 0);

struct Reconciliation {
  enum class State : std::uint8_t {
    kUnsigned,
    kHeld,      // signed after its date: an officer decides
    kRefused,   // signed after its date, and an officer said no
    kSigned,    // signed, and nothing blocks
    kReopened,  // signed, and something that blocks is open
  };
  State state = State::kUnsigned;
  LocalDate data_through;         // as signed, or carried forward; zero: never signed
  Origin origin;                  // of the sign-off that stands, or of the held one
  std::vector<OpenFinding> open;  // by pair ordinal (those of the TIN first), then code
  std::vector<Waiver> waivers;

  bool is_signed() const { return state == State::kSigned || state == State::kReopened; }
  std::uint32_t blocking_group() const;
  std::uint32_t blocking_individual(std::uint32_t pair) const;
  // Signed, and nothing open blocks the set.
  bool clear_for_group() const { return is_signed() && blocking_group() == 0; }
  bool clear_for_individual(std::uint32_t pair) const {
    return is_signed() && blocking_individual(pair) == 0;
  }
};
std::string_view reconciliation_state_name(Reconciliation::State state);

}  // namespace qcdr::ledger
