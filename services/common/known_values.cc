#include "common/known_values.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/records.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;
using google::protobuf::UnknownFieldSet;

// A field that says values of an enum and is not of its type.
struct Numbers {
  const char* field;
  const EnumDescriptor* (*values)();
  bool by_place;  // a repeated field with an element for each value from 1 on
};
constexpr Numbers kNumbers[] = {
    {"qcdr.v1.EntityContribution.clinician_types", &v1::ClinicianType_descriptor, false},
    {"qcdr.v1.EntityContribution.reporting_level", &v1::ReportingLevel_descriptor, false},
    {"qcdr.v1.ClaimingPractice.reporting_level", &v1::ReportingLevel_descriptor, false},
    {"qcdr.v1.StageTwoClaim.other_clinician_types", &v1::ClinicianType_descriptor, false},
    {"qcdr.v1.ContributedApproval.reason", &v1::ReweightingApproval::Reason_descriptor, false},
    {"qcdr.v1.ContributedApproval.category", &v1::Category_descriptor, false},
    {"qcdr.v1.VirtualGroupShare.tins_with_status", &v1::SpecialStatus::Kind_descriptor, true},
    {"qcdr.v1.VirtualGroupShare.tins_without_status", &v1::SpecialStatus::Kind_descriptor, true},
};

struct Plan;

// A field that is a value, or a message that can hold one.
struct Member {
  const FieldDescriptor* field = nullptr;
  const Plan* plan = nullptr;  // of the message; null: nothing in it can be unknown
  const EnumDescriptor* values = nullptr;
  bool by_place = false;
  bool is_looked_at() const { return values != nullptr || plan != nullptr; }
};

struct Choice {
  const OneofDescriptor* oneof = nullptr;
  int least_number = 0;
  std::vector<Member> members;  // as the oneof numbers them
};

// What is to be looked at in messages of one type.
struct Plan {
  std::vector<Member> members;
  std::vector<Choice> choices;
  bool empty() const { return members.empty() && choices.empty(); }
};

// Plans of one message type and of all that it can hold.
class Plans {
 public:
  const Plan* of(const Descriptor* type) {
    const auto found = plans_.find(type);
    if (found != plans_.end()) return found->second.get();
    // In the table before it is filled, so that a type may hold itself.
    Plan& plan = *plans_.emplace(type, std::make_unique<Plan>()).first->second;
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->real_containing_oneof() != nullptr) continue;
      const Member member = member_of(field);
      if (member.is_looked_at()) plan.members.push_back(member);
    }
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
      plan.choices.push_back(choice_of(type->oneof_decl(i)));
    }
    return &plan;
  }

 private:
  Member member_of(const FieldDescriptor* field) {
    Member member;
    member.field = field;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Plan* plan = of(field->message_type());
      member.plan = plan->empty() ? nullptr : plan;
      return member;
    }
    member.values = field->enum_type();  // null for a field of another type
    for (const Numbers& numbers : kNumbers) {
      if (field->full_name() != numbers.field) continue;
      member.values = numbers.values();
      member.by_place = numbers.by_place;
    }
    return member;
  }
  Choice choice_of(const OneofDescriptor* oneof) {
    Choice choice{oneof, oneof->field(0)->number(), {}};
    for (int i = 0; i < oneof->field_count(); ++i) {
      choice.least_number = std::min(choice.least_number, oneof->field(i)->number());
      choice.members.push_back(member_of(oneof->field(i)));
    }
    return choice;
  }

  std::map<const Descriptor*, std::unique_ptr<Plan>> plans_;
};

const Plan& plan_of(const Descriptor* type) {
  thread_local Plans plans;
  return *plans.of(type);
}

Status unknown(const FieldDescriptor* field, std::int64_t number) {
  return Status(ErrorCode::kFailedPrecondition,
                "a value that this program does not know: " + field->full_name() + " is " +
                    std::to_string(number));
}

Status check(const Message& message, const Plan& plan);

Status check_number(const Member& member, std::int64_t number) {
  const EnumDescriptor* type = member.values;
  // Almost always: values are numbered without gaps.
  if (number >= 0 && number < type->value_count() &&
      type->value(static_cast<int>(number))->number() == number) {
    return Status::ok();
  }
  const bool fits =
      number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max();
  const bool known = fits && type->FindValueByNumber(static_cast<int>(number)) != nullptr;
  return known ? Status::ok() : unknown(member.field, number);
}

