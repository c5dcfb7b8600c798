// Anesthesia cases, measure results, billed cases.
#include "intake/record_checks.h"
#include "intake/record_fields.h"
#include "qcdr/v1/attestations.pb.h"

namespace qcdr::intake {
namespace {

constexpr std::array<Part, 3> kStaffParts = {{
    {.name = "tin", .target = "", .type = FieldType::kCaseValue},
    {.name = "npi", .target = "", .type = FieldType::kCaseValue},
    {.name = "credential", .target = "", .type = FieldType::kCaseValue},
}};
constexpr std::array<Part, 3> kCodeParts = {{
    {.name = "measure", .target = "", .type = FieldType::kCaseValue},
    {.name = "code", .target = "", .type = FieldType::kCaseValue},
    {.name = "modifier", .target = "", .type = FieldType::kCaseValue, .needed = false},
}};
constexpr std::array<Part, 2> kCategoryParts = {{
    {.name = "category", .target = "", .type = FieldType::kCaseValue},
    {.name = "sub_category", .target = "", .type = FieldType::kCaseValue, .needed = false},
}};

constexpr RecordField case_value(std::string_view name, Need need, std::string_view meaning,
                                 std::string_view example) {
  return {.name = name,
          .type = FieldType::kCaseValue,
          .need = need,
          .meaning = meaning,
          .example = example};
}
constexpr RecordField case_list(std::string_view name, Need need, std::span<const Part> parts,
                                std::string_view meaning, std::string_view example) {
  return {.name = name,
          .type = FieldType::kCaseValue,
          .need = need,
          .meaning = meaning,
          .example = example,
          .parts = parts};
}

constexpr std::array<Part, 1> kCodeOnly = {{
    {.name = "code", .target = "", .type = FieldType::kCaseValue},
}};
constexpr std::array<RecordField, 11> kCase = {{
    case_value("case_id", Need::kValue,
               "Your id of the case; the same id again replaces the case. Kept as a keyed token.",
               "C-1001"),
    case_list("staff", Need::kValue, kStaffParts,
              "Everybody on the case: TIN, NPI, credential as in the case files.",
              "000456789:2000010019:Anesthesiologist"),
    case_value("anesthesia_start", Need::kValue, "Local date and time without offset.",
               "2022-06-14T07:32:00"),
    case_value("anesthesia_end", Need::kValue, "Local date and time without offset.",
               "2022-06-14T09:05:00"),
    case_list("anesthesia_categories", Need::kValue, kCategoryParts,
              "As AnesthesiaCategory of the case files, with its sub-category.",
              "General Anesthesia"),
    case_value("age", Need::kValue, "Whole years at service.", "57"),
    case_value("asa_class", Need::kValue, "I to VI, with E, or Unknown.", "II"),
    case_value("procedure_status", Need::kValue, "Elective, Urgent, Emergency or Unknown.",
               "Elective"),
    case_list("anesthesia_cpt", Need::kOptional, kCodeOnly, "Anesthesia CPT codes.", "00790"),
    case_list("surgical_cpt", Need::kOptional, kCodeOnly, "Surgical CPT codes.", "47562"),
    case_list("quality_codes", Need::kColumn, kCodeParts,
              "Measure, code and modifier, as in the case files.", "PQRS424:4255F;PQRS424:G9771"),
}};

constexpr std::array<Part, 5> kStrataParts = {{
    {.name = "stratum", .target = "stratum"},
    {.name = "eligible_population", .target = "eligible_population", .type = FieldType::kCount},
    {.name = "performance_met", .target = "performance_met", .type = FieldType::kCount},
    {.name = "performance_not_met", .target = "performance_not_met", .type = FieldType::kCount},
    {.name = "exceptions",
     .target = "exceptions",
     .type = FieldType::kCount,
     .needed = false,
     .alias = "eligiblePopulationException"},
}};
constexpr std::array<Choice, 4> kCollectionTypes = {{
    {"REGISTRY", 1},
    {"QCDR", 2},
    {"EHR", 3},
    {"CLAIMS", 4},
}};
constexpr RecordField count_of_one_rate(std::string_view name, std::string_view target,
                                        std::string_view meaning, std::string_view example) {
  return {.name = name,
          .type = FieldType::kCount,
          .need = Need::kColumn,
          .target = target,
          .meaning = meaning,
          .example = example};
}
constexpr RecordField exceptions_of_one_rate() {
  RecordField field =
      count_of_one_rate("exceptions", "strata.exceptions", "Cases with an exception.", "3");
  field.need = Need::kOptional;
  field.aliases = "eligiblePopulationException";
  return field;
}
constexpr std::array<RecordField, 11> kMeasureResult = {{
    fields::tin(),
    fields::npi_or_group(),
    {.name = "measure_id",
     .need = Need::kValue,
     .target = "measure_id",
     .meaning = "CMS's id of the measure, like 424 or AQI56.",
     .example = "AQI56",
     .at_most = 16},
    {.name = "service_from",
     .type = FieldType::kDate,
     .need = Need::kValue,
     .target = "service_from",
     .meaning = "First service date.",
     .example = "2022-01-01"},
    {.name = "service_to",
     .type = FieldType::kDate,
     .need = Need::kValue,
     .target = "service_to",
     .meaning = "Last service date.",
     .example = "2022-12-31"},
    count_of_one_rate("eligible_population", "strata.eligible_population",
                      "Cases in the eligible population, for a measure with one rate.", "120"),
    count_of_one_rate("performance_met", "strata.performance_met", "Cases that met the measure.",
                      "110"),
    count_of_one_rate("performance_not_met", "strata.performance_not_met", "Cases that did not.",
                      "7"),
    exceptions_of_one_rate(),
    {.name = "strata",
     .type = FieldType::kItems,
     .target = "strata",
     .meaning = "For a measure with several rates instead of the four counts: stratum, eligible, "
                "met, not met, exceptions.",
     .parts = kStrataParts},
    {.name = "collection_type",
     .type = FieldType::kChoice,
     .target = "collection_type",
     .meaning = "How the counts were taken.",
     .example = "REGISTRY",
     .choices = kCollectionTypes},
}};

constexpr std::array<RecordField, 4> kBilledCases = {{
    fields::tin(),
    {.name = "month",
     .type = FieldType::kCount,
     .need = Need::kValue,
     .target = "month",
     .meaning = "Month of service in the performance year, 1 to 12.",
     .example = "11",
     .at_most = 12},
    {.name = "cases",
     .type = FieldType::kCount,
     .need = Need::kValue,
     .target = "cases",
     .meaning = "Anesthesia cases billed, all payers.",
     .example = "412"},
    {.name = "source",
     .target = "source",
     .meaning = "Where the figure is from.",
     .example = "billing-system"},
}};

constexpr std::array<RecordTable, 3> kTables = {{
    {.kind = v1::RECORD_KIND_ANESTHESIA_CASE,
     .name = "anesthesia-case",
     .title = "Anesthesia case",
     .meaning = "One case a row, for practices without NACOR XML. No patient's name, birth date or "
                "identifier belongs into it.",
     .fact = "anesthesia_case",
     .own_fields = kCase,
     .check = nullptr,
     .other_names = "case"},
    {.kind = v1::RECORD_KIND_MEASURE_RESULT,
     .name = "measure-result",
     .title = "Measure result",
     .meaning = "Counts of one measure, aggregated by the practice, for measures that are not "
                "computed from cases.",
     .fact = "measure_result",
     .own_fields = kMeasureResult,
     .check = checks::measure_result},
    {.kind = v1::RECORD_KIND_BILLED_CASES,
     .name = "billed-cases",
     .title = "Billed cases",
     .meaning = "Anesthesia cases billed under a TIN in a month: what completeness is measured "
                "against.",
     .fact = "billed_cases",
     .own_fields = kBilledCases,
     .check = checks::billed_cases},
}};

}  // namespace

std::span<const RecordTable> count_tables() {
  return kTables;
}

}  // namespace qcdr::intake
