#include "review/record_json.h"

#include <fmt/core.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <vector>

#include "core/time.h"

namespace qcdr::review {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool is_npi(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_FIXED64 &&
         std::string_view(field.name()).find("npi") != std::string_view::npos;
}

bool is_tin(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_UINT32 && field.name() == "tin";
}

bool is_tin_list(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_UINT32 && field.name() == "tins";
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    constexpr unsigned char kFirstPrintable = 0x20;
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < kFirstPrintable) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      json += c;
    }
  }
  return json + "\"";
}

std::vector<std::uint64_t> npis_of(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<std::uint64_t> npis;
  if (!field.is_repeated()) return {reflection.GetUInt64(message, &field)};
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    npis.push_back(reflection.GetRepeatedUInt64(message, &field, i));
  }
  return npis;
}

std::vector<const Message*> children_of(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const Message*> children;
  if (!field.is_repeated()) return {&reflection.GetMessage(message, &field)};
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    children.push_back(&reflection.GetRepeatedMessage(message, &field, i));
  }
  return children;
}

// Calls for every NPI that is not zero, at any depth.
void for_each_npi(const Message& message, const std::function<void(std::uint64_t)>& visit) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (is_npi(*field)) {
      for (const std::uint64_t npi : npis_of(message, *field)) {
        if (npi != 0) visit(npi);
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (const Message* child : children_of(message, *field)) for_each_npi(*child, visit);
    }
  }
}

class Writer {
 public:
  explicit Writer(const RecordReader& reader) : reader_(reader) {}

  std::string object(const Message& message) const {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    std::string json;
    for (const FieldDescriptor* field : fields) {
      const std::string value = field->is_repeated() ? list(message, *field) : one(message, *field);
      if (value.empty()) continue;
      json += (json.empty() ? "" : ", ") + quoted(field->json_name()) + ": " + value;
    }
    return "{" + json + "}";
  }

 private:
  std::string own(std::uint64_t npi) const {
    return npi == reader_.npi.value() && npi != 0 ? quoted(std::to_string(npi)) : std::string();
  }

  std::string number(const FieldDescriptor& field, std::int64_t value) const {
    const std::string_view name = field.name();
    if (field.type() == FieldDescriptor::TYPE_INT64 && ends_with(name, "_at")) {
      return value == 0 ? "null" : quoted(Instant::from_milliseconds(value).to_string());
    }
    if (field.type() == FieldDescriptor::TYPE_SINT32) {
      return quoted(LocalDate::from_days(static_cast<std::int32_t>(value)).to_string());
    }
    return std::to_string(value);
  }

  std::string one(const Message& message, const FieldDescriptor& field) const {
    const Reflection& from = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return object(from.GetMessage(message, &field));
      case FieldDescriptor::CPPTYPE_ENUM:
        return quoted(from.GetEnum(message, &field)->name());
      case FieldDescriptor::CPPTYPE_BOOL:
        return from.GetBool(message, &field) ? "true" : "false";
      case FieldDescriptor::CPPTYPE_STRING:
        return text(field, from.GetString(message, &field));
      case FieldDescriptor::CPPTYPE_UINT32: {
        const std::uint32_t value = from.GetUInt32(message, &field);
        return is_tin(field) ? quoted(reader_.tin_of(value)) : std::to_string(value);
      }
      case FieldDescriptor::CPPTYPE_UINT64: {
        const std::uint64_t value = from.GetUInt64(message, &field);
        return is_npi(field) ? own(value) : std::to_string(value);
      }
      case FieldDescriptor::CPPTYPE_INT32:
        return number(field, from.GetInt32(message, &field));
      case FieldDescriptor::CPPTYPE_INT64:
        return number(field, from.GetInt64(message, &field));
      default:
        return "";  // the contract has no floating point
    }
  }

  static std::string text(const FieldDescriptor& field, const std::string& value) {
    return quoted(field.type() == FieldDescriptor::TYPE_BYTES ? hex(value) : value);
  }

  std::string item(const Message& message, const FieldDescriptor& field, int index) const {
    const Reflection& from = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_ENUM:
        return quoted(from.GetRepeatedEnum(message, &field, index)->name());
      case FieldDescriptor::CPPTYPE_STRING:
        return text(field, from.GetRepeatedString(message, &field, index));
      case FieldDescriptor::CPPTYPE_UINT32: {
        const std::uint32_t value = from.GetRepeatedUInt32(message, &field, index);
        return is_tin_list(field) ? quoted(reader_.tin_of(value)) : std::to_string(value);
      }
      case FieldDescriptor::CPPTYPE_UINT64: {
        const std::uint64_t value = from.GetRepeatedUInt64(message, &field, index);
        return is_npi(field) ? own(value) : std::to_string(value);
      }
      case FieldDescriptor::CPPTYPE_INT32:
        return number(field, from.GetRepeatedInt32(message, &field, index));
      case FieldDescriptor::CPPTYPE_INT64:
        return number(field, from.GetRepeatedInt64(message, &field, index));
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        const Message& child = from.GetRepeatedMessage(message, &field, index);
        const bool others = names_any_npi(child) && !names_npi(child, reader_.npi);
        return others ? std::string() : object(child);
      }
      default:
        return "";
    }
  }

  // What is of others is counted.
  std::string list(const Message& message, const FieldDescriptor& field) const {
    const int count = message.GetReflection()->FieldSize(message, &field);
    std::string json;
    int others = 0;
    for (int i = 0; i < count; ++i) {
      const std::string value = item(message, field, i);
      if (value.empty()) {
        ++others;
      } else {
        json += (json.empty() ? "" : ", ") + value;
      }
    }
    if (others > 0) json += fmt::format("{}{{\"others\": {}}}", json.empty() ? "" : ", ", others);
    return "[" + json + "]";
  }

  const RecordReader& reader_;
};

}  // namespace

bool names_npi(const Message& message, Npi npi) {
  bool found = false;
  for_each_npi(message, [&](std::uint64_t each) { found = found || each == npi.value(); });
  return found;
}

bool names_any_npi(const Message& message) {
  bool found = false;
  for_each_npi(message, [&](std::uint64_t) { found = true; });
  return found;
}

std::string record_json(const Message& message, const RecordReader& reader) {
  return Writer(reader).object(message);
}

}  // namespace qcdr::review
