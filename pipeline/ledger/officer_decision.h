// What officers of the registry decided where the rules leave a case open.
//
// Subject: subject u8 | TIN token or 12 zero bytes | NPI u64 | code u32 | text(record id), numbers
// big endian. Content (version 1): u8 1 | verdict u8 (1 approve, 2 refuse) | text(reason).
// Thread-safety: values.
#pragma once

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

// Numbers as in the proto OfficerDecision.Subject.
enum class DecisionSubject : std::uint8_t {
  kUnspecified = 0,
  kLateRecord = 1,
  kHeldTin = 2,
  kUnreadableOptOut = 3,
  kWithdrawal = 4,
  kLateCircumstances = 5,
  kReadBack = 6,
  kRefusedUpload = 7,
};

struct OfficerDecision {
  DecisionSubject subject = DecisionSubject::kUnspecified;
  TinToken tin;
  Npi npi;
  std::uint32_t code = 0;
  std::string record_id;
  bool approved = false;
  std::string reason;
  Origin origin;
  // What record_id names, when it is known: a row, or all of an upload. Filled in by readers.
  std::optional<std::uint32_t> named_upload;
  std::optional<std::uint32_t> named_row;

  // False: the decision names another record than the one from there.
  bool speaks_of(const Origin& record) const {
    return record_id.empty() ||
           (named_upload == record.upload && (!named_row || *named_row == record.row));
  }
  std::string encode() const;
  std::string fact_subject() const;
  static Result<OfficerDecision> decode(std::string_view fact_subject, std::string_view content);
};

}  // namespace qcdr::ledger
