// Values that the folds of a practice-year hand to each other. Internal to the ledger.
// Thread-safety: values. Lifetime: a RowContext lives as long as the chunk it points to.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/strong.h"
#include "core/time.h"
#include "ledger/effects.h"
#include "ledger/file_times.h"
#include "ledger/keys.h"
#include "ledger/npi_standings.h"
#include "ledger/practice_layout.h"
#include "ledger/standing.h"
#include "ledger/upload_fact.h"

namespace qcdr::v1 {
class ActivityAttestation;
class AnesthesiaCase;
class AuditCorrection;
class BilledCases;
class Certification;
class Chunk;
class ChunkRows;
class CmsFeedback;
class Confirmation;
class DeadlineExtension;
class EligibilitySnapshot;
class EntityMembership;
class IndividualConsent;
class MeasureResult;
class OfficerConsent;
class OfficerDecision;
class OptInElection;
class OptOut;
class PartialTinAttestation;
class PracticeRegistration;
class PromotingInteroperability;
class ReconciliationSignOff;
class ReportingOption;
class ReviewAuthorisation;
class ReviewCase;
class ReweightingApproval;
class RoleGrant;
class RosterEntry;
class Row;
class StageTwoClaim;
class UploadCompleted;
class Verdict;
}  // namespace qcdr::v1

namespace qcdr::ledger::parts {

struct RowContext {
  const v1::Chunk* chunk = nullptr;
  const v1::ChunkRows* rows = nullptr;
  const v1::Row* row = nullptr;
  UploadFact* upload = nullptr;
  std::string_view upload_id;
  Instant received_at;
  Offset offset;
  Effects* effects = nullptr;
};

struct LiveUpload {
  UploadFact fact;
  bool dirty = false;
};

// Whom a record is about: a pair, or a TIN as a whole.
struct Subject {
  std::uint32_t tin = 0;
  EntityId entity;
  bool group = false;
  std::optional<std::uint32_t> pair;  // none: nobody has seen that pair yet
};

// Which of the rosters that wait is meant.
using IsMeantRoster = std::function<bool(std::string_view upload_id, const UploadFact&)>;

struct SignOffOutcome {
  bool accepted = false;
  bool held = false;
  std::uint32_t open = 0;   // findings that block although it was signed
  std::string rejected_by;  // rule
};

struct RosterDrop {
  std::size_t dropped = 0;
  std::size_t listed = 0;
  bool too_many = false;
};

// Outcome of the calendar for cases received at one instant, by month and correction.
struct JudgedMonths {
  Instant received_at;
  bool valid = false;
  std::array<std::int8_t, 26> classes;
};

}  // namespace qcdr::ledger::parts
