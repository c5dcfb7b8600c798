// What a version of each kind says, as docs/state.md writes it, and kinds with which nothing else
// happens.
#include <algorithm>
#include <functional>

#include "batch_rows.h"
#include "core/bytes.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {
namespace {

namespace kinds = rulebook::kinds;

ByteWriter begin() {
  ByteWriter writer;
  writer.u8(1);
  return writer;
}

template <class Number>
std::uint8_t byte(Number number) {
  return static_cast<std::uint8_t>(number);
}

template <class Fact>
std::uint8_t category_bits(const Fact& fact) {
  std::uint32_t bits = 0;
  for (const auto category : fact.categories()) bits |= 1U << static_cast<unsigned>(category);
  return byte(bits);
}

void write_optional(bool present, std::int64_t value, ByteWriter* writer) {
  writer->u8(present ? 1 : 0);
  if (present) writer->signed_varint(value);
}

void write_npis(const std::vector<std::uint64_t>& npis, ByteWriter* writer) {
  writer->varint(npis.size());
  for (const std::uint64_t npi : npis) writer->u64(npi);
}

std::string content(const v1::EligibilitySnapshot& fact) {
  std::uint32_t yes = 0;
  std::uint32_t no = 0;
  for (const v1::SpecialStatus& status : fact.special_statuses()) {
    (status.value() ? yes : no) |= 1U << static_cast<unsigned>(status.kind());
  }
  ByteWriter writer = begin();
  writer.u8(byte(fact.status()));
  writer.u16(static_cast<std::uint16_t>(yes));
  writer.u16(static_cast<std::uint16_t>(no));
  writer.varint(fact.group_size());
  write_optional(fact.has_complex_patient_bonus(), fact.complex_patient_bonus(), &writer);
  return writer.take();
}

std::string content(const v1::PromotingInteroperability& fact) {
  std::vector<std::string> measures;
  for (const v1::InteroperabilityMeasure& measure : fact.measures()) {
    ByteWriter writer;
    writer.text(measure.measure_id());
    writer.u8(measure.has_ratio() ? 2 : measure.attested() ? 1 : 0);
    if (measure.has_ratio()) {
      writer.varint(measure.ratio().numerator());
      writer.varint(measure.ratio().denominator());
    }
    measures.push_back(measure.measure_id() + '\0' + writer.take());
  }
  std::sort(measures.begin(), measures.end());
  ByteWriter writer = begin();
  writer.signed_varint(fact.performed_from());
  writer.signed_varint(fact.performed_to());
  writer.text(fact.cehrt_id());
  writer.varint(measures.size());
  for (const std::string& measure : measures) writer.raw(measure.substr(measure.find('\0') + 1));
  return writer.take();
}

std::string content(const v1::MeasureResult& fact) {
  std::vector<const v1::StratumCount*> strata;
  for (const v1::StratumCount& stratum : fact.strata()) strata.push_back(&stratum);
  std::sort(strata.begin(), strata.end(),
            [](const auto* a, const auto* b) { return a->stratum() < b->stratum(); });
  ByteWriter writer = begin();
  writer.signed_varint(fact.service_from());
  writer.signed_varint(fact.service_to());
  writer.text(fact.collection_type());
  writer.varint(strata.size());
  for (const v1::StratumCount* stratum : strata) {
    writer.text(stratum->stratum());
    writer.varint(stratum->eligible_population());
    writer.varint(stratum->performance_met());
    writer.varint(stratum->performance_not_met());
    writer.varint(stratum->exceptions());
  }
  return writer.take();
}

std::string content(const v1::CmsFeedback& fact) {
  ByteWriter writer = begin();
  writer.u8(fact.action() == v1::CONSENT_ACTION_REVOKE ? 0 : 1);
  writer.signed_varint(fact.released_on());
  writer.signed_varint(fact.final_score());
  write_optional(fact.has_adjustment(), fact.adjustment(), &writer);
  write_optional(fact.has_complex_patient_bonus(), fact.complex_patient_bonus(), &writer);
  writer.text(fact.purpose());
  writer.text(fact.document_sha256());
  writer.varint(static_cast<std::uint64_t>(fact.categories_size()));
  for (const v1::FeedbackCategory& category : fact.categories()) {
    writer.u8(byte(category.category()));
    writer.signed_varint(category.percent());
    writer.varint(category.weight());
  }
  writer.varint(static_cast<std::uint64_t>(fact.measures_size()));
  for (const v1::FeedbackMeasure& measure : fact.measures()) {
    writer.text(measure.measure_id());
    writer.signed_varint(measure.points());
    write_optional(measure.has_performance_rate(), measure.performance_rate(), &writer);
    writer.u8(measure.picked() ? 1 : 0);
  }
  return writer.take();
}

std::string content(const v1::ReviewCase& fact, const std::string& entity) {
  ByteWriter writer = begin();
  writer.raw(entity);
  writer.u8(byte(fact.state()));
  writer.u8(byte(fact.cause()));
  writer.signed_varint(fact.reached_at());
  writer.signed_varint(fact.documents_due_at());
  write_optional(fact.has_revised_score(), fact.revised_score(), &writer);
  writer.text(fact.cms_number());
  writer.text(fact.text());
  return writer.take();
}

std::string content(const v1::AuditCorrection& fact) {
  const std::set<std::string> tokens(fact.case_tokens().begin(), fact.case_tokens().end());
  ByteWriter writer = begin();
  writer.signed_varint(fact.opens_at());
  writer.signed_varint(fact.closes_at());
  writer.text(fact.reason());
  writer.varint(tokens.size());
  for (const std::string& token : tokens) writer.text(token);
  return writer.take();
}

std::string yes_or_no(bool yes) {
  ByteWriter writer = begin();
  writer.u8(yes ? 1 : 0);
  return writer.take();
}

struct Record {
  FactName name;
  std::string content;
  std::string_view calendar_kind;
};

Status about_certification(const RowPlace& place, Record* record) {
  const v1::Certification& fact = place.row->certification();
  ByteWriter writer = begin();
  writer.text(fact.payload_root());
  writer.varint(fact.documents());
  writer.text(fact.replaces());
  writer.signed_varint(fact.signer().signed_at());
  *record = {{kCertification, fact.batch_id()}, writer.take(), kinds::kCertification};
  return Status::ok();
}

Status about_billed_cases(const RowPlace& place, Record* record) {
  const v1::BilledCases& fact = place.row->billed_cases();
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), 0));
  ByteWriter writer = begin();
  writer.varint(fact.cases());
  writer.text(fact.source());
  *record = {{kBilledCases, std::string(subject.tin.bytes()) + static_cast<char>(fact.month())},
             writer.take(),
             kinds::kBilledCases};
  return Status::ok();
}

