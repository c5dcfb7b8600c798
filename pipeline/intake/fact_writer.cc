#include "intake/fact_writer.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "core/assert.h"

namespace qcdr::intake {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

FactTarget::FactTarget(const Descriptor* message, std::string_view path) {
  while (!path.empty()) {
    QCDR_ASSERT(message != nullptr);
    const std::size_t end = std::min(path.find('.'), path.size());
    const FieldDescriptor* step = message->FindFieldByName(std::string(path.substr(0, end)));
    QCDR_ASSERT(step != nullptr);
    steps_.push_back(step);
    message = step->message_type();
    path.remove_prefix(std::min(end + 1, path.size()));
  }
}

Message* FactTarget::parent(Message* fact) const {
  QCDR_ASSERT(!steps_.empty());
  for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
    const Reflection* reflection = fact->GetReflection();
    const FieldDescriptor* step = steps_[i];
    if (!step->is_repeated()) {
      fact = reflection->MutableMessage(fact, step);
    } else if (reflection->FieldSize(*fact, step) == 0) {
      fact = reflection->AddMessage(fact, step);
    } else {
      fact = reflection->MutableRepeatedMessage(fact, step, 0);
    }
  }
  return fact;
}

void FactTarget::put_number(Message* fact, std::int64_t value) const {
  Message* target = parent(fact);
  const Reflection* set = target->GetReflection();
  const FieldDescriptor* field = steps_.back();
  const bool many = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto number = static_cast<std::int32_t>(value);
      return many ? set->AddInt32(target, field, number) : set->SetInt32(target, field, number);
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto number = static_cast<std::uint32_t>(value);
      return many ? set->AddUInt32(target, field, number) : set->SetUInt32(target, field, number);
    }
    case FieldDescriptor::CPPTYPE_INT64:
      return many ? set->AddInt64(target, field, value) : set->SetInt64(target, field, value);
    case FieldDescriptor::CPPTYPE_UINT64: {
      const auto number = static_cast<std::uint64_t>(value);
      return many ? set->AddUInt64(target, field, number) : set->SetUInt64(target, field, number);
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto number = static_cast<int>(value);
      return many ? set->AddEnumValue(target, field, number)
                  : set->SetEnumValue(target, field, number);
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return set->SetBool(target, field, value != 0);
    default:
      QCDR_ASSERT(false && "a number for a field that takes none");
  }
}

bool FactTarget::takes_text() const {
  return !steps_.empty() && steps_.back()->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

void FactTarget::put_text(Message* fact, std::string text) const {
  QCDR_ASSERT(takes_text());
  Message* target = parent(fact);
  const FieldDescriptor* field = steps_.back();
  if (field->is_repeated()) {
    target->GetReflection()->AddString(target, field, std::move(text));
  } else {
    target->GetReflection()->SetString(target, field, std::move(text));
  }
}

Message* FactTarget::add_item(Message* fact) const {
  Message* target = parent(fact);
  return target->GetReflection()->AddMessage(target, steps_.back());
}

const Descriptor* FactTarget::item() const {
  return steps_.empty() ? nullptr : steps_.back()->message_type();
}

}  // namespace qcdr::intake
