#include "intake/nacor_values.h"

#include <algorithm>
#include <array>
#include <span>

#include "intake/text.h"

namespace qcdr::intake {
namespace {

struct NamedNumber {
  std::string_view name;
  std::uint32_t number;
};

// Doctors of medicine, osteopathy, dental surgery and podiatry are physicians in the sense of
// section 1861(r) of the Social Security Act, to which 42 CFR 414.1305 refers. People in training
// do not bill for themselves.
constexpr std::array<NamedNumber, 12> kCredentials = {{
    {"Advanced Practice Nurse", v1::CLINICIAN_TYPE_NURSE_PRACTITIONER},
    {"Anesthesiologist", v1::CLINICIAN_TYPE_PHYSICIAN},
    {"Certified Anesthesiologist Assistant", v1::CLINICIAN_TYPE_CAA},
    {"Certified Registered Nurse Anesthetist", v1::CLINICIAN_TYPE_CRNA},
    {"Dentist or Oral Surgeon", v1::CLINICIAN_TYPE_PHYSICIAN},
    {"Fellow (Anesthesiology)", v1::CLINICIAN_TYPE_PHYSICIAN},
    {"Physician Assistant", v1::CLINICIAN_TYPE_PHYSICIAN_ASSISTANT},
    {"Podiatrist", v1::CLINICIAN_TYPE_PHYSICIAN},
    {"Registered Nurse", v1::CLINICIAN_TYPE_OTHER},
    {"Resident (Anesthesia)", v1::CLINICIAN_TYPE_OTHER},
    {"Student Registered Nurse Anesthetist", v1::CLINICIAN_TYPE_OTHER},
    {"Surgeon", v1::CLINICIAN_TYPE_PHYSICIAN},
}};

constexpr std::array<NamedNumber, 6> kCategories = {{
    {"General Anesthesia", 1},
    {"Monitored Anesthesia Care", 16},
    {"Neuraxial", kOtherNeuraxialBit},
    {"No Anesthesia Provided", 0},
    {"Peripheral Nerve Block", 32},
    {"Unknown", 64},
}};

constexpr std::array<NamedNumber, 5> kSubCategories = {{
    {"Combined Spinal and Epidural", kSpinalBit | kEpiduralBit},
    {"Epidural", kEpiduralBit},
    {"Inhalational General Anesthesia", 0},
    {"Spinal", kSpinalBit},
    {"Total Intravenous Anesthesia", 0},
}};

constexpr std::uint32_t kEmergent = 16;
constexpr std::array<NamedNumber, 13> kAsaClasses = {{
    {"I", 1},
    {"IE", 1 + kEmergent},
    {"II", 2},
    {"IIE", 2 + kEmergent},
    {"III", 3},
    {"IIIE", 3 + kEmergent},
    {"IV", 4},
    {"IVE", 4 + kEmergent},
    {"V", 5},
    {"VE", 5 + kEmergent},
    {"VI", 6},
    {"VIE", 6 + kEmergent},
    {"Unknown", 0},
}};

constexpr std::array<NamedNumber, 4> kProcedureStatuses = {{
    {"Elective", 1},
    {"Emergency", 3},
    {"Unknown", 0},
    {"Urgent", 2},
}};

std::optional<std::uint32_t> find_number(std::span<const NamedNumber> list, std::string_view name) {
  for (const NamedNumber& entry : list) {
    if (entry.name == name) return entry.number;
  }
  return std::nullopt;
}

std::string join(std::span<const NamedNumber> list) {
  std::string text;
  for (const NamedNumber& entry : list) {
    if (!text.empty()) text += ", ";
    text += entry.name;
  }
  return text;
}

bool is_capital(char character) {
  return character >= 'A' && character <= 'Z';
}

bool is_prefix_and_digits(std::string_view text, std::string_view prefix, std::size_t digits) {
  return text.size() == prefix.size() + digits && text.substr(0, prefix.size()) == prefix &&
         all_digits(text.substr(prefix.size()));
}

}  // namespace

std::optional<v1::ClinicianType> clinician_type(std::string_view credential) {
  const std::optional<std::uint32_t> number = find_number(kCredentials, credential);
  if (!number.has_value()) return std::nullopt;
  return static_cast<v1::ClinicianType>(*number);
}

std::string credential_list() {
  return join(kCredentials);
}

std::optional<std::uint32_t> category_bits(std::string_view category) {
  return find_number(kCategories, category);
}
std::optional<std::uint32_t> sub_category_bits(std::string_view sub_category) {
  return find_number(kSubCategories, sub_category);
}
std::string category_list() {
  return join(kCategories);
}
std::string sub_category_list() {
  return join(kSubCategories);
}

std::optional<std::uint32_t> asa_status(std::string_view text) {
  return find_number(kAsaClasses, text);
}
std::string asa_list() {
  return join(kAsaClasses);
}

std::optional<std::uint32_t> procedure_status(std::string_view text) {
  return find_number(kProcedureStatuses, text);
}
std::string procedure_status_list() {
  return join(kProcedureStatuses);
}

bool is_measure_form(std::string_view text) {
  constexpr std::array<std::string_view, 5> kRegistries = {"AQI", "ABG", "EPREOP", "MEDNAX",
                                                           "Quantum"};
  const auto of_registry = [text](std::string_view prefix) {
    return is_prefix_and_digits(text, prefix, 2);
  };
  return std::any_of(kRegistries.begin(), kRegistries.end(), of_registry) ||
         is_prefix_and_digits(text, "PQRS", 3) || is_internal_measure(text);
}

bool is_internal_measure(std::string_view text) {
  return is_prefix_and_digits(text, "IIM", 3);
}

bool is_quality_code_form(std::string_view text) {
  if (is_prefix_and_digits(text, "G", 4) || is_prefix_and_digits(text, "M", 4)) return true;
  if (text.size() == 5) {
    if (text[4] == 'F') return all_digits(text.substr(0, 4));
    return all_digits(text.substr(0, 2)) && is_capital(text[2]) && all_digits(text.substr(3));
  }
  if (text.size() == 3) return all_digits(text.substr(0, 2)) && is_capital(text[2]);
  return text.size() == 4 && all_digits(text);
}

bool is_modifier_form(std::string_view text) {
  return text == "1P" || text == "2P" || text == "3P" || text == "8P";
}

bool is_procedure_code_form(std::string_view text) {
  if (text.size() != 5 || !all_digits(text.substr(1, 3))) return false;
  return (is_digit(text[0]) || is_letter(text[0])) && (is_digit(text[4]) || is_letter(text[4]));
}

std::optional<std::uint32_t> procedure_code_number(std::string_view text) {
  return text.size() == 5 ? small_number(text, 5) : std::nullopt;
}

std::optional<PracticeId> practice_number(std::string_view text) {
  const std::optional<std::uint32_t> number = small_number(text, 5);
  if (text.size() < 3 || !number.has_value()) return std::nullopt;
  return PracticeId(*number);
}

}  // namespace qcdr::intake
