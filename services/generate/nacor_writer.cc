#include "generate/nacor_writer.h"

#include <fmt/core.h>

#include <iterator>

namespace qcdr::generate {
namespace {

std::string_view asa_name(std::uint32_t asa_class) {
  constexpr std::array<std::string_view, 5> kNames = {"I", "II", "III", "IV", "V"};
  QCDR_ASSERT(asa_class >= 1 && asa_class <= kNames.size());
  return kNames[asa_class - 1];
}

std::string_view urgency_name(Urgency urgency) {
  switch (urgency) {
    case Urgency::kElective:
      return "Elective";
    case Urgency::kUrgent:
      return "Urgent";
    case Urgency::kEmergency:
      return "Emergency";
  }
  QCDR_ASSERT(false);
}

struct MethodNames {
  std::string_view category;
  std::string_view subcategory;  // empty: none
};

MethodNames method_names(Method method) {
  switch (method) {
    case Method::kInhalational:
      return {"General Anesthesia", "Inhalational General Anesthesia"};
    case Method::kIntravenous:
      return {"General Anesthesia", "Total Intravenous Anesthesia"};
    case Method::kMonitoredCare:
      return {"Monitored Anesthesia Care", ""};
    case Method::kSpinal:
      return {"Neuraxial", "Spinal"};
    case Method::kEpidural:
      return {"Neuraxial", "Epidural"};
    case Method::kNerveBlock:
      return {"Peripheral Nerve Block", ""};
  }
  QCDR_ASSERT(false);
}

struct Team {
  std::string_view coverage;
  std::string_view modifier;  // of the anesthesia code
};

Team team(const GeneratedCase& made) {
  if (made.staff[0].role == Role::kNurseAnesthetist) return {"CRNA-ALONE", "QZ"};
  return made.staff_count == 1 ? Team{"MD-ALONE", "AA"} : Team{"MD-DIRECTING", "QK"};
}

std::string date_time(LocalDate date, std::uint32_t minute_of_day) {
  const auto days = static_cast<std::int32_t>(minute_of_day / 1440);
  return fmt::format("{}T{:02}:{:02}:00", LocalDate::from_days(date.days() + days).to_string(),
                     minute_of_day / 60 % 24, minute_of_day % 60);
}

void append_staff(const CaseGenerator& generator, const GeneratedCase& made, std::string* xml) {
  const auto out = std::back_inserter(*xml);
  fmt::format_to(out, "<AnesthesiaCoverage>{}</AnesthesiaCoverage><AnesthesiaStaffSet>",
                 team(made).coverage);
  for (std::size_t i = 0; i < made.staff_count; ++i) {
    const CaseStaff& person = made.staff[i];
    fmt::format_to(out,
                   "<AnesthesiaStaff><TaxID>{}</TaxID><NPI>{}</NPI><StaffResponsibility>{}"
                   "</StaffResponsibility><ProviderCredentials>{}</ProviderCredentials>"
                   "</AnesthesiaStaff>",
                   generator.population().tin(made.practice, person.tin), person.npi,
                   i == 0 && made.staff_count > 1 ? "Supervisory" : "Performing the case",
                   credential(person.role));
  }
  xml->append("</AnesthesiaStaffSet>");
}

void append_method(const GeneratedCase& made, std::string* xml) {
  const auto out = std::back_inserter(*xml);
  const MethodNames names = method_names(made.method);
  fmt::format_to(out,
                 "<AnesthesiaMethodSet><AnesthesiaMethod><AnesthesiaCategory>{}"
                 "</AnesthesiaCategory>",
                 names.category);
  if (!names.subcategory.empty()) {
    fmt::format_to(out, "<AnesthesiaSubCategory>{}</AnesthesiaSubCategory>", names.subcategory);
  }
  fmt::format_to(out,
                 "<AnesthesiaStartTime>{}</AnesthesiaStartTime><AnesthesiaEndTime>{}"
                 "</AnesthesiaEndTime></AnesthesiaMethod></AnesthesiaMethodSet>",
                 date_time(made.service_date, made.start_minute),
                 date_time(made.service_date, made.start_minute + made.duration_minutes));
  fmt::format_to(out,
                 "<CPTAnesSet><CPTAnes><CPTAnesValue>{:05}</CPTAnesValue><CPTAnesModifier>{}"
                 "</CPTAnesModifier></CPTAnes></CPTAnesSet>",
                 made.anesthesia_cpt, team(made).modifier);
}

void append_outcomes(const GeneratedCase& made, std::string* xml) {
  if (made.code_count == 0) return;
  const auto out = std::back_inserter(*xml);
  xml->append("<OutcomesEvents><QCDRSet>");
  for (std::size_t i = 0; i < made.code_count; ++i) {
    const std::string_view measure = made.codes[i].measure;
    const bool of_cms = measure.front() >= '0' && measure.front() <= '9';
    fmt::format_to(out,
                   "<QCDR><QCDRMeasure>{}{}</QCDRMeasure><QCDRCodeValue>{}</QCDRCodeValue></QCDR>",
                   of_cms ? "PQRS" : "", measure, made.codes[i].code);
  }
  xml->append("</QCDRSet></OutcomesEvents>");
}

}  // namespace

void append_nacor_header(const CaseGenerator& generator, std::uint32_t practice,
                         const LocalInstant& created, std::string* xml) {
  fmt::format_to(
      std::back_inserter(*xml),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AnesthesiaRecords>\n<RecordHeader>"
      "<PracticeID>{}</PracticeID><CreatedBy>qcdr generate</CreatedBy><CreateDate>{}</CreateDate>"
      "<EmailSet><EmailNotificationSet><EmailNotificationFirstName>Dana</"
      "EmailNotificationFirstName>"
      "<EmailNotificationLastName>Champion</EmailNotificationLastName><EmailNotificationAddress>"
      "champion@example.org</EmailNotificationAddress></EmailNotificationSet></EmailSet>"
      "<AQIXMLVersion>{}V1.0</AQIXMLVersion></RecordHeader>\n",
      generator.population().practice(practice).value(), created.local(), generator.options().year);
}

void append_nacor_case(const CaseGenerator& generator, const GeneratedCase& made,
                       std::string* xml) {
  const auto out = std::back_inserter(*xml);
  fmt::format_to(
      out,
      "<AnesthesiaRecord><Demographic><PatientSex>{}</PatientSex></Demographic><Procedure>"
      "<FacilityID>F01</FacilityID><ProcStatus>{}</ProcStatus><CPTSet><CPT><CPTRank>1</CPTRank>"
      "<CPTValue>{:05}</CPTValue></CPT></CPTSet></Procedure><AnesthesiaCase><AnesthesiaRecordID>{}"
      "</AnesthesiaRecordID>",
      made.female ? "Female" : "Male", urgency_name(made.urgency), made.surgical_cpt,
      made.record_id(generator.options().year));
  append_staff(generator, made, xml);
  append_method(made, xml);
  fmt::format_to(
      out,
      "</AnesthesiaCase><PreOp><Age>{}</Age><ASAClass>{}{}</ASAClass></PreOp><IntraOp/>"
      "<PostOp><PaymentMethod><PaymentCode>{}</PaymentCode></PaymentMethod></PostOp>",
      made.age_years, asa_name(made.asa_class), made.urgency == Urgency::kEmergency ? "E" : "",
      made.age_years >= 65 ? "Government: Medicare Fee for Service - Part B" : "Commercial");
  append_outcomes(made, xml);
  xml->append("</AnesthesiaRecord>\n");
}

void append_nacor_footer(std::string* xml) {
  xml->append("</AnesthesiaRecords>\n");
}

}  // namespace qcdr::generate
