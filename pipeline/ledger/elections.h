// Elections and confirmations beside the reporting option.
//
// Opt-in election (subject: entity id): irrevocable, so it takes two: the election and its
// confirmation. Content: u8 1 | election u8 (1 opt in, 2 voluntary).
// Partial-TIN attestation (subject: TIN token). Content: u8 1 | all covered u8 | varint billing
//   clinicians.
// Confirmation (subject: subject u8 | TIN token or 12 zero bytes | text(upload id)). Content: u8 1
// |
//   confirmed u8 | varint n, NPI u64 each, sorted.
// Thread-safety: values.
#pragma once

#include <vector>

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

struct OptInElection {
  std::uint8_t election = 0;  // 0 none, 1 opt in, 2 voluntary
  bool confirmed = false;     // the second time
  Origin origin;
  // Final and to be transmitted.
  bool final() const { return election != 0 && confirmed; }
};

struct PartialTinAttestation {
  bool attested = false;  // an officer said something
  bool all_covered = false;
  std::uint32_t billing_clinicians = 0;
  Origin origin;

  std::string encode() const;
  static Result<PartialTinAttestation> decode(std::string_view content);
};

// Numbers as in the proto Confirmation.Subject.
enum class ConfirmationSubject : std::uint8_t {
  kUnspecified = 0,
  kRosterDrop = 1,
  kOptIn = 2,
  kGroupCoversOptedOut = 3,
  kVoluntaryTinSet = 4,
  kPreviewCanChange = 5,
};

struct ConfirmationFact {
  bool given = false;
  bool confirmed = false;
  std::vector<Npi> npis;
  Origin origin;

  std::string encode() const;
  static Result<ConfirmationFact> decode(std::string_view content);
};

// `entity`: TIN token, entity id of the pair or group of an opt-in, or empty.
std::string confirmation_subject(ConfirmationSubject subject, std::string_view entity,
                                 std::string_view upload_id);
std::string encode_opt_in(std::uint8_t election);
Result<std::uint8_t> decode_opt_in(std::string_view content);

}  // namespace qcdr::ledger
