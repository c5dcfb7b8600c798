#include "common/contract_digest.h"

#include <google/protobuf/descriptor.h>

#include <map>
#include <string>

namespace qcdr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// Definitions by full name; a type is named where it is used, so that each is written once.
class Definitions {
 public:
  void add(const Descriptor* type) {
    const auto [entry, is_new] = texts_.emplace(type->full_name(), "");
    if (!is_new) return;
    std::string text;
    for (int i = 0; i < type->field_count(); ++i) text += describe(type->field(i));
    entry->second = std::move(text);
  }
  std::string text() const {
    std::string all;
    for (const auto& [name, text] : texts_) all += name + "\n" + text;
    return all;
  }

 private:
  std::string describe(const FieldDescriptor* field) {
    std::string type = field->type_name();
    if (field->message_type() != nullptr) {
      add(field->message_type());
      type = field->message_type()->full_name();
    } else if (field->enum_type() != nullptr) {
      add(field->enum_type());
      type = field->enum_type()->full_name();
    }
    return " " + std::to_string(field->number()) + " " + field->name() + " " + type +
           (field->is_repeated() ? " repeated\n" : "\n");
  }
  void add(const EnumDescriptor* type) {
    std::string& text = texts_[type->full_name()];
    if (!text.empty()) return;
    for (int i = 0; i < type->value_count(); ++i) {
      text += " " + std::to_string(type->value(i)->number()) + " " + type->value(i)->name() + "\n";
    }
  }

  std::map<std::string, std::string> texts_;
};

}  // namespace

Hash256 contract_digest(const std::vector<const Descriptor*>& messages) {
  Definitions definitions;
  for (const Descriptor* message : messages) definitions.add(message);
  return sha256(definitions.text());
}

}  // namespace qcdr
