#include "intake/case_draft.h"

#include <algorithm>
#include <utility>

#include "core/crypto.h"
#include "intake/identity_checks.h"
#include "intake/limits.h"
#include "intake/nacor_values.h"
#include "intake/text.h"
#include "intake/value_forms.h"
#include "rulebook/rulebook.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kMaxPackedMeasureBytes = 8;  // of AnesthesiaCase.quality_measures
constexpr std::int64_t kSecondsPerMinute = 60;
constexpr std::int64_t kSecondsPerHour = 3600;

Complaint form(std::string_view name, std::string_view what) {
  return {FindingCode::VALUE_FORM, {std::string(name), std::string(what)}};
}
Complaint not_in_list(std::string_view name, std::string list) {
  return {FindingCode::VALUE_NOT_IN_LIST, {std::string(name), std::move(list)}};
}
Complaint too_many(std::string_view name, std::size_t limit) {
  return {FindingCode::TOO_MANY_ITEMS, {std::string(name), std::to_string(limit)}};
}
Complaint missing(std::string_view name) {
  return {FindingCode::ELEMENT_MISSING, {std::string(name)}};
}

std::string_view field_name(Field field) {
  switch (field) {
    case Field::kCaseId:
      return "AnesthesiaRecordID";
    case Field::kProcedureStatus:
      return "ProcStatus";
    case Field::kSurgicalCpt:
      return "CPTValue";
    case Field::kTin:
      return "TaxID";
    case Field::kNpi:
      return "NPI";
    case Field::kCredential:
      return "ProviderCredentials";
    case Field::kCategory:
      return "AnesthesiaCategory";
    case Field::kSubCategory:
      return "AnesthesiaSubCategory";
    case Field::kStart:
      return "AnesthesiaStartTime";
    case Field::kEnd:
      return "AnesthesiaEndTime";
    case Field::kAnesthesiaCpt:
      return "CPTAnesValue";
    case Field::kAge:
      return "Age";
    case Field::kAsaClass:
      return "ASAClass";
    case Field::kMeasure:
      return "QCDRMeasure";
    case Field::kCode:
      return "QCDRCodeValue";
    case Field::kModifier:
      return "QCDRModifier";
    default:
      return "";
  }
}

bool may_be_empty(Field field) {
  return field == Field::kModifier || field == Field::kSubCategory;
}

std::optional<std::uint32_t> read_age(std::string_view text) {
  const std::optional<std::uint32_t> age = small_number(text, 3);
  return age.has_value() && *age <= kMaxAgeYears ? age : std::nullopt;
}

}  // namespace

void CaseDraft::clear() {
  id_.clear();
  staff_.clear();
  methods_.clear();
  codes_.clear();
  surgical_cpt_.clear();
  anesthesia_cpt_.clear();
  age_ = 0;
  asa_ = 0;
  procedure_status_ = 0;
}

std::optional<Complaint> CaseDraft::begin(ElementType type) {
  if (type == ElementType::kStaff) {
    if (staff_.size() == kMaxStaffPerCase) return too_many("AnesthesiaStaff", kMaxStaffPerCase);
    staff_.emplace_back();
  } else if (type == ElementType::kMethod) {
    if (methods_.size() == kMaxMethodsPerCase) {
      return too_many("AnesthesiaMethod", kMaxMethodsPerCase);
    }
    methods_.emplace_back();
  } else if (type == ElementType::kQcdr) {
    if (codes_.size() == kMaxCodesPerCase) return too_many("QCDR", kMaxCodesPerCase);
    codes_.emplace_back();
  }
  return std::nullopt;
}

std::optional<Complaint> CaseDraft::end(ElementType type) {
  return type == ElementType::kMethod ? end_method() : std::nullopt;
}

std::optional<Complaint> CaseDraft::end_method() const {
  const Method& method = methods_.back();
  if (!method.start.has_value() || !method.end.has_value()) return std::nullopt;
  const std::int64_t seconds = method.start->seconds_until(*method.end);
  if (seconds < 0) return Complaint{FindingCode::CASE_END_BEFORE_START, {}};
  if (seconds > kMaxAnesthesiaHours * kSecondsPerHour) {
    return Complaint{FindingCode::CASE_TOO_LONG, {std::to_string(kMaxAnesthesiaHours)}};
  }
  return std::nullopt;
}

