#include "intake/case_reader.h"

#include "intake/limits.h"
#include "intake/value_forms.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kStaffParts = 3;
constexpr std::string_view kStaffForm =
    "tin:npi:credential for each person, with ; between two persons";
constexpr std::size_t kCodeParts = 2;
constexpr std::string_view kCodeForm =
    "measure:code or measure:code:modifier, with ; between two of them";

// The element's name in a complaint becomes the name that this form has for it.
Complaint renamed(Complaint complaint, std::string_view name) {
  const bool has_name = complaint.code != FindingCode::TIN_TEST_NOT_ALLOWED &&
                        complaint.code != FindingCode::CASE_TOO_LONG &&
                        !complaint.parameters.empty();
  if (complaint.code == FindingCode::ELEMENT_MISSING) complaint.code = FindingCode::FIELD_MISSING;
  if (has_name) complaint.parameters[0] = std::string(name);
  return complaint;
}

// The whole form, where a part is missing because another sign stands between the parts.
Complaint list_form(std::string_view name, std::string_view form) {
  return {FindingCode::VALUE_FORM, {std::string(name), std::string(form)}};
}

std::string_view part(const ListItem& item, std::size_t index) {
  return index < item.size() ? std::string_view(item[index]) : std::string_view();
}

}  // namespace

CaseReader::CaseReader(const ParserOptions& options, KeyRing& keys, TinTable& tins)
    : options_(options), tins_(tins), draft_(options, keys), measure_checks_(options.rules) {}

void CaseReader::set(const Call& call, std::string_view field, std::string_view name, Field value,
                     std::string_view text) {
  const std::size_t index = field_index(call.table, field);
  if (const auto wrong = check_text(text, name, kMaxValueBytes)) {
    return call.complain(index, *wrong);
  }
  if (const auto wrong = draft_.set(value, text, call.values.fields[index].place, &tins_)) {
    call.complain(index, renamed(*wrong, name));
  }
}

void CaseReader::read_staff(const Call& call) {
  const std::size_t index = field_index(call.table, "staff");
  for (const ListItem& item : call.items(index)) {
    if (item.size() < kStaffParts) return call.complain(index, list_form("staff", kStaffForm));
    if (const auto wrong = draft_.begin(ElementType::kStaff)) {
      return call.complain(index, renamed(*wrong, "staff"));
    }
    set(call, "staff", "tin of staff", Field::kTin, part(item, 0));
    set(call, "staff", "npi of staff", Field::kNpi, part(item, 1));
    set(call, "staff", "credential of staff", Field::kCredential, part(item, 2));
  }
}

// The categories of a case share its start and end.
void CaseReader::read_methods(const Call& call) {
  const std::size_t index = field_index(call.table, "anesthesia_categories");
  const std::size_t start = field_index(call.table, "anesthesia_start");
  const std::size_t end = field_index(call.table, "anesthesia_end");
  bool first = true;
  for (const ListItem& item : call.items(index)) {
    if (const auto wrong = draft_.begin(ElementType::kMethod)) {
      return call.complain(index, renamed(*wrong, "anesthesia_categories"));
    }
    set(call, "anesthesia_categories", "anesthesia_categories", Field::kCategory, part(item, 0));
    set(call, "anesthesia_categories", "sub-category", Field::kSubCategory, part(item, 1));
    const auto quiet = [](std::size_t, const Complaint&) {};
    const Complain unheard = quiet;
    // What is wrong with the times is told once.
    const Call times{call.table, call.values, call.items, first ? call.complain : unheard};
    if (!call.values.fields[start].empty()) {
      set(times, "anesthesia_start", "anesthesia_start", Field::kStart,
          call.values.fields[start].text);
    }
    if (!call.values.fields[end].empty()) {
      set(times, "anesthesia_end", "anesthesia_end", Field::kEnd, call.values.fields[end].text);
    }
    if (const auto wrong = draft_.end(ElementType::kMethod)) times.complain(end, *wrong);
    first = false;
  }
}

void CaseReader::read_codes(const Call& call) {
  const std::size_t index = field_index(call.table, "quality_codes");
  for (const ListItem& item : call.items(index)) {
    if (item.size() < kCodeParts) {
      return call.complain(index, list_form("quality_codes", kCodeForm));
    }
    if (const auto wrong = draft_.begin(ElementType::kQcdr)) {
      return call.complain(index, renamed(*wrong, "quality_codes"));
    }
    set(call, "quality_codes", "measure of quality_codes", Field::kMeasure, part(item, 0));
    set(call, "quality_codes", "code of quality_codes", Field::kCode, part(item, 1));
    set(call, "quality_codes", "modifier of quality_codes", Field::kModifier, part(item, 2));
  }
}

void CaseReader::read_procedures(const Call& call, std::string_view field, Field value) {
  for (const ListItem& item : call.items(field_index(call.table, field))) {
    set(call, field, field, value, part(item, 0));
  }
}

void CaseReader::read(const RecordTable& table, const RecordValues& values, const Items& items,
                      const Complain& complain) {
  draft_.clear();
  const Call call{table, values, items, complain};
  const auto single = [&](std::string_view field, Field value) {
    const FieldValue& given = values.fields[field_index(table, field)];
    if (!given.empty()) set(call, field, field, value, given.text);
  };
  single("case_id", Field::kCaseId);
  read_staff(call);
  read_methods(call);
  single("age", Field::kAge);
  single("asa_class", Field::kAsaClass);
  single("procedure_status", Field::kProcedureStatus);
  read_procedures(call, "anesthesia_cpt", Field::kAnesthesiaCpt);
  read_procedures(call, "surgical_cpt", Field::kSurgicalCpt);
  read_codes(call);
}

void CaseReader::finish(const RecordTable& table, const Complain& complain) {
  for (const Complaint& complaint : draft_.check()) {
    const bool of_the_year = complaint.code == FindingCode::CASE_OUTSIDE_YEAR;
    complain(field_index(table, of_the_year ? "anesthesia_start" : "staff"), complaint);
  }
  const auto tell = [&](const std::optional<Complaint>& complaint) {
    if (complaint.has_value()) complain(field_index(table, "quality_codes"), *complaint);
  };
  for (std::size_t number = 0; number < draft_.codes().size(); ++number) {
    const QualityCode& code = draft_.codes()[number];
    if (code.measure.empty() || code.code.empty()) continue;
    std::optional<Complaint> renamed;
    if (auto name = measure_checks_.new_name(code.measure, &renamed)) {
      draft_.rename_measure(number, *std::move(name));
    }
    tell(renamed);
    tell(measure_checks_.check(code.measure, code.code, code.modifier));
  }
}

void CaseReader::remember(const RecordTable& table, std::uint32_t line, const Complain& complain) {
  const auto before = repeats_.remember(draft_.token(), line);
  if (!before.has_value()) return;
  complain(field_index(table, "case_id"),
           {FindingCode::CASE_REPEATED_IN_FILE, {std::to_string(*before)}});
}

}  // namespace qcdr::intake