Status about_role_grant(const RowPlace& place, Record* record) {
  const v1::RoleGrant& fact = place.row->role_grant();
  ByteWriter name;
  name.text(fact.subject());
  name.u8(byte(fact.role()));
  name.u8(byte(fact.organisation()));
  name.text(fact.organisation_id());
  if (fact.tin() != 0) {
    QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), fact.npi()));
    name.raw(subject.entity);
  }
  *record = {{kRoleGrant, name.take()},
             yes_or_no(fact.action() != v1::CONSENT_ACTION_REVOKE),
             kinds::kRoleGrant};
  return Status::ok();
}

Status about_partial_tin(const RowPlace& place, Record* record) {
  const v1::PartialTinAttestation& fact = place.row->partial_tin_attestation();
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), 0));
  ByteWriter writer = begin();
  writer.u8(fact.all_covered() ? 1 : 0);
  writer.varint(fact.billing_clinicians());
  // A no is never late, as a confirmation is not.
  *record = {{kPartialTin, std::string(subject.tin.bytes())},
             writer.take(),
             fact.all_covered() ? kinds::kPartialTinAttestation : kinds::kConfirmation};
  return Status::ok();
}

// What CMS or a person says of an entity, beyond what enters its score from counts.
Status said_of_entity(const RowPlace& place, Record* record) {
  const v1::Row& row = *place.row;
  const auto subject = [&](const auto& fact) { return subject_of(place, fact.tin(), fact.npi()); };
  ByteWriter name;
  switch (row.fact_case()) {
    case v1::Row::kReweightingApproval: {
      const v1::ReweightingApproval& fact = row.reweighting_approval();
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(fact));
      ByteWriter writer = begin();
      writer.u8(category_bits(fact));
      writer.signed_varint(fact.approved_on());
      writer.text(fact.reference());
      *record = {{kReweighting, whom.entity + static_cast<char>(fact.reason())},
                 writer.take(),
                 kinds::kReweightingApproval};
      return Status::ok();
    }
    case v1::Row::kEntityMembership: {
      const v1::EntityMembership& fact = row.entity_membership();
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(fact));
      name.raw(whom.entity);
      name.u8(byte(fact.kind()));
      name.text(fact.entity_number());
      ByteWriter writer = begin();
      writer.u8(fact.action() == v1::CONSENT_ACTION_REVOKE ? 0 : 1);
      writer.signed_varint(fact.from_date());
      writer.signed_varint(fact.to_date());
      *record = {{kMembership, name.take()}, writer.take(), kinds::kEntityMembership};
      return Status::ok();
    }
    case v1::Row::kCmsFeedback: {
      const v1::CmsFeedback& fact = row.cms_feedback();
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(fact));
      name.raw(whom.entity);
      name.u8(byte(fact.stage()));
      name.big_u32(fact.version());
      *record = {{kFeedback, name.take()}, content(fact), kinds::kCmsFeedback};
      return Status::ok();
    }
    case v1::Row::kReviewAuthorisation: {
      const v1::ReviewAuthorisation& fact = row.review_authorisation();
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(fact));
      const bool given = fact.action() != v1::CONSENT_ACTION_REVOKE;
      *record = {{kReviewAuthorisation, whom.entity},
                 yes_or_no(given),
                 given ? kinds::kReviewAuthorisation : kinds::kConfirmation};
      return Status::ok();
    }
    case v1::Row::kReviewCase: {
      const v1::ReviewCase& fact = row.review_case();
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(fact));
      *record = {{kReviewCase, fact.case_id()}, content(fact, whom.entity), kinds::kReviewCase};
      return Status::ok();
    }
    default:
      return Status(ErrorCode::kFailedPrecondition, "a kind of record that is not folded yet");
  }
}