std::optional<Complaint> CaseDraft::set(Field field, std::string_view text, const Place& place,
                                        TinTable* tins) {
  if (text.empty()) {
    if (may_be_empty(field)) return std::nullopt;
    return missing(field_name(field));
  }
  switch (field) {
    case Field::kCaseId:
      id_ = text;
      return std::nullopt;
    case Field::kTin:
      return set_tin(text, tins);
    case Field::kNpi:
      return set_npi(text);
    case Field::kCredential: {
      const std::optional<v1::ClinicianType> type = clinician_type(text);
      if (!type.has_value()) return not_in_list(field_name(field), credential_list());
      staff_.back().type = *type;
      return std::nullopt;
    }
    case Field::kCategory:
    case Field::kSubCategory:
    case Field::kStart:
    case Field::kEnd:
      return set_method(field, text);
    case Field::kMeasure:
    case Field::kCode:
    case Field::kModifier:
      return set_code(field, text, place);
    case Field::kSurgicalCpt:
      return set_cpt(field_name(field), text, &surgical_cpt_);
    case Field::kAnesthesiaCpt:
      return set_cpt(field_name(field), text, &anesthesia_cpt_);
    default:
      return set_number(field, text);
  }
}

std::optional<Complaint> CaseDraft::set_tin(std::string_view text, TinTable* tins) {
  if (const std::optional<FindingCode> wrong = check_tin_text(text, options_.test_mode)) {
    if (*wrong == FindingCode::TIN_FORMAT) return Complaint{*wrong, {"TaxID"}};
    return Complaint{*wrong, {}};
  }
  bool is_new = false;
  staff_.back().tin = tins->number_of(text, &is_new);
  if (is_new && has_unusual_prefix(text)) return Complaint{FindingCode::TIN_PREFIX_UNUSUAL, {}};
  return std::nullopt;
}

std::optional<Complaint> CaseDraft::set_npi(std::string_view text) {
  const std::optional<FindingCode> wrong =
      check_npi_text(text, options_.test_mode, &staff_.back().npi);
  if (!wrong.has_value()) return std::nullopt;
  if (*wrong == FindingCode::NPI_CHECK_DIGIT) {
    std::uint64_t digits = 0;
    for (const char c : text) digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
    staff_.back().mistyped_digits = digits;
  }
  return Complaint{*wrong, {"NPI"}};
}

std::optional<Complaint> CaseDraft::set_method(Field field, std::string_view text) {
  Method& method = methods_.back();
  if (field == Field::kCategory) {
    const std::optional<std::uint32_t> bits = category_bits(text);
    if (!bits.has_value()) return not_in_list(field_name(field), category_list());
    method.category = *bits;
    return std::nullopt;
  }
  if (field == Field::kSubCategory) {
    const std::optional<std::uint32_t> bits = sub_category_bits(text);
    if (!bits.has_value()) return not_in_list(field_name(field), sub_category_list());
    method.sub_category = *bits;
    return std::nullopt;
  }
  const Result<LocalDateTime> time = LocalDateTime::parse(text);
  if (!time.is_ok()) {
    return time_complaint(text, field_name(field), "2022-11-08T07:32:00",
                          "local date and time without offset, like 2022-11-08T07:32:00");
  }
  (field == Field::kStart ? method.start : method.end) = time.value();
  return std::nullopt;
}

std::optional<Complaint> CaseDraft::set_code(Field field, std::string_view text,
                                             const Place& place) {
  QualityCode& code = codes_.back();
  if (field == Field::kMeasure) {
    if (!is_measure_form(text)) return form(field_name(field), "PQRS424 or AQI48");
    code.measure = text;
  } else if (field == Field::kCode) {
    if (!is_quality_code_form(text)) return form(field_name(field), "G9771 or 4255F");
    code.code = text;
    code.place = place;
  } else {
    if (!is_modifier_form(text)) return not_in_list(field_name(field), "1P, 2P, 3P, 8P");
    code.modifier = text;
  }
  return std::nullopt;
}

std::optional<Complaint> CaseDraft::set_cpt(std::string_view name, std::string_view text,
                                            std::vector<std::uint32_t>* list) {
  if (!is_procedure_code_form(text)) return form(name, "five characters like 47562");
  if (list->size() == kMaxCodesPerCase) return too_many(name, kMaxCodesPerCase);
  // Codes with letters belong to no list that the measures use.
  const std::optional<std::uint32_t> number = procedure_code_number(text);
  if (number.has_value()) list->push_back(*number);
  return std::nullopt;
}

