#include "intake/record_documents.h"

#include <algorithm>
#include <vector>

#include "intake/limits.h"
#include "intake/nacor_values.h"
#include "intake/text.h"
#include "intake/value_forms.h"
#include "rulebook/record_authority.h"

namespace qcdr::intake {
namespace {

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string choices_text(std::span<const Choice> choices) {
  std::string text;
  for (const Choice& choice : choices) {
    text.append(text.empty() ? "" : ", ").append(code(choice.name));
  }
  return text;
}

std::string at_most_text(const RecordField& field, std::string_view unit) {
  if (field.at_most == 0) return "";
  return ", at most " + std::to_string(field.at_most) + std::string(unit);
}

std::string form_of_items(const RecordField& field) {
  std::string text = "list; each ";
  bool first = true;
  for (const Part& part : field.parts) {
    text.append(first ? "" : ":").append(code(part.name));
    if (!part.needed) text.append(" (may be empty)");
    first = false;
  }
  return text;
}

std::string form_of_text(const RecordField& field) {
  const std::size_t limit = field.at_most == 0 ? kMaxNameBytes : field.at_most;
  return "text, at most " + std::to_string(limit) + " bytes";
}

std::string form_of_case_value(const RecordField& field) {
  if (!field.parts.empty()) return form_of_items(field);
  if (field.name == "asa_class") return asa_list();
  if (field.name == "procedure_status") return procedure_status_list();
  if (field.name == "age") return "whole years, 0 to " + std::to_string(kMaxAgeYears);
  if (field.name == "case_id") return "text, at most " + std::to_string(kMaxValueBytes) + " bytes";
  return "`2022-06-14T07:32:00`";
}

std::string form_of(const RecordField& field) {
  switch (field.type) {
    case FieldType::kPracticeId:
      return "three to five digits";
    case FieldType::kYear:
      return "four digits";
    case FieldType::kTin:
      return "nine digits";
    case FieldType::kTins:
      return "list of TINs, at most " + std::to_string(kMaxTinsPerRecord);
    case FieldType::kNpi:
      return "ten digits with check digit";
    case FieldType::kNpis:
      return "list of NPIs, at most " + std::to_string(kMaxListItems);
    case FieldType::kDate:
      return "`2022-11-08`";
    case FieldType::kInstant:
      return "`2023-01-19T15:00:00-06:00`";
    case FieldType::kSignature:
      return "`2023-01-19` or `2023-01-19T15:00:00-06:00`";
    case FieldType::kCount:
      return "whole number" + at_most_text(field, "");
    case FieldType::kYesNo:
    case FieldType::kStatus:
      return "`yes`, `no`";
    case FieldType::kChoice:
    case FieldType::kRecordAction:
      return choices_text(field.choices);
    case FieldType::kChoices:
    case FieldType::kBits:
      return "list of " + choices_text(field.choices);
    case FieldType::kHash:
      return "64 hexadecimal digits";
    case FieldType::kTenThousandth:
      return "number with at most four places" + at_most_text(field, "");
    case FieldType::kFindingCode:
      return "identifier or code of a [finding](../findings.md)";
    case FieldType::kCaseIds:
      return "list of texts, at most " + std::to_string(kMaxListItems);
    case FieldType::kItems:
      return form_of_items(field);
    case FieldType::kCredential:
      return credential_list();
    case FieldType::kRosterStatus:
      return "`ACTIVE`, `LEAVE`, `TERMINATED`";
    case FieldType::kCaseValue:
      return form_of_case_value(field);
    default:
      return form_of_text(field);
  }
}

std::string_view need_of(const RecordField& field) {
  switch (field.need) {
    case Need::kValue:
      return "yes";
    case Need::kColumn:
      return "column";
    default:
      return "";
  }
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n") == std::string_view::npos) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) cell.append(c == '"' ? "\"\"" : std::string(1, c));
  return cell + "\"";
}

std::string json_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result.push_back('\\');
    result.push_back(c);
  }
  return result + "\"";
}

std::vector<std::string_view> cut_at(std::string_view text, char separator, std::size_t most) {
  std::vector<std::string_view> pieces;
  while (pieces.size() + 1 < most) {
    const std::size_t end = text.find(separator);
    if (end == std::string_view::npos) break;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  pieces.push_back(text);
  return pieces;
}

std::string json_item(std::string_view text, std::span<const Part> parts) {
  if (parts.size() < 2) return json_text(text);
  const std::vector<std::string_view> values = cut_at(text, ':', parts.size());
  std::string object;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].empty()) continue;
    object.append(object.empty() ? "{" : ", ").append(json_text(json_name(parts[i].name)));
    object.append(": ").append(json_text(values[i]));
  }
  return object + "}";
}

