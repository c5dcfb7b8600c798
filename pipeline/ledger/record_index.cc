#include "ledger/record_index.h"

#include <algorithm>

#include "ledger/elections.h"
#include "ledger/opt_out.h"
#include "ledger/standing.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {
namespace {

bool is_at(const Origin& origin, const RecordRow& record) {
  return origin.upload == record.upload && origin.row == record.row &&
         origin.received_at != Instant();
}

// Something in the fact, in force or held, came from the row.
Result<bool> came_from(FactKind kind, const FactValue& value, const RecordRow& record) {
  if (kind == FactKind::kOptOut) {
    QCDR_ASSIGN_OR_RETURN(const OptOutFact fact, OptOutFact::decode(value));
    return is_at(fact.origin, record) || is_at(fact.held_origin, record);
  }
  if (kind == FactKind::kIndividualConsent || kind == FactKind::kOfficerConsent) {
    QCDR_ASSIGN_OR_RETURN(const Consent fact, Consent::decode(value));
    return is_at(fact.origin, record) || (fact.held && is_at(fact.held->origin, record));
  }
  if (kind == FactKind::kReportingOption) {
    QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact fact, ReportingOptionFact::decode(value));
    return is_at(fact.in_force.origin, record) || is_at(fact.held.origin, record);
  }
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, VersionedFact::decode(value));
  return is_at(fact.in_force.origin, record) || is_at(fact.held.origin, record);
}

bool can_be_named(FactKind kind) {
  switch (kind) {
    case FactKind::kIndividualConsent:
    case FactKind::kOfficerConsent:
    case FactKind::kReportingOption:
    case FactKind::kOptOut:
    case FactKind::kOfficerDecision:
    case FactKind::kDeadlineExtension:
      return true;
    default:
      return has_versions(kind);
  }
}

Result<std::vector<RecordRow>> decode_rows(const FactValue& value) {
  std::vector<RecordRow> rows;
  ByteReader reader(value.layout);
  while (reader.ok() && !reader.at_end() && rows.size() <= kRowsPerRecordIdMax) {
    RecordRow row;
    row.upload = static_cast<std::uint32_t>(reader.varint());
    row.row = static_cast<std::uint32_t>(reader.varint());
    rows.push_back(row);
  }
  if (!reader.ok() || rows.empty() || rows.size() > kRowsPerRecordIdMax) {
    return Status(ErrorCode::kCorruption, "the rows of a record cannot be decoded");
  }
  return rows;
}

}  // namespace

bool has_versions(FactKind kind) {
  switch (kind) {
    case FactKind::kRegistration:
    case FactKind::kActivity:
    case FactKind::kSignOff:
    case FactKind::kEligibility:
    case FactKind::kBilledCases:
    case FactKind::kInteroperability:
    case FactKind::kMeasureResult:
    case FactKind::kReweighting:
    case FactKind::kMembership:
    case FactKind::kCertification:
    case FactKind::kConfirmation:
    case FactKind::kPartialTin:
    case FactKind::kRoleGrant:
    case FactKind::kCmsFeedback:
    case FactKind::kReviewAuthorisation:
    case FactKind::kReviewCase:
    case FactKind::kAuditCorrection:
    case FactKind::kOptIn:
      return true;
    default:
      return false;
  }
}

Status index_record(const std::string& record_id, RecordRow row, FactTable* facts) {
  std::vector<RecordRow> rows;
  if (const FactValue* value = facts->find(FactKind::kRecordIndex, record_id)) {
    QCDR_ASSIGN_OR_RETURN(rows, decode_rows(*value));
  }
  std::erase(rows, row);
  rows.push_back(row);
  if (rows.size() > kRowsPerRecordIdMax) rows.erase(rows.begin());
  ByteWriter writer;
  for (const RecordRow& each : rows) {
    writer.varint(each.upload);
    writer.varint(each.row);
  }
  facts->put(FactKind::kRecordIndex, record_id, {"", writer.take()});
  return Status::ok();
}

Result<std::vector<RecordPlace>> places_of(const RecordRow& record, const FactTable& facts) {
  std::vector<RecordPlace> places;
  constexpr auto kFirst = static_cast<std::uint8_t>(FactKind::kIndividualConsent);
  constexpr auto kLast = static_cast<std::uint8_t>(FactKind::kAuditCorrection);
  for (std::uint8_t number = kFirst; number <= kLast; ++number) {
    const auto kind = static_cast<FactKind>(number);
    if (!can_be_named(kind)) continue;
    QCDR_RETURN_IF_ERROR(
        facts.for_each(kind, [&](std::string_view subject, const FactValue& value) -> Status {
          QCDR_ASSIGN_OR_RETURN(const bool found, came_from(kind, value, record));
          if (found) places.push_back({kind, std::string(subject)});
          return Status::ok();
        }));
  }
  return places;
}

Result<NamedRecord> find_indexed_record(std::string_view record_id, std::uint32_t before_upload,
                                        const FactTable& facts) {
  NamedRecord named;
  const FactValue* value = facts.find(FactKind::kRecordIndex, record_id);
  if (value == nullptr) return named;
  QCDR_ASSIGN_OR_RETURN(std::vector<RecordRow> rows, decode_rows(*value));
  std::erase_if(rows, [&](const RecordRow& row) { return row.upload >= before_upload; });
  if (rows.empty()) return named;
  named.row = rows.back();
  if (rows.size() == 1) return named;
  std::size_t standing = 0;
  for (const RecordRow& row : rows) {
    QCDR_ASSIGN_OR_RETURN(const auto places, places_of(row, facts));
    if (places.empty()) continue;
    ++standing;
    named.row = row;
  }
  named.ambiguous = standing > 1;
  if (named.ambiguous) named.row.reset();
  return named;
}

}  // namespace qcdr::ledger