// Kinds that are about an entity.
Status about_entity(const RowPlace& place, Record* record) {
  const v1::Row& row = *place.row;
  const auto subject = [&](const auto& fact) { return subject_of(place, fact.tin(), fact.npi()); };
  ByteWriter name;
  switch (row.fact_case()) {
    case v1::Row::kEligibilitySnapshot: {
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(row.eligibility_snapshot()));
      name.raw(whom.entity);
      name.big_u32(static_cast<std::uint32_t>(row.eligibility_snapshot().list_date()));
      name.u8(byte(row.eligibility_snapshot().segment()));
      *record = {{kEligibility, name.take()},
                 content(row.eligibility_snapshot()),
                 kinds::kEligibilitySnapshot};
      return Status::ok();
    }
    case v1::Row::kPromotingInteroperability: {
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(row.promoting_interoperability()));
      *record = {{kInteroperability, whom.entity},
                 content(row.promoting_interoperability()),
                 kinds::kPromotingInteroperability};
      return Status::ok();
    }
    case v1::Row::kMeasureResult: {
      QCDR_ASSIGN_OR_RETURN(const Subject whom, subject(row.measure_result()));
      name.raw(whom.entity);
      name.text(row.measure_result().measure_id());
      *record = {
          {kMeasureResult, name.take()}, content(row.measure_result()), kinds::kMeasureResult};
      return Status::ok();
    }
    default:
      return said_of_entity(place, record);
  }
}

}  // namespace

