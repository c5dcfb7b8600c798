#include "intake/chunk_builder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/finding_codes.h"
#include "intake/limits.h"

namespace qcdr::intake {
namespace {

// Tag and length of one element of a repeated message field.
constexpr std::size_t kElementOverheadBytes = 5;
// A TIN's number within the chunk may take a byte more than its number within the upload.
constexpr std::size_t kRowOverheadBytes =
    kElementOverheadBytes + std::max(2 * kMaxStaffPerCase, kMaxTinsPerRecord);
static_assert(kMaxChunkRows * std::max(kMaxStaffPerCase, kMaxTinsPerRecord) < (1 << 14),
              "numbers take at most two bytes");

using Visit = std::function<std::uint32_t(std::uint32_t)>;

template <class Message>
void visit_tin(Message* message, const Visit& visit) {
  if (message->tin() != 0) message->set_tin(visit(message->tin()));
}

template <class Messages>
void visit_tins(Messages* messages, const Visit& visit) {
  for (auto& message : *messages) visit_tin(&message, visit);
}

void visit_numbers(google::protobuf::RepeatedField<std::uint32_t>* numbers, const Visit& visit) {
  for (std::uint32_t& number : *numbers) number = visit(number);
}

// Facts that an authority outside the practice or an officer states. True when it was one.
bool visit_decision(v1::Row* row, const Visit& visit) {
  switch (row->fact_case()) {
    case v1::Row::kEligibilitySnapshot:
      return visit_tin(row->mutable_eligibility_snapshot(), visit), true;
    case v1::Row::kReweightingApproval:
      return visit_tin(row->mutable_reweighting_approval(), visit), true;
    case v1::Row::kEntityMembership:
      return visit_tin(row->mutable_entity_membership(), visit), true;
    case v1::Row::kCmsFeedback:
      return visit_tin(row->mutable_cms_feedback(), visit), true;
    case v1::Row::kOfficerDecision:
      return visit_tin(row->mutable_officer_decision(), visit), true;
    case v1::Row::kReviewCase:
      return visit_tin(row->mutable_review_case(), visit), true;
    case v1::Row::kCertification:
    case v1::Row::kDeadlineExtension:
    case v1::Row::kAuditCorrection:
      return true;
    default:
      return false;
  }
}

// Facts that a practice or clinician states. True when it was one.
bool visit_statement(v1::Row* row, const Visit& visit) {
  switch (row->fact_case()) {
    case v1::Row::kRosterEntry:
      return visit_tin(row->mutable_roster_entry(), visit), true;
    case v1::Row::kIndividualConsent:
      return visit_tin(row->mutable_individual_consent(), visit), true;
    case v1::Row::kOfficerConsent:
      return visit_tin(row->mutable_officer_consent(), visit), true;
    case v1::Row::kReportingOption:
      return visit_tin(row->mutable_reporting_option(), visit), true;
    case v1::Row::kActivityAttestation:
      return visit_tin(row->mutable_activity_attestation(), visit), true;
    case v1::Row::kOptOut:
      return visit_tin(row->mutable_opt_out(), visit), true;
    case v1::Row::kMeasureResult:
      return visit_tin(row->mutable_measure_result(), visit), true;
    case v1::Row::kBilledCases:
      return visit_tin(row->mutable_billed_cases(), visit), true;
    case v1::Row::kPromotingInteroperability:
      return visit_tin(row->mutable_promoting_interoperability(), visit), true;
    case v1::Row::kConfirmation:
      return visit_tin(row->mutable_confirmation(), visit), true;
    case v1::Row::kOptInElection:
      return visit_tin(row->mutable_opt_in_election(), visit), true;
    case v1::Row::kPartialTinAttestation:
      return visit_tin(row->mutable_partial_tin_attestation(), visit), true;
    case v1::Row::kRoleGrant:
      return visit_tin(row->mutable_role_grant(), visit), true;
    case v1::Row::kReviewAuthorisation:
      return visit_tin(row->mutable_review_authorisation(), visit), true;
    default:
      return false;
  }
}

}  // namespace

void for_each_tin(v1::Row* row, const Visit& visit) {
  visit_tins(row->mutable_mistyped_staff(), visit);
  if (visit_statement(row, visit) || visit_decision(row, visit)) return;
  switch (row->fact_case()) {
    case v1::Row::kAnesthesiaCase:
      return visit_tins(row->mutable_anesthesia_case()->mutable_staff(), visit);
    case v1::Row::kPracticeRegistration:
      return visit_numbers(row->mutable_practice_registration()->mutable_tins(), visit);
    case v1::Row::kReconciliationSignOff:
      visit_tin(row->mutable_reconciliation_sign_off(), visit);
      return visit_tins(row->mutable_reconciliation_sign_off()->mutable_waivers(), visit);
    case v1::Row::FACT_NOT_SET:
      return;
    default:
      QCDR_ASSERT(false && "a kind that intake does not make");
  }
}

std::uint32_t ChunkBuilder::local_number(const v1::TinEntry& entry) {
  const auto found = local_numbers_.find(entry.token());
  if (found != local_numbers_.end()) return found->second;
  *chunk_.add_tins() = entry;
  chunk_bytes_ += entry.ByteSizeLong() + kElementOverheadBytes;
  const auto number = static_cast<std::uint32_t>(chunk_.tins_size());
  local_numbers_.emplace(entry.token(), number);
  return number;
}

// A bound: TINs that the chunk has already are counted again.
std::size_t ChunkBuilder::bytes_of_new_tins(v1::Row* row, const TinTable& tins) const {
  if (row->fact_case() != v1::Row::kAnesthesiaCase) {
    std::size_t bytes = 0;
    for_each_tin(row, [&](std::uint32_t number) {
      bytes += tins.entry(number).ByteSizeLong() + kElementOverheadBytes;
      return number;
    });
    return bytes;
  }
  std::set<std::uint32_t> numbers;
  for (const v1::CaseStaff& staff : row->anesthesia_case().staff()) {
    if (staff.tin() != 0) numbers.insert(staff.tin());
  }
  for (const v1::MistypedStaff& staff : row->mistyped_staff()) numbers.insert(staff.tin());
  std::size_t bytes = 0;
  for (const std::uint32_t number : numbers) {
    const v1::TinEntry& entry = tins.entry(number);
    if (local_numbers_.count(entry.token()) == 0) {
      bytes += entry.ByteSizeLong() + kElementOverheadBytes;
    }
  }
  return bytes;
}

Status ChunkBuilder::row(v1::Row row, const TinTable& tins) {
  QCDR_ASSERT(row.ordinal() == row_count_);
  for (const v1::Verdict& verdict : row.verdicts()) ++counts_[verdict.code()];
  const std::size_t row_bytes = row.ByteSizeLong() + kRowOverheadBytes;
  const std::size_t more = row_bytes + bytes_of_new_tins(&row, tins);
  QCDR_ASSERT(more <= kMaxChunkBytes);
  const bool full = chunk_bytes_ + more > kMaxChunkBytes ||
                    static_cast<std::size_t>(chunk_.rows_size()) == kMaxChunkRows;
  if (full) QCDR_RETURN_IF_ERROR(flush());
  if (chunk_.rows_size() == 0) first_ordinal_ = row.ordinal();
  for_each_tin(&row, [&](std::uint32_t number) { return local_number(tins.entry(number)); });
  chunk_.mutable_rows()->Add(std::move(row));
  chunk_bytes_ += row_bytes;
  ++row_count_;
  return Status::ok();
}

void ChunkBuilder::file_finding(v1::Verdict verdict) {
  ++counts_[verdict.code()];
  const FindingDescription* finding = find_finding(verdict.code());
  QCDR_ASSERT(finding != nullptr);
  const bool fatal = finding->severity == FindingSeverity::FATAL;
  refused_ = refused_ || fatal;
  if (fatal || file_verdicts_.size() < kMaxFileVerdicts) {
    file_verdicts_.push_back(std::move(verdict));
  }
}

Status ChunkBuilder::flush() {
  if (chunk_.rows_size() == 0) return Status::ok();
  v1::ChunkRows finished;
  finished.Swap(&chunk_);
  chunk_bytes_ = 0;
  local_numbers_.clear();
  return emit_(first_ordinal_, std::move(finished));
}

}  // namespace qcdr::intake
