// Puts values into a message of the wire contract by the path that a field table gives.
//
// A path is resolved once, when a parser is made; a name that the message lacks asserts. A step
// through a repeated message means its first element, which is made when there is none.
// Thread-safety: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace qcdr::intake {

class FactTarget {
 public:
  FactTarget() = default;  // leads nowhere
  FactTarget(const google::protobuf::Descriptor* message, std::string_view path);

  bool leads_nowhere() const { return steps_.empty(); }
  // Sets a number, flag or enum; appends to a repeated field.
  void put_number(google::protobuf::Message* fact, std::int64_t value) const;
  // Sets text or bytes; appends to a repeated field.
  void put_text(google::protobuf::Message* fact, std::string text) const;
  // Appends an item to a repeated message.
  google::protobuf::Message* add_item(google::protobuf::Message* fact) const;
  bool takes_text() const;
  // Of the items of a repeated message.
  const google::protobuf::Descriptor* item() const;

 private:
  google::protobuf::Message* parent(google::protobuf::Message* fact) const;

  std::vector<const google::protobuf::FieldDescriptor*> steps_;
};

}  // namespace qcdr::intake
