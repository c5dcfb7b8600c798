#include "later_contract.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "core/assert.h"
#include "qcdr/v1/audit.pb.h"
#include "qcdr/v1/calendar.pb.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/notice.pb.h"
#include "qcdr/v1/progress.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "qcdr/v1/upload.pb.h"

namespace qcdr::later {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::EnumValueDescriptorProto;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

constexpr const char* kPackage = "qcdr.v1";
constexpr const char* kLaterFile = "qcdr/v1/later.proto";
constexpr const char* kPartType = ".qcdr.v1.LaterPart";
constexpr const char* kWholeType = ".qcdr.v1.LaterWhole";
constexpr int kNumber = 7;
// The public projections are to stay below 1 KiB, so that what they hold gets a number only.
constexpr int kDepthOfWords = 1;

void add_field(DescriptorProto* to, const std::string& name, int number,
               FieldDescriptorProto::Type type, const char* type_name = "", int oneof = -1) {
  FieldDescriptorProto* field = to->add_field();
  field->set_name(name);
  field->set_number(number);
  field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  field->set_type(type);
  if (*type_name != '\0') field->set_type_name(type_name);
  if (oneof >= 0) field->set_oneof_index(oneof);
}

bool is_of_choice(const FieldDescriptorProto& field) {
  return field.has_oneof_index() && !field.proto3_optional();
}

// Numbers that nobody has: below the members of the message's oneofs as long as there are some,
// then above everything.
class FreeNumbers {
 public:
  explicit FreeNumbers(const DescriptorProto& message) {
    for (const FieldDescriptorProto& field : message.field()) {
      most_ = std::max(most_, field.number());
      if (is_of_choice(field)) {
        least_of_choice_ = std::min(least_of_choice_, field.number());
      } else {
        plain_ = std::max(plain_, field.number());
      }
    }
  }
  int take() { return plain_ + 1 < least_of_choice_ ? ++plain_ : ++most_; }
  int take_above() { return ++most_; }

 private:
  int most_ = 0;
  int plain_ = 0;
  int least_of_choice_ = std::numeric_limits<int>::max();
};

void extend(EnumDescriptorProto* type) {
  const EnumDescriptorProto today = *type;
  for (const EnumValueDescriptorProto& value : today.value()) {
    EnumValueDescriptorProto* added = type->add_value();
    added->set_name(value.name() + "_LATER");
    added->set_number(value.number() + kLaterValue);
  }
}

void extend(DescriptorProto* message) {
  if (message->options().map_entry()) return;
  FreeNumbers numbers(*message);
  const DescriptorProto today = *message;
  message->clear_field();
  const auto is_last_of_choice = [&](int at) {
    const FieldDescriptorProto& field = today.field(at);
    const bool ends = at + 1 == today.field_size() || !is_of_choice(today.field(at + 1)) ||
                      today.field(at + 1).oneof_index() != field.oneof_index();
    return is_of_choice(field) && ends;
  };
  for (int i = 0; i < today.field_size(); ++i) {
    *message->add_field() = today.field(i);
    if (!is_last_of_choice(i)) continue;  // members of a oneof stand together
    const int choice = today.field(i).oneof_index();
    add_field(message, "later_" + today.oneof_decl(choice).name(), numbers.take_above(),
              FieldDescriptorProto::TYPE_MESSAGE, kWholeType, choice);
  }
  add_field(message, "later_number", numbers.take(), FieldDescriptorProto::TYPE_UINT64);
  add_field(message, "later_words", numbers.take(), FieldDescriptorProto::TYPE_STRING);
  add_field(message, "later_part", numbers.take(), FieldDescriptorProto::TYPE_MESSAGE, kPartType);
  for (EnumDescriptorProto& type : *message->mutable_enum_type()) extend(&type);
  for (DescriptorProto& nested : *message->mutable_nested_type()) extend(&nested);
}

FileDescriptorProto later_file() {
  FileDescriptorProto file;
  file.set_name(kLaterFile);
  file.set_package(kPackage);
  file.set_syntax("proto3");
  DescriptorProto* part = file.add_message_type();
  part->set_name("LaterPart");
  add_field(part, "number", 1, FieldDescriptorProto::TYPE_UINT64);
  DescriptorProto* whole = file.add_message_type();
  whole->set_name("LaterWhole");
  add_field(whole, "number", 1, FieldDescriptorProto::TYPE_INT32);
  add_field(whole, "bytes", 2, FieldDescriptorProto::TYPE_BYTES);
  return file;
}

// One message of each file; what they import comes with them.
std::vector<const FileDescriptor*> todays_files() {
  std::vector<const FileDescriptor*> files;
  const std::function<void(const FileDescriptor*)> add = [&](const FileDescriptor* file) {
    if (std::find(files.begin(), files.end(), file) != files.end()) return;
    for (int i = 0; i < file->dependency_count(); ++i) add(file->dependency(i));
    files.push_back(file);
  };
  for (const Descriptor* message :
       {v1::Upload::descriptor(), v1::RegistryRecord::descriptor(), v1::ChunkRows::descriptor(),
        v1::EntityContribution::descriptor(), v1::FindingRecord::descriptor(),
        v1::ProgressMarker::descriptor(), v1::CalendarRecord::descriptor(),
        v1::Notice::descriptor(), v1::AuditRecord::descriptor()}) {
    add(message->file());
  }
  return files;
}

const FieldDescriptor* added_field(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

bool has_additions(const Descriptor* type) {
  return type->FindFieldByName("later_number") != nullptr;
}

// Calls it with each message that this one holds.
void for_each_part(Message* message, const std::function<void(Message*)>& visit) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      visit(reflection.MutableMessage(message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
      visit(reflection.MutableRepeatedMessage(message, field, i));
    }
  }
}

// Changes the numbers of all enum fields that are set.
void change_values(Message* message,
                   const std::function<int(const FieldDescriptor*, int)>& changed) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM) continue;
    if (!field->is_repeated()) {
      reflection.SetEnumValue(message, field,
                              changed(field, reflection.GetEnumValue(*message, field)));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
      reflection.SetRepeatedEnumValue(
          message, field, i, changed(field, reflection.GetRepeatedEnumValue(*message, field, i)));
    }
  }
}

