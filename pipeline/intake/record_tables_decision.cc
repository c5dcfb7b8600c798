// What officers decide: decisions, extensions, audit corrections, review cases.
#include "intake/record_checks.h"
#include "intake/record_fields.h"
#include "qcdr/v1/decisions.pb.h"

namespace qcdr::intake {
namespace {

constexpr RecordField officer_name() {
  RecordField field = fields::signer_name("officer.name");
  field.name = "officer_name";
  field.meaning = "The officer who decided.";
  field.example = "Dora Director";
  field.aliases = "officer.name";
  return field;
}
constexpr RecordField decided_at() {
  RecordField field = fields::signed_at("officer.signed_at");
  field.name = "decided_at";
  field.meaning = "When it was decided. Never later than the receipt of the file.";
  return field;
}
constexpr RecordField officer_role() {
  RecordField field = fields::signer_role("officer.authority");
  field.name = "officer_role";
  field.meaning = "By what right.";
  field.example = "REGISTRY_DIRECTOR";
  field.aliases = "officer.role";
  return field;
}
constexpr RecordField reason() {
  return {.name = "reason",
          .need = Need::kValue,
          .target = "reason",
          .meaning = "Why.",
          .example = "flood at the practice",
          .at_most = 1000};
}
constexpr RecordField instant(std::string_view name, Need need, std::string_view meaning,
                              std::string_view example) {
  return {.name = name,
          .type = FieldType::kInstant,
          .need = need,
          .target = name,
          .meaning = meaning,
          .example = example};
}

constexpr std::array<Choice, 7> kSubjects = {{
    {"LATE_RECORD", v1::OfficerDecision::SUBJECT_LATE_RECORD},
    {"HELD_TIN", v1::OfficerDecision::SUBJECT_HELD_TIN},
    {"UNREADABLE_OPT_OUT", v1::OfficerDecision::SUBJECT_UNREADABLE_OPT_OUT},
    {"WITHDRAWAL", v1::OfficerDecision::SUBJECT_WITHDRAWAL},
    {"LATE_CIRCUMSTANCES", v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES},
    {"READ_BACK", v1::OfficerDecision::SUBJECT_READ_BACK},
    {"REFUSED_UPLOAD", v1::OfficerDecision::SUBJECT_REFUSED_UPLOAD},
}};
constexpr std::array<Choice, 2> kVerdicts = {{
    {"APPROVE", v1::OfficerDecision::VERDICT_APPROVE},
    {"REFUSE", v1::OfficerDecision::VERDICT_REFUSE},
}};
constexpr std::array<RecordField, 10> kDecision = {{
    {.name = "decides",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "subject",
     .meaning =
         "What is decided about. LATE_CIRCUMSTANCES is about approvals told before it: "
         "APPROVE lets in what came late; REFUSE leaves that out, and sends the data that an "
         "approval in force keeps here.",
     .example = "HELD_TIN",
     .choices = kSubjects,
     .aliases = "subject"},
    {.name = "verdict",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "verdict",
     .meaning = "APPROVE: let it in, clear it, do it. REFUSE: leave it out, keep it, do not.",
     .example = "APPROVE",
     .choices = kVerdicts},
    {.name = "decided_record",
     .target = "record_id",
     .meaning = "Record or upload that it is about; empty when it is about a TIN."},
    fields::tin("TIN that it is about.", Need::kOptional),
    {.name = "npi",
     .type = FieldType::kNpi,
     .target = "npi",
     .meaning = "NPI that it is about; empty: the TIN as a whole."},
    {.name = "finding",
     .type = FieldType::kFindingCode,
     .target = "code",
     .meaning = "Finding that is cleared, by identifier or code.",
     .example = "NPI_NOT_ON_ROSTER"},
    reason(),
    officer_name(),
    decided_at(),
    officer_role(),
}};

constexpr std::array<RecordField, 7> kExtension = {{
    {.name = "deadline",
     .need = Need::kValue,
     .target = "deadline",
     .meaning = "Name of a deadline of the registry's calendar. A wrong one is answered with their "
                "list.",
     .example = "individual-consent"},
    instant("until", Need::kValue, "The new last instant, inclusive, with offset.",
            "2023-02-07T23:59:59-06:00"),
    instant("announced_at", Need::kValue, "When it was announced, with offset.",
            "2022-12-01T09:00:00-06:00"),
    reason(),
    officer_name(),
    decided_at(),
    officer_role(),
}};

constexpr std::array<RecordField, 8> kAuditCorrection = {{
    {.name = "audit_finding",
     .need = Need::kValue,
     .target = "audit_finding",
     .meaning = "The registry's number of the audit finding.",
     .example = "AUD-7"},
    {.name = "case_ids",
     .type = FieldType::kCaseIds,
     .need = Need::kValue,
     .target = "case_tokens",
     .meaning = "Ids of the cases, as in the case files. Kept as keyed tokens.",
     .example = "C-1001;C-1002"},
    instant("opens_at", Need::kValue, "First instant at which they are accepted, with offset.",
            "2023-02-16T00:00:00-06:00"),
    instant("closes_at", Need::kValue, "Last instant, inclusive, with offset.",
            "2023-03-10T23:59:59-06:00"),
    reason(),
    officer_name(),
    decided_at(),
    officer_role(),
}};

constexpr std::array<Choice, 6> kStates = {{
    {"DRAFTED", v1::ReviewCase::STATE_DRAFTED},
    {"FILED", v1::ReviewCase::STATE_FILED},
    {"DOCUMENTS_REQUESTED", v1::ReviewCase::STATE_DOCUMENTS_REQUESTED},
    {"APPROVED", v1::ReviewCase::STATE_APPROVED},
    {"DENIED", v1::ReviewCase::STATE_DENIED},
    {"SCORE_REVISED", v1::ReviewCase::STATE_SCORE_REVISED},
}};
constexpr std::array<Choice, 5> kCauses = {{
    {"CALCULATION", v1::ReviewCase::CAUSE_CALCULATION},
    {"ELIGIBILITY", v1::ReviewCase::CAUSE_ELIGIBILITY},
    {"CIRCUMSTANCES", v1::ReviewCase::CAUSE_CIRCUMSTANCES},
    {"THIRD_PARTY", v1::ReviewCase::CAUSE_THIRD_PARTY},
    {"OTHER", v1::ReviewCase::CAUSE_OTHER},
}};
constexpr std::array<RecordField, 11> kReviewCase = {{
    {.name = "review_id",
     .need = Need::kValue,
     .target = "case_id",
     .meaning = "The registry's id of the review.",
     .example = "REV-3"},
    {.name = "cms_number", .target = "cms_number", .meaning = "CMS's number, once filed."},
    fields::tin(),
    fields::npi_or_group(),
    {.name = "state",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "state",
     .meaning = "Where it stands.",
     .example = "DRAFTED",
     .choices = kStates},
    {.name = "cause",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "cause",
     .meaning = "Why.",
     .example = "CALCULATION",
     .choices = kCauses},
    instant("reached_at", Need::kValue, "When this state was reached, with offset.",
            "2022-12-01T09:00:00-06:00"),
    instant("documents_due_at", Need::kOptional, "Last instant for documents, with offset.", ""),
    {.name = "text",
     .target = "text",
     .meaning = "The request in the practice's words.",
     .at_most = 4096},
    {.name = "revised_score",
     .type = FieldType::kTenThousandth,
     .target = "revised_score",
     .meaning = "Revised final score in points.",
     .at_most = 100},
    fields::evidence(),
}};

constexpr std::array<RecordTable, 4> kTables = {{
    {.kind = v1::RECORD_KIND_OFFICER_DECISION,
     .name = "officer-decision",
     .title = "Officer's decision",
     .meaning = "An officer of the registry decides a case that the rules leave open.",
     .fact = "officer_decision",
     .own_fields = kDecision},
    {.kind = v1::RECORD_KIND_DEADLINE_EXTENSION,
     .name = "deadline-extension",
     .title = "Deadline extension",
     .meaning = "A deadline of one practice moves.",
     .fact = "deadline_extension",
     .own_fields = kExtension,
     .check = checks::deadline_extension},
    {.kind = v1::RECORD_KIND_AUDIT_CORRECTION,
     .name = "audit-correction",
     .title = "Audit correction",
     .meaning = "Named cases are accepted after the final data date, against an audit finding: "
                "what is received in its window counts, until the data are certified.",
     .fact = "audit_correction",
     .own_fields = kAuditCorrection,
     .check = checks::audit_correction},
    {.kind = v1::RECORD_KIND_REVIEW_CASE,
     .name = "review-case",
     .title = "Review case",
     .meaning = "A targeted review at CMS and where it stands; each record is the whole state.",
     .fact = "review_case",
     .own_fields = kReviewCase},
}};

}  // namespace

std::span<const RecordTable> decision_tables() {
  return kTables;
}

}  // namespace qcdr::intake
