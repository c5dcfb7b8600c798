#include "intake/record_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "core/assert.h"
#include "intake/record_choices.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::array<RecordField, 2> kFirstFields = {{
    {.name = "practice_id",
     .type = FieldType::kPracticeId,
     .need = Need::kValue,
     .meaning = "The registry's number of the practice; must be the sender's.",
     .example = "1234"},
    {.name = "performance_year",
     .type = FieldType::kYear,
     .need = Need::kValue,
     .meaning = "Performance year, the same in the whole file.",
     .example = "2022"},
}};
constexpr std::array<RecordField, 3> kLastFields = {{
    {.name = "record_id",
     .type = FieldType::kRecordId,
     .meaning = "Your own id of the record, for a later correction."},
    {.name = "supersedes",
     .type = FieldType::kSupersedes,
     .meaning = "The record_id of the record that this one replaces, withdraws or ends."},
    {.name = "record_action",
     .type = FieldType::kRecordAction,
     .meaning = "Empty: states or corrects the record. WITHDRAW: it was never true. EXPIRE: it "
                "was true and no longer is.",
     .choices = choices::kRecordActions},
}};

std::vector<const RecordTable*> make_tables() {
  std::vector<const RecordTable*> tables;
  for (const auto family : {practice_tables(), consent_tables(), attestation_tables(),
                            count_tables(), cms_tables(), decision_tables()}) {
    for (const RecordTable& table : family) tables.push_back(&table);
  }
  std::sort(tables.begin(), tables.end(),
            [](const RecordTable* a, const RecordTable* b) { return a->kind < b->kind; });
  return tables;
}

using FieldsByKind = std::map<v1::RecordKind, std::vector<RecordField>>;

FieldsByKind make_fields() {
  FieldsByKind by_kind;
  for (const RecordTable* table : record_tables()) {
    std::vector<RecordField>& fields = by_kind[table->kind];
    fields.assign(kFirstFields.begin(), kFirstFields.end());
    fields.insert(fields.end(), table->own_fields.begin(), table->own_fields.end());
    for (const RecordField& last : kLastFields) {
      const bool own = std::any_of(fields.begin(), fields.end(), [&](const RecordField& field) {
        return field.name == last.name;
      });
      if (!own) fields.push_back(last);
    }
  }
  return by_kind;
}

}  // namespace

std::span<const RecordTable* const> record_tables() {
  static const std::vector<const RecordTable*> tables = make_tables();
  return tables;
}

const RecordTable* find_table(v1::RecordKind kind) {
  for (const RecordTable* table : record_tables()) {
    if (table->kind == kind) return table;
  }
  return nullptr;
}

const RecordTable* find_table(std::string_view name) {
  const std::string wanted = bare(name);
  if (wanted.empty()) return nullptr;
  for (const RecordTable* table : record_tables()) {
    if (bare(table->name) == wanted) return table;
    for (const std::string_view other : words(table->other_names)) {
      if (bare(other) == wanted) return table;
    }
  }
  return nullptr;
}

const std::vector<RecordField>& fields_of(const RecordTable& table) {
  static const FieldsByKind by_kind = make_fields();
  return by_kind.at(table.kind);
}

std::string_view members_passed_over() {
  return "schemaVersion tinRef submittedBy submittedAt source idempotencyKey status note";
}

std::size_t field_index(const RecordTable& table, std::string_view name) {
  const std::vector<RecordField>& fields = fields_of(table);
  for (std::size_t index = 0; index < fields.size(); ++index) {
    if (fields[index].name == name) return index;
  }
  QCDR_ASSERT(false && "a field that the table lacks");
  return 0;
}

std::string json_name(std::string_view name) {
  std::string text;
  bool raise = false;
  for (const char c : name) {
    if (c == '_') {
      raise = true;
    } else {
      text.push_back(raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
      raise = false;
    }
  }
  return text;
}

std::string bare(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c)) letters.push_back(c);
  }
  return upper(letters);
}

}  // namespace qcdr::intake
