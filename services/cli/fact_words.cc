#include "cli/fact_words.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "cli/local_time.h"
#include "core/decimal.h"
#include "core/time.h"
#include "qcdr/v1/row.pb.h"
#include "telemetry/identifier_scrubber.h"

namespace qcdr {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kNamesMax = 8;   // of a list; beyond that their number
constexpr std::size_t kWordsMax = 60;  // of one record
constexpr std::size_t kHashBytes = 32;
constexpr std::int64_t kRawPerWireUnit = 1'000'000;  // four fraction digits to ten

// In ten-thousandths.
constexpr std::array<std::string_view, 7> kAmounts = {
    "final_score", "adjustment", "complex_patient_bonus", "revised_score",
    "percent",     "points",     "performance_rate"};
// Of persons, and of no use in a history.
constexpr std::array<std::string_view, 4> kNeverSaid = {"champion", "billing_contact",
                                                        "member_number", "quality_measures"};

template <std::size_t kCount>
bool is_one_of(std::string_view name, const std::array<std::string_view, kCount>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// CONSENT_ACTION_GRANT of ConsentAction: "grant".
std::string enum_words(const EnumValueDescriptor& value) {
  std::string prefix;
  for (const char c : value.type()->name()) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !prefix.empty()) prefix += '_';
    prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  prefix += '_';
  std::string text(value.name());
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  std::string words;
  for (const char c : text) {
    words += c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return words;
}

class Speaker {
 public:
  Speaker(const v1::ChunkRows& rows, ClinicianNames& names) : rows_(rows), names_(names) {}

  // NOLINTNEXTLINE(misc-no-recursion): messages of facts are at most two deep
  void say(const Message& message, const std::string& path, bool outermost) {
    const auto* descriptor = message.GetDescriptor();
    const auto* reflection = message.GetReflection();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const FieldDescriptor& field = *descriptor->field(i);
      if (is_one_of(field.name(), kNeverSaid)) continue;
      if (outermost && (field.name() == "tin" || field.name() == "npi")) continue;
      const std::string name = path + field.json_name();
      if (field.is_repeated()) {
        say_list(message, field, name);
      } else if (reflection->HasField(message, &field)) {
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
          say(reflection->GetMessage(message, &field), name + ".", false);
        } else {
          add(name, value_of(message, field));
        }
      }
    }
  }
  std::vector<FactWord> take() { return std::move(words_); }

 private:
  void add(const std::string& path, std::string value) {
    if (!value.empty() && words_.size() < kWordsMax) words_.push_back({path, std::move(value)});
  }

  std::string value_of(const Message& message, const FieldDescriptor& field) {
    const auto* reflection = message.GetReflection();
    switch (field.type()) {
      case FieldDescriptor::TYPE_FIXED64:
        return names_.of(Npi::from_trusted(reflection->GetUInt64(message, &field)));
      case FieldDescriptor::TYPE_SINT32:
        return LocalDate::from_days(reflection->GetInt32(message, &field)).to_string();
      case FieldDescriptor::TYPE_INT64:
        return wide_number(field, reflection->GetInt64(message, &field));
      case FieldDescriptor::TYPE_UINT32: {
        const std::uint32_t value = reflection->GetUInt32(message, &field);
        return field.name() == "tin" ? masked_tin(value, rows_) : std::to_string(value);
      }
      case FieldDescriptor::TYPE_BOOL:
        return reflection->GetBool(message, &field) ? "yes" : "no";
      case FieldDescriptor::TYPE_ENUM:
        return enum_words(*reflection->GetEnum(message, &field));
      case FieldDescriptor::TYPE_STRING:
        return scrub_identifiers(reflection->GetString(message, &field));
      case FieldDescriptor::TYPE_BYTES: {
        const std::string bytes = reflection->GetString(message, &field);
        return bytes.size() == kHashBytes ? hex(bytes) : std::string();
      }
      default:
        return {};
    }
  }

  static std::string wide_number(const FieldDescriptor& field, std::int64_t value) {
    if (is_one_of(field.name(), kAmounts)) {
      return Decimal::from_raw(value * kRawPerWireUnit).to_string();
    }
    const std::string_view name = field.name();
    if (name.ends_with("_at") || name == "until") {
      return registry_time(Instant::from_milliseconds(value));
    }
    return {};
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void say_list(const Message& message, const FieldDescriptor& field, const std::string& name) {
    const auto* reflection = message.GetReflection();
    const int size = reflection->FieldSize(message, &field);
    if (size == 0) return;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int i = 0; i < size; ++i) {
        say(reflection->GetRepeatedMessage(message, &field, i),
            name + "." + std::to_string(i) + ".", false);
      }
      return;
    }
    std::string text;
    const bool short_enough = static_cast<std::size_t>(size) <= kNamesMax;
    for (int i = 0; short_enough && i < size; ++i) {
      const std::string item = item_of(message, field, i);
      if (item.empty()) {
        text.clear();
        break;
      }
      text += (text.empty() ? "" : "; ") + item;
    }
    add(name, text.empty() ? std::to_string(size) + " of them" : text);
  }

  // Empty: only the number is said.
  std::string item_of(const Message& message, const FieldDescriptor& field, int index) {
    const auto* reflection = message.GetReflection();
    switch (field.type()) {
      case FieldDescriptor::TYPE_FIXED64:
        if (!std::string_view(field.name()).ends_with("npis")) return {};
        return names_.of(Npi::from_trusted(reflection->GetRepeatedUInt64(message, &field, index)));
      case FieldDescriptor::TYPE_UINT32: {
        const std::uint32_t value = reflection->GetRepeatedUInt32(message, &field, index);
        return field.name() == "tins" ? masked_tin(value, rows_) : std::to_string(value);
      }
      case FieldDescriptor::TYPE_ENUM:
        return enum_words(*reflection->GetRepeatedEnum(message, &field, index));
      case FieldDescriptor::TYPE_STRING:
        return scrub_identifiers(reflection->GetRepeatedString(message, &field, index));
      default:
        return {};
    }
  }

  const v1::ChunkRows& rows_;
  ClinicianNames& names_;
  std::vector<FactWord> words_;
};

}  // namespace

void ClinicianNames::learn(Npi npi, const std::string& last_name, const std::string& first_name) {
  if (!last_name.empty()) names_.try_emplace(npi, last_name + ", " + first_name);
}

std::string ClinicianNames::of(Npi npi) {
  if (npi.value() == 0) return {};
  const auto [place, fresh] = names_.try_emplace(npi);
  if (fresh) place->second = "not on the roster (" + std::to_string(++unnamed_) + ")";
  return place->second;
}

std::vector<FactWord> fact_words(const Message& fact, const v1::ChunkRows& rows,
                                 ClinicianNames& names) {
  Speaker speaker(rows, names);
  speaker.say(fact, "", true);
  return speaker.take();
}

std::string masked_tin(std::uint32_t tin_plus_one, const v1::ChunkRows& rows) {
  if (tin_plus_one == 0 || tin_plus_one > static_cast<std::uint32_t>(rows.tins_size())) return {};
  return "*****" + rows.tins(static_cast<int>(tin_plus_one) - 1).last_four();
}

std::string joined_words(const std::vector<FactWord>& words) {
  std::string text;
  for (const FactWord& word : words) {
    text += (text.empty() ? "" : ", ") + word.path + " " + word.value;
  }
  return text;
}

}  // namespace qcdr
