#include "submission/payload_table.h"

#include <algorithm>

namespace qcdr::submission {
namespace {

using rulebook::Confidence;
constexpr int kOpen = 9999;  // a last year that has not come

struct Years {
  int first = 0;
  int last = 0;
  bool has(PerformanceYear year) const { return first <= year.value() && year.value() <= last; }
};

struct FieldRow {
  PayloadField field;
  Years years;
};

struct WordRow {
  WordList list = WordList::kCategory;
  std::string_view word;
  Years years;
  Confidence confidence = Confidence::kUnverified;
};

struct RuleRow {
  PayloadRule rule = PayloadRule::kCehrtNeeded;
  Years years;
  Confidence confidence = Confidence::kUnverified;
};

constexpr FieldRow kFields[] = {
#define QCDR_FIELD(object, name, type, need, first, last, confidence)                       \
  {{PayloadObject::object, name, FieldType::type, FieldNeed::need, Confidence::confidence}, \
   {first, last}},
#define QCDR_WORD(list, word, first, last, confidence)
#define QCDR_RULE(rule, first, last, confidence)
#include "submission/payload_table.def"
#undef QCDR_FIELD
#undef QCDR_WORD
#undef QCDR_RULE
};

constexpr WordRow kWords[] = {
#define QCDR_FIELD(object, name, type, need, first, last, confidence)
#define QCDR_WORD(list, word, first, last, confidence) \
  {WordList::list, word, {first, last}, Confidence::confidence},
#define QCDR_RULE(rule, first, last, confidence)
#include "submission/payload_table.def"
#undef QCDR_FIELD
#undef QCDR_WORD
#undef QCDR_RULE
};

constexpr RuleRow kRules[] = {
#define QCDR_FIELD(object, name, type, need, first, last, confidence)
#define QCDR_WORD(list, word, first, last, confidence)
#define QCDR_RULE(rule, first, last, confidence) \
  {PayloadRule::rule, {first, last}, Confidence::confidence},
#include "submission/payload_table.def"
#undef QCDR_FIELD
#undef QCDR_WORD
#undef QCDR_RULE
};

const WordRow* find_word(PerformanceYear year, WordList list, std::string_view word) {
  for (const WordRow& row : kWords) {
    if (row.list == list && row.word == word && row.years.has(year)) return &row;
  }
  return nullptr;
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool has_form(std::string_view id, std::string_view form) {
  if (id.size() != form.size()) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (form[i] == '.' ? !is_letter_or_digit(id[i]) : id[i] != form[i]) return false;
  }
  return true;
}

}  // namespace

std::vector<PayloadField> payload_fields(PerformanceYear year, PayloadObject object) {
  std::vector<PayloadField> fields;
  for (const FieldRow& row : kFields) {
    if (row.field.object == object && row.years.has(year)) fields.push_back(row.field);
  }
  return fields;
}

std::vector<std::string_view> payload_words(PerformanceYear year, WordList list) {
  std::vector<std::string_view> words;
  for (const WordRow& row : kWords) {
    if (row.list == list && row.years.has(year)) words.push_back(row.word);
  }
  return words;
}

bool has_word(PerformanceYear year, WordList list, std::string_view word) {
  return find_word(year, list, word) != nullptr;
}

bool rule_holds(PerformanceYear year, PayloadRule rule) {
  return std::any_of(std::begin(kRules), std::end(kRules),
                     [&](const RuleRow& row) { return row.rule == rule && row.years.has(year); });
}

rulebook::Confidence rule_confidence(PayloadRule rule) {
  for (const RuleRow& row : kRules) {
    if (row.rule == rule) return row.confidence;
  }
  return Confidence::kUnverified;
}

rulebook::Confidence word_confidence(PerformanceYear year, WordList list, std::string_view word) {
  const WordRow* row = find_word(year, list, word);
  return row == nullptr ? Confidence::kUnverified : row->confidence;
}

bool is_cehrt_id(PerformanceYear year, std::string_view id) {
  for (const std::string_view form : payload_words(year, WordList::kCehrtForm)) {
    if (has_form(id, form)) return true;
  }
  return false;
}

}  // namespace qcdr::submission
