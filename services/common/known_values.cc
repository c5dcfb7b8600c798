#include "common/known_values.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

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

struct Plan;

// A field that is a value, or a message that can hold one.
struct Member {
  const FieldDescriptor* field = nullptr;
  const Plan* plan = nullptr;  // of the message; null: nothing in it can be unknown
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
      if (is_value(field) || member.plan != nullptr) plan.members.push_back(member);
    }
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
      plan.choices.push_back(choice_of(type->oneof_decl(i)));
    }
    return &plan;
  }

 private:
  static bool is_value(const FieldDescriptor* field) {
    return field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
  }
  Member member_of(const FieldDescriptor* field) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return {field, nullptr};
    const Plan* plan = of(field->message_type());
    return {field, plan->empty() ? nullptr : plan};
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

Status unknown(const FieldDescriptor* field, int number) {
  return Status(ErrorCode::kFailedPrecondition,
                "a value that this program does not know: " + field->full_name() + " is " +
                    std::to_string(number));
}

Status check(const Message& message, const Plan& plan);

Status check_number(const FieldDescriptor* field, int number) {
  const EnumDescriptor* type = field->enum_type();
  // Almost always: values are numbered without gaps.
  if (number >= 0 && number < type->value_count() && type->value(number)->number() == number) {
    return Status::ok();
  }
  return type->FindValueByNumber(number) != nullptr ? Status::ok() : unknown(field, number);
}

Status check_member(const Message& message, const Reflection& reflection, const Member& member) {
  const FieldDescriptor* field = member.field;
  const bool value = field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
  if (!field->is_repeated()) {
    if (value) return check_number(field, reflection.GetEnumValue(message, field));
    if (member.plan == nullptr || !reflection.HasField(message, field)) return Status::ok();
    return check(reflection.GetMessage(message, field), *member.plan);
  }
  const int count = reflection.FieldSize(message, field);
  for (int i = 0; i < count; ++i) {
    QCDR_RETURN_IF_ERROR(
        value ? check_number(field, reflection.GetRepeatedEnumValue(message, field, i))
              : check(reflection.GetRepeatedMessage(message, field, i), *member.plan));
  }
  return Status::ok();
}

Status check_choice(const Message& message, const Reflection& reflection, const Choice& choice) {
  const FieldDescriptor* set = reflection.GetOneofFieldDescriptor(message, choice.oneof);
  if (set != nullptr) {
    const Member& member = choice.members[static_cast<std::size_t>(set->index_in_oneof())];
    const bool looked_at = set->cpp_type() == FieldDescriptor::CPPTYPE_ENUM || member.plan;
    return looked_at ? check_member(message, reflection, member) : Status::ok();
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