void use_later_member(Message* message, const OneofDescriptor* oneof) {
  const Reflection& reflection = *message->GetReflection();
  const FieldDescriptor* set = reflection.GetOneofFieldDescriptor(*message, oneof);
  if (set == nullptr || set->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
  const std::string bytes = reflection.GetMessage(*message, set).SerializePartialAsString();
  const int number = set->number();
  Message* whole = reflection.MutableMessage(
      message, message->GetDescriptor()->FindFieldByName("later_" + oneof->name()));
  whole->GetReflection()->SetInt32(whole, added_field(*whole, "number"), number);
  whole->GetReflection()->SetString(whole, added_field(*whole, "bytes"), bytes);
}

void use_todays_member(Message* message, const OneofDescriptor* oneof) {
  const Reflection& reflection = *message->GetReflection();
  const FieldDescriptor* later =
      message->GetDescriptor()->FindFieldByName("later_" + oneof->name());
  if (reflection.GetOneofFieldDescriptor(*message, oneof) != later) return;
  const Message& whole = reflection.GetMessage(*message, later);
  const int number = whole.GetReflection()->GetInt32(whole, added_field(whole, "number"));
  const std::string bytes = whole.GetReflection()->GetString(whole, added_field(whole, "bytes"));
  const FieldDescriptor* todays = message->GetDescriptor()->FindFieldByNumber(number);
  QCDR_ASSERT(todays != nullptr && todays->containing_oneof() == oneof);
  // Not the functions that later_release.cc stands before.
  QCDR_ASSERT(reflection.MutableMessage(message, todays)->ParsePartialFromString(bytes));
}

void say_later(Message* message, const std::set<std::string>& named, int depth, bool sealed) {
  const Descriptor* type = message->GetDescriptor();
  if (!has_additions(type)) return;
  for_each_part(message, [&](Message* part) { say_later(part, named, depth + 1, sealed); });
  change_values(message, [&](const FieldDescriptor* field, int number) {
    return named.count(field->full_name()) != 0 ? number + kLaterValue : number;
  });
  for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
    const OneofDescriptor* oneof = type->oneof_decl(i);
    if (named.count(oneof->full_name()) != 0) use_later_member(message, oneof);
  }
  const Reflection& reflection = *message->GetReflection();
  reflection.SetUInt64(message, added_field(*message, "later_number"), kNumber);
  if (!sealed && depth > kDepthOfWords) return;
  reflection.SetString(message, added_field(*message, "later_words"),
                       sealed ? kSealedWords : kOpenWords);
  Message* part = reflection.MutableMessage(message, added_field(*message, "later_part"));
  part->GetReflection()->SetUInt64(part, added_field(*part, "number"), kNumber);
}

}  // namespace

LaterContract& LaterContract::get() {
  static LaterContract contract;
  return contract;
}

LaterContract::LaterContract() {
  *image_.add_file() = later_file();
  for (const FileDescriptor* today : todays_files()) {
    FileDescriptorProto& file = *image_.add_file();
    today->CopyTo(&file);
    today->CopyJsonNameTo(&file);
    file.add_dependency(kLaterFile);
    for (EnumDescriptorProto& type : *file.mutable_enum_type()) extend(&type);
    for (DescriptorProto& message : *file.mutable_message_type()) extend(&message);
  }
  for (const FileDescriptorProto& file : image_.file()) {
    QCDR_ASSERT(pool_.BuildFile(file) != nullptr);
  }
}

const Descriptor* LaterContract::find(const Descriptor* today) const {
  if (today->file()->package() != kPackage) return nullptr;
  return pool_.FindMessageTypeByName(today->full_name());
}

std::unique_ptr<Message> LaterContract::make(const Descriptor* later) {
  return std::unique_ptr<Message>(factory_.GetPrototype(later)->New());
}

void say_later(Message* message, const std::set<std::string>& named) {
  const bool sealed =
      message->GetDescriptor()->full_name() == v1::ChunkRows::descriptor()->full_name();
  say_later(message, named, 0, sealed);
}

void say_as_today(Message* message) {
  const Descriptor* type = message->GetDescriptor();
  if (!has_additions(type)) return;
  for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
    use_todays_member(message, type->oneof_decl(i));
  }
  change_values(message, [](const FieldDescriptor*, int number) {
    return number >= kLaterValue ? number - kLaterValue : number;
  });
  for_each_part(message, [](Message* part) { say_as_today(part); });
}

void count_additions(const Message& message, std::map<std::string, Additions>* counts) {
  const Descriptor* type = message.GetDescriptor();
  if (!has_additions(type)) return;
  Additions& of_type = (*counts)[type->full_name()];
  const Reflection& reflection = *message.GetReflection();
  const std::uint64_t number = reflection.GetUInt64(message, added_field(message, "later_number"));
  ++(number == kNumber ? of_type.with : of_type.without);
  const std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  for_each_part(copy.get(), [&](Message* part) { count_additions(*part, counts); });
}

}  // namespace qcdr::later