std::optional<Complaint> CaseDraft::set_number(Field field, std::string_view text) {
  if (field == Field::kAge) {
    const std::optional<std::uint32_t> age = read_age(text);
    if (!age.has_value()) {
      return form("Age", "whole years from 0 to " + std::to_string(kMaxAgeYears));
    }
    age_ = *age;
  } else if (field == Field::kAsaClass) {
    const std::optional<std::uint32_t> status = asa_status(text);
    if (!status.has_value()) return not_in_list(field_name(field), asa_list());
    asa_ = *status;
  } else {
    QCDR_ASSERT(field == Field::kProcedureStatus);
    const std::optional<std::uint32_t> status = procedure_status(text);
    if (!status.has_value()) return not_in_list(field_name(field), procedure_status_list());
    procedure_status_ = *status;
  }
  return std::nullopt;
}

std::optional<LocalDateTime> CaseDraft::first_start() const {
  std::optional<LocalDateTime> first;
  for (const Method& method : methods_) {
    if (!method.start.has_value()) continue;
    if (!first.has_value() || method.start->seconds_until(*first) > 0) first = method.start;
  }
  return first;
}

std::vector<Complaint> CaseDraft::check() const {
  std::vector<Complaint> complaints;
  const std::optional<LocalDateTime> start = first_start();
  if (start.has_value() && start->date.year() != options_.year.value()) {
    complaints.push_back({FindingCode::CASE_OUTSIDE_YEAR, {std::to_string(options_.year.value())}});
  }
  const bool somebody = std::any_of(staff_.begin(), staff_.end(), [](const Staff& staff) {
    return staff.tin != 0 && staff.npi != Npi();
  });
  if (!staff_.empty() && !somebody) {
    complaints.push_back({FindingCode::CASE_WITHOUT_VALID_STAFF, {}});
  }
  return complaints;
}

CaseToken CaseDraft::token() const {
  QCDR_ASSERT(has_id());
  return make_case_token(keys_.token_key(), options_.practice, options_.year, id_);
}

void CaseDraft::build_staff(v1::AnesthesiaCase* result) const {
  for (std::size_t i = 0; i < staff_.size(); ++i) {
    const Staff& staff = staff_[i];
    // A hand-over lists a person twice; the pair is credited once.
    const auto same = [&](const Staff& other) {
      return staff.tin == other.tin && staff.npi == other.npi;
    };
    const auto here = staff_.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(staff_.begin(), here, same)) continue;
    v1::CaseStaff* target = result->add_staff();
    target->set_tin(staff.tin);
    target->set_npi(staff.npi.value());
    target->set_clinician_type(staff.type);
  }
}

void CaseDraft::build_mistyped(v1::Row* row) const {
  for (const Staff& staff : staff_) {
    if (staff.tin == 0 || staff.mistyped_digits == 0) continue;
    const auto& known = row->mistyped_staff();
    const bool repeated = std::any_of(known.begin(), known.end(), [&](const auto& other) {
      return other.tin() == staff.tin && other.digits() == staff.mistyped_digits;
    });
    if (repeated) continue;
    v1::MistypedStaff* target = row->add_mistyped_staff();
    target->set_tin(staff.tin);
    target->set_digits(staff.mistyped_digits);
  }
}

void CaseDraft::build_codes(v1::AnesthesiaCase* result) const {
  for (const QualityCode& code : codes_) {
    if (code.measure.size() > kMaxPackedMeasureBytes) continue;
    result->add_quality_codes(rulebook::pack_quality_code(code.code, code.modifier));
    result->add_quality_measures(rulebook::pack_measure_id(code.measure));
  }
}

void CaseDraft::build(std::int64_t file_created, v1::AnesthesiaCase* result) const {
  const std::optional<LocalDateTime> start = first_start();
  QCDR_ASSERT(start.has_value());
  result->set_case_token(std::string(token().bytes()));
  result->set_service_date(start->date.days());
  result->set_start_minute(
      static_cast<std::uint32_t>(start->second_of_day / static_cast<int>(kSecondsPerMinute)));
  std::int64_t longest = 0;
  std::uint32_t categories = 0;
  for (const Method& method : methods_) {
    longest = std::max(longest, method.start->seconds_until(*method.end));
    const bool refined = method.category == kOtherNeuraxialBit && method.sub_category != 0;
    categories |= refined ? method.sub_category : method.category;
  }
  result->set_anesthesia_minutes(static_cast<std::uint32_t>(longest / kSecondsPerMinute));
  result->set_anesthesia_categories(categories);
  build_staff(result);
  build_codes(result);
  result->set_age_years(age_);
  result->set_asa_physical_status(asa_);
  result->set_procedure_status(procedure_status_);
  result->mutable_anesthesia_cpt()->Add(anesthesia_cpt_.begin(), anesthesia_cpt_.end());
  result->mutable_surgical_cpt()->Add(surgical_cpt_.begin(), surgical_cpt_.end());
  result->set_file_created(file_created);
}

}  // namespace qcdr::intake
