// Keys of state rows. Every key begins with practice and performance year, big endian, so that one
// practice-year is one contiguous range: to read it, to move it, to drop it.
//
//   facts           practice u32 | year u16 | kind u8 | subject
//   counts          practice u32 | year u16 | TIN token 12 bytes | shard u16 (0: the group)
//   case_blocks     practice u32 | year u16 | block number u32
//   case_directory  practice u32 | year u16 | bucket u32
//
// No key holds an NPI or a TIN: a subject is a keyed token or the registry's own id.
#pragma once

#include <compare>
#include <string>

#include "core/identifiers.h"
#include "core/status.h"

namespace qcdr::ledger {

struct PracticeYear {
  PracticeId practice;
  PerformanceYear year;
  friend auto operator<=>(const PracticeYear&, const PracticeYear&) = default;
};

inline constexpr std::size_t kPracticeYearKeyBytes = 6;
// Whose rows are about the partition as a whole. No practice has this number.
inline constexpr PracticeYear kOfThePartition{};

// Permanent numbers: they are on disk.
enum class FactKind : std::uint8_t {
  kLayout = 0,             // numbers of blocks and buckets; not part of the digest
  kMeasures = 1,           // which measures the outcomes of this practice-year speak of
  kTin = 2,                // subject: TIN token
  kPair = 3,               // subject: entity id of the TIN/NPI pair
  kIndividualConsent = 4,  // subject: entity id of the pair
  kOfficerConsent = 5,     // subject: TIN token
  kReportingOption = 6,    // subject: TIN token
  kUpload = 7,             // subject: upload id
  kRosterStage = 8,        // subject: upload id, row ordinal
  kForgotten = 10,     // the data key was destroyed: nothing of it is folded any more; no content
  kRoster = 9,         // which roster version is in force
  kRegistration = 11,  // subject: empty
  kOptOut = 12,        // subject: entity id of the pair
  kUnreadableOptOut = 13,     // subject: TIN token (zero: any TIN), upload ordinal, row ordinal
  kActivity = 14,             // subject: entity id, activity id
  kSignOff = 15,              // subject: TIN token
  kEligibility = 16,          // subject: entity id, list date, segment
  kBilledCases = 17,          // subject: TIN token, month
  kInteroperability = 18,     // subject: entity id
  kMeasureResult = 19,        // subject: entity id, measure id
  kReweighting = 20,          // subject: entity id, reason
  kMembership = 21,           // subject: entity id, kind, number
  kCertification = 22,        // subject: batch id
  kOfficerDecision = 23,      // subject: what is decided
  kConfirmation = 24,         // subject: what is confirmed
  kOptIn = 25,                // subject: entity id
  kPartialTin = 26,           // subject: TIN token
  kRoleGrant = 27,            // subject: user, organisation
  kCmsFeedback = 28,          // subject: entity id, stage, version
  kReviewAuthorisation = 29,  // subject: entity id
  kReviewCase = 30,           // subject: case id
  kDeadlineExtension = 31,    // subject: name of the deadline
  kAuditCorrection = 32,      // subject: audit finding
  kTinMonths = 33,            // subject: TIN token; derived from cases, not part of the digest
  kWithheld = 34,             // subject: entity id of the pair; derived likewise
  kRecordIndex = 35,          // subject: record id; where its fact is; not part of the digest
  kParked = 36,               // of practice 0, year 0; subject: practice; see parked_practices.h
  kNpi = 37,                  // subject: NPI; what the national register says of it
  kNpiRegistry = 38,          // of practice 0, year 0; subject: year; npi_registry_rows.h
  kAuditChain = 39,           // of practice 0, year 0; subject: empty; audit_chain_row.h
  kSubmissionRequest = 40,    // subject: request id
  kSubmissionDocument = 41,   // subject: entity id, category, document id; submission_facts.h
  kStageTwoClaim = 100,       // subject: entity id; what others contribute to it
  kSecondStageLayout = 101,   // subject: a letter, entity id; not part of the digest
};

std::string practice_year_key(PracticeYear id);
Result<PracticeYear> parse_practice_year_key(std::string_view key);
std::string fact_key(PracticeYear id, FactKind kind, std::string_view subject);
std::string count_key(PracticeYear id, const TinToken& tin, std::uint16_t shard);
std::string block_key(PracticeYear id, std::uint32_t block);
std::string bucket_key(PracticeYear id, std::uint32_t bucket);

}  // namespace qcdr::ledger