std::string content_of(const v1::PracticeRegistration& fact, const std::vector<TinToken>& tins) {
  std::vector<std::pair<std::string, std::uint64_t>> headcounts;
  for (const v1::Headcount& each : fact.headcounts()) {
    headcounts.emplace_back(each.provider(), each.count());
  }
  std::vector<std::pair<std::string, std::int32_t>> agreements;
  for (const v1::Agreement& each : fact.agreements()) {
    agreements.emplace_back(each.name(), each.signed_on());
  }
  std::sort(headcounts.begin(), headcounts.end());
  std::sort(agreements.begin(), agreements.end());
  std::set<std::string> tokens;
  for (const TinToken& tin : tins) tokens.emplace(tin.bytes());
  ByteWriter writer = begin();
  writer.u8(byte(fact.enrollment()));
  writer.u8(byte(fact.tier()));
  writer.u8(byte(fact.mechanism()));
  for (const std::int32_t date : {fact.ordered_on(), fact.paid_on(), fact.closed_on()}) {
    writer.signed_varint(date);
  }
  writer.text(fact.invoice());
  writer.varint(tokens.size());
  for (const std::string& token : tokens) writer.raw(token);
  writer.varint(headcounts.size());
  for (const auto& [provider, count] : headcounts) {
    writer.text(provider);
    writer.varint(count);
  }
  writer.varint(agreements.size());
  for (const auto& [name, signed_on] : agreements) {
    writer.text(name);
    writer.signed_varint(signed_on);
  }
  writer.text(fact.practice_name());
  return writer.take();
}

std::string content_of_activity(const v1::ActivityAttestation& fact, std::uint32_t numerator,
                                std::uint32_t denominator) {
  const auto once_each = [&](const auto& npis) {
    const std::set<std::uint64_t> sorted(npis.begin(), npis.end());
    return std::vector<std::uint64_t>(sorted.begin(), sorted.end());
  };
  ByteWriter writer = begin();
  writer.signed_varint(fact.performed_from());
  writer.signed_varint(fact.performed_to());
  writer.varint(numerator);
  writer.varint(denominator);
  writer.signed_varint(fact.attester().signed_at());
  const bool of_pair = fact.npi() != 0;
  write_npis(of_pair ? std::vector<std::uint64_t>() : once_each(fact.performing_npis()), &writer);
  write_npis(of_pair ? std::vector<std::uint64_t>() : once_each(fact.billing_npis()), &writer);
  return writer.take();
}

Status take_plain_record(const RowPlace& place) {
  Record record;
  switch (place.row->fact_case()) {
    case v1::Row::kCertification:
      QCDR_RETURN_IF_ERROR(about_certification(place, &record));
      break;
    case v1::Row::kBilledCases:
      QCDR_RETURN_IF_ERROR(about_billed_cases(place, &record));
      break;
    case v1::Row::kRoleGrant:
      QCDR_RETURN_IF_ERROR(about_role_grant(place, &record));
      break;
    case v1::Row::kPartialTinAttestation:
      QCDR_RETURN_IF_ERROR(about_partial_tin(place, &record));
      break;
    case v1::Row::kAuditCorrection:
      record = {{kAuditCorrection, place.row->audit_correction().audit_finding()},
                content(place.row->audit_correction()),
                kinds::kAuditCorrection};
      break;
    default:
      QCDR_RETURN_IF_ERROR(about_entity(place, &record));
  }
  const bool accepted =
      take_version(place, record.name, std::move(record.content), record.calendar_kind);
  if (accepted && place.row->has_audit_correction() &&
      lift_audited(place.season, place.row->audit_correction()) > 0) {
    place.upload->tell(FindingCode::HOLD_LIFTED);
  }
  return Status::ok();
}

}  // namespace qcdr::batch
