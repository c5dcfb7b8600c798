#include "cli/record_subject.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>

namespace qcdr {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Beside the TIN and the NPI, which every kind that has them is about. By number of the field in
// Row.fact: permanent.
std::vector<std::string_view> fields_of(v1::Row::FactCase kind) {
  switch (kind) {
    case v1::Row::kAnesthesiaCase:
      return {"case_token"};
    case v1::Row::kActivityAttestation:
      return {"activity_id"};
    case v1::Row::kMeasureResult:
      return {"measure_id"};
    case v1::Row::kBilledCases:
      return {"month"};
    case v1::Row::kEligibilitySnapshot:
      return {"list_date", "segment"};
    case v1::Row::kReweightingApproval:
      return {"reason"};
    case v1::Row::kEntityMembership:
      return {"kind", "entity_number"};
    case v1::Row::kCertification:
      return {"batch_id"};
    case v1::Row::kOfficerDecision:
      return {"subject", "code", "record_id"};
    case v1::Row::kConfirmation:
      return {"subject", "upload_id"};
    case v1::Row::kRoleGrant:
      return {"subject", "role", "organisation", "organisation_id"};
    case v1::Row::kCmsFeedback:
      return {"stage", "version"};
    case v1::Row::kReviewCase:
      return {"case_id"};
    case v1::Row::kDeadlineExtension:
      return {"deadline"};
    case v1::Row::kAuditCorrection:
      return {"audit_finding"};
    default:
      return {};
  }
}

// A case and a review case name people or TINs inside, and are not about them.
bool is_about_its_tin(v1::Row::FactCase kind) {
  return kind != v1::Row::kAnesthesiaCase && kind != v1::Row::kReviewCase;
}

std::uint64_t number_of(const Message& fact, const char* name) {
  const FieldDescriptor* field = fact.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated()) return 0;
  if (field->type() == FieldDescriptor::TYPE_UINT32) {
    return fact.GetReflection()->GetUInt32(fact, field);
  }
  return field->type() == FieldDescriptor::TYPE_FIXED64
             ? fact.GetReflection()->GetUInt64(fact, field)
             : 0;
}

// Only what tells facts apart, as a message of its own.
std::string key_of(const Message& fact, const std::vector<std::string_view>& fields,
                   Message* about) {
  const auto* from = fact.GetReflection();
  for (const std::string_view name : fields) {
    const FieldDescriptor* field = fact.GetDescriptor()->FindFieldByName(std::string(name));
    QCDR_ASSERT(field != nullptr && !field->is_repeated());
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        about->GetReflection()->SetString(about, field, from->GetString(fact, field));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        about->GetReflection()->SetUInt32(about, field, from->GetUInt32(fact, field));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        about->GetReflection()->SetInt32(about, field, from->GetInt32(fact, field));
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        about->GetReflection()->SetEnumValue(about, field, from->GetEnumValue(fact, field));
        break;
      default:
        QCDR_ASSERT(false);
    }
  }
  return about->SerializeAsString();
}

}  // namespace

const Message* fact_of(const v1::Row& row) {
  if (row.fact_case() == v1::Row::FACT_NOT_SET) return nullptr;
  const FieldDescriptor* field = row.GetDescriptor()->FindFieldByNumber(row.fact_case());
  return &row.GetReflection()->GetMessage(row, field);
}

RecordSubject subject_of(const v1::Row& row, const v1::ChunkRows& rows) {
  RecordSubject subject;
  const Message* fact = fact_of(row);
  if (fact == nullptr) return subject;
  const std::unique_ptr<Message> about(fact->New());
  subject.key = std::to_string(row.fact_case()) + "/";
  if (is_about_its_tin(row.fact_case())) {
    const std::uint64_t tin = number_of(*fact, "tin");
    const std::uint64_t npi = number_of(*fact, "npi");
    subject.tin = masked_tin(static_cast<std::uint32_t>(tin), rows);
    subject.npi = Npi::from_trusted(npi);
    if (!subject.tin.empty()) subject.key += rows.tins(static_cast<int>(tin) - 1).token();
    subject.key += "/" + std::to_string(npi) + "/";
  }
  subject.key += key_of(*fact, fields_of(row.fact_case()), about.get());
  ClinicianNames nobody;
  subject.about = fact_words(*about, rows, nobody);
  return subject;
}

}  // namespace qcdr