std::int64_t number_of(const Message& message, const Reflection& reflection,
                       const FieldDescriptor* field) {
  if (field->enum_type() != nullptr) return reflection.GetEnumValue(message, field);
  return reflection.GetUInt32(message, field);
}

std::int64_t number_of(const Message& message, const Reflection& reflection,
                       const FieldDescriptor* field, int place) {
  if (field->enum_type() != nullptr) return reflection.GetRepeatedEnumValue(message, field, place);
  return reflection.GetRepeatedUInt32(message, field, place);
}

Status check_numbers(const Message& message, const Reflection& reflection, const Member& member) {
  const FieldDescriptor* field = member.field;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {  // a byte each
    std::string scratch;
    for (const char byte : reflection.GetStringReference(message, field, &scratch)) {
      QCDR_RETURN_IF_ERROR(check_number(member, static_cast<std::uint8_t>(byte)));
    }
    return Status::ok();
  }
  if (!field->is_repeated()) return check_number(member, number_of(message, reflection, field));
  const int count = reflection.FieldSize(message, field);
  if (member.by_place) return check_number(member, count);
  for (int i = 0; i < count; ++i) {
    QCDR_RETURN_IF_ERROR(check_number(member, number_of(message, reflection, field, i)));
  }
  return Status::ok();
}

Status check_member(const Message& message, const Reflection& reflection, const Member& member) {
  const FieldDescriptor* field = member.field;
  if (member.values != nullptr) return check_numbers(message, reflection, member);
  if (member.plan == nullptr) return Status::ok();
  if (!field->is_repeated()) {
    if (!reflection.HasField(message, field)) return Status::ok();
    return check(reflection.GetMessage(message, field), *member.plan);
  }
  const int count = reflection.FieldSize(message, field);
  for (int i = 0; i < count; ++i) {
    QCDR_RETURN_IF_ERROR(check(reflection.GetRepeatedMessage(message, field, i), *member.plan));
  }
  return Status::ok();
}

Status check_choice(const Message& message, const Reflection& reflection, const Choice& choice) {
  const FieldDescriptor* set = reflection.GetOneofFieldDescriptor(message, choice.oneof);
  if (set != nullptr) {
    const Member& member = choice.members[static_cast<std::size_t>(set->index_in_oneof())];
    return check_member(message, reflection, member);
  }
  const UnknownFieldSet& fields = reflection.GetUnknownFields(message);
  for (int i = 0; i < fields.field_count(); ++i) {
    if (fields.field(i).number() < choice.least_number) continue;
    return Status(ErrorCode::kFailedPrecondition,
                  "a kind that this program does not know: " + choice.oneof->full_name() + " is " +
                      std::to_string(fields.field(i).number()));
  }
  return Status::ok();
}

Status check(const Message& message, const Plan& plan) {
  const Reflection& reflection = *message.GetReflection();
  for (const Choice& choice : plan.choices) {
    QCDR_RETURN_IF_ERROR(check_choice(message, reflection, choice));
  }
  for (const Member& member : plan.members) {
    QCDR_RETURN_IF_ERROR(check_member(message, reflection, member));
  }
  return Status::ok();
}

// All that a row with a case can name.
bool is_known_case(const v1::Row& row) {
  if (!row.has_anesthesia_case() || !v1::RowAction_IsValid(row.action())) return false;
  const auto& staff = row.anesthesia_case().staff();
  return std::all_of(staff.begin(), staff.end(), [](const v1::CaseStaff& each) {
    return v1::ClinicianType_IsValid(each.clinician_type());
  });
}

}  // namespace

Status check_rows_known(const v1::ChunkRows& rows) {
  for (const v1::Row& row : rows.rows()) {
    if (!is_known_case(row)) QCDR_RETURN_IF_ERROR(check_values_known(row));
  }
  return Status::ok();
}

Status check_values_known(const Message& message) {
  return check(message, plan_of(message.GetDescriptor()));
}

}  // namespace qcdr
