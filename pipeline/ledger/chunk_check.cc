#include "ledger/chunk_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/identifiers.h"
#include "ledger/case_entry.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint32_t kNone = 0;

// The TINs of a chunk, as its rows name them: an index plus one.
class Tins {
 public:
  explicit Tins(const v1::ChunkRows& rows) : rows_(rows) {}
  bool has(std::uint32_t index_plus_one) const {
    return index_plus_one != kNone &&
           index_plus_one <= static_cast<std::uint32_t>(rows_.tins_size()) &&
           token(index_plus_one).size() == TinToken::kBytes;
  }
  bool has_or_none(std::uint32_t index_plus_one) const {
    return index_plus_one == kNone || has(index_plus_one);
  }
  const std::string& token(std::uint32_t index_plus_one) const {
    return rows_.tins(static_cast<int>(index_plus_one - 1)).token();
  }

 private:
  const v1::ChunkRows& rows_;
};

bool is_case_token(const std::string& text) {
  return text.size() == CaseToken::kBytes;
}

bool is_sound(const v1::AnesthesiaCase& fact, const Tins& tins) {
  if (!is_case_token(fact.case_token())) return false;
  std::set<std::pair<std::string, std::uint64_t>> pairs;
  for (const v1::CaseStaff& staff : fact.staff()) {
    if (!tins.has_or_none(staff.tin())) return false;
    if (staff.tin() == kNone || staff.npi() == 0) continue;  // not valid, and told so
    // Most cases have fewer people than may be on one; then nobody need be counted.
    if (static_cast<std::size_t>(fact.staff_size()) <= kPairsPerCaseMax) continue;
    pairs.emplace(tins.token(staff.tin()), staff.npi());
  }
  return pairs.size() <= kPairsPerCaseMax;
}

bool is_sound(const v1::ReconciliationSignOff& fact, const Tins& tins) {
  return tins.has_or_none(fact.tin()) &&
         std::all_of(fact.waivers().begin(), fact.waivers().end(),
                     [&](const auto& waiver) { return tins.has_or_none(waiver.tin()); });
}

bool is_sound(const v1::Row& row, const Tins& tins) {
  switch (row.fact_case()) {
    case v1::Row::kAnesthesiaCase:
      return is_sound(row.anesthesia_case(), tins);
    case v1::Row::kRosterEntry:
      return tins.has(row.roster_entry().tin());
    case v1::Row::kIndividualConsent:
      return tins.has(row.individual_consent().tin());
    case v1::Row::kOfficerConsent:
      return tins.has(row.officer_consent().tin());
    case v1::Row::kReportingOption:
      return tins.has(row.reporting_option().tin());
    case v1::Row::kPracticeRegistration: {
      const auto& named = row.practice_registration().tins();
      return std::all_of(named.begin(), named.end(),
                         [&](std::uint32_t tin) { return tins.has(tin); });
    }
    case v1::Row::kReconciliationSignOff:
      return is_sound(row.reconciliation_sign_off(), tins);
    case v1::Row::kActivityAttestation:
      return tins.has(row.activity_attestation().tin());
    case v1::Row::kOptOut:
      return tins.has_or_none(row.opt_out().tin());
    case v1::Row::kMeasureResult:
      return tins.has(row.measure_result().tin());
    case v1::Row::kBilledCases:
      return tins.has(row.billed_cases().tin());
    case v1::Row::kPromotingInteroperability:
      return tins.has(row.promoting_interoperability().tin());
    case v1::Row::kEligibilitySnapshot:
      return tins.has(row.eligibility_snapshot().tin());
    case v1::Row::kReweightingApproval:
      return tins.has(row.reweighting_approval().tin());
    case v1::Row::kEntityMembership:
      return tins.has(row.entity_membership().tin());
    case v1::Row::kOfficerDecision:
      return tins.has_or_none(row.officer_decision().tin());
    case v1::Row::kConfirmation:
      return tins.has_or_none(row.confirmation().tin());
    case v1::Row::kOptInElection:
      return tins.has(row.opt_in_election().tin());
    case v1::Row::kPartialTinAttestation:
      return tins.has(row.partial_tin_attestation().tin());
    case v1::Row::kRoleGrant:
      return tins.has_or_none(row.role_grant().tin());
    case v1::Row::kCmsFeedback:
      return tins.has(row.cms_feedback().tin());
    case v1::Row::kReviewAuthorisation:
      return tins.has(row.review_authorisation().tin());
    case v1::Row::kReviewCase:
      return tins.has(row.review_case().tin());
    case v1::Row::kAuditCorrection: {
      const auto& tokens = row.audit_correction().case_tokens();
      return std::all_of(tokens.begin(), tokens.end(), is_case_token);
    }
    case v1::Row::kCertification:
    case v1::Row::kDeadlineExtension:
    case v1::Row::FACT_NOT_SET:
      return true;
  }
  return true;
}

}  // namespace

std::optional<Poison> check_rows(const v1::Chunk& chunk, const v1::ChunkRows& rows) {
  if (static_cast<std::uint32_t>(rows.rows_size()) != chunk.row_count()) return Poison::kMalformed;
  const Tins tins(rows);
  std::uint32_t expected = chunk.first_ordinal();
  for (const v1::Row& row : rows.rows()) {
    if (row.ordinal() != expected++ || !is_sound(row, tins)) return Poison::kMalformed;
  }
  return std::nullopt;
}

}  // namespace qcdr::ledger