bool is_list(const RecordField& field) {
  return !field.parts.empty() || field.type == FieldType::kTins || field.type == FieldType::kNpis ||
         field.type == FieldType::kCaseIds || field.type == FieldType::kChoices ||
         field.type == FieldType::kBits;
}

std::string json_value(const RecordField& field) {
  if (!is_list(field)) {
    const bool number = field.type == FieldType::kCount;
    return number ? std::string(field.example) : json_text(field.example);
  }
  std::string list;
  for (const std::string_view item : cut_at(field.example, ';', SIZE_MAX)) {
    list.append(list.empty() ? "[" : ", ").append(json_item(item, field.parts));
  }
  return list + "]";
}

bool is_for_registry_only(const RecordTable& table) {
  return rulebook::is_for_registry_only(static_cast<std::uint32_t>(table.kind));
}

std::string authority_text(const RecordTable& table) {
  return is_for_registry_only(table)
             ? "Sent by: **the registry only**, through its own inbox (`--registry-inbox`). From a "
               "practice it is rejected and changes nothing."
             : "Sent by: the practice, or the registry for it.";
}

}  // namespace

std::string dictionary_page(const RecordTable& table) {
  const std::string name(table.name);
  std::string text = "# " + std::string(table.title) + "\n\n" + std::string(table.meaning) +
                     "\n\nKind `" + name + "`; templates [CSV](templates/" + name +
                     ".csv), [JSON](templates/" + name +
                     ".json). A column `signed_at` is the JSON member `signedAt`. Needed: **yes**, "
                     "a value in every record; **column**, the column, its value may be "
                     "empty.\n\n" +
                     authority_text(table) +
                     "\n\n"
                     "| column | needed | form | meaning | example |\n|---|---|---|---|---|\n";
  for (const RecordField& field : fields_of(table)) {
    text += "| `" + std::string(field.name) + "` | " + std::string(need_of(field)) + " | " +
            form_of(field) + " | " + std::string(field.meaning) + " | " +
            (field.example.empty() ? std::string() : code(field.example)) + " |\n";
  }
  std::string aliases;
  for (const RecordField& field : fields_of(table)) {
    for (const std::string_view alias : words(field.aliases)) {
      aliases += "| " + code(alias) + " | `" + std::string(field.name) + "` |\n";
    }
  }
  if (!aliases.empty()) {
    text += "\nIn JSON also read:\n\n| member | as |\n|---|---|\n" + aliases;
  }
  return text + "\nWritten from the table in `pipeline/intake`; a test compares the two.\n";
}

std::string dictionary_index() {
  std::string text =
      "# Records\n\n"
      "What a practice, its officers or the registry can upload, one page a kind, each with a "
      "template\nfor CSV and one for JSON. How files are written and checked is in "
      "[formats.md](../formats.md).\n\n| kind | sent by | what |\n|---|---|---|\n";
  for (const RecordTable* table : record_tables()) {
    const std::string name(table->name);
    text += "| [" + name + "](" + name + ".md) | " +
            (is_for_registry_only(*table) ? "registry" : "practice") + " | " +
            std::string(table->meaning) + " |\n";
  }
  return text;
}

std::string csv_template(const RecordTable& table) {
  std::string header, row;
  for (const RecordField& field : fields_of(table)) {
    header.append(header.empty() ? "" : ",").append(field.name);
    row.append(row.empty() ? "" : ",").append(csv_cell(field.example));
  }
  return header + "\n" + row + "\n";
}

std::string json_template(const RecordTable& table) {
  std::string text = "{\n  \"kind\": " + json_text(table.name) +
                     ",\n  \"practiceId\": 1234,\n  \"performanceYear\": 2022,\n"
                     "  \"records\": [\n    {";
  bool first = true;
  for (const RecordField& field : fields_of(table)) {
    const bool head = field.type == FieldType::kPracticeId || field.type == FieldType::kYear;
    if (head || field.example.empty()) continue;
    text += std::string(first ? "\n" : ",\n") + "      " + json_text(json_name(field.name)) + ": " +
            json_value(field);
    first = false;
  }
  return text + "\n    }\n  ]\n}\n";
}

}  // namespace qcdr::intake
