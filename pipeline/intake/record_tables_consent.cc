// Consents, opt-out, elections, attestations of completeness, authorisations, confirmations.
#include "intake/record_checks.h"
#include "intake/record_fields.h"
#include "qcdr/v1/attestations.pb.h"

namespace qcdr::intake {
namespace {

constexpr std::array<Choice, 3> kPermits = {{
    {"MEASURE_RESULTS", 1},
    {"NUM_DEN_DATA", 2},
    {"PATIENT_SPECIFIC_DATA", 4},
}};

constexpr RecordField consent_action() {
  return {.name = "action",
          .type = FieldType::kChoice,
          .need = Need::kValue,
          .target = "action",
          .meaning = "The consent is given, or taken back.",
          .example = "GRANT",
          .choices = choices::kGrantOrRevoke};
}
constexpr RecordField consent_categories() {
  RecordField field = fields::categories(
      "Categories that may be sent; empty: all. The data of the others stay here.");
  field.example = "QUALITY;IA;PI";
  field.aliases = "scope";
  return field;
}
constexpr RecordField template_version() {
  return {.name = "template_version",
          .target = "template_version",
          .meaning = "Version of the form that was signed.",
          .example = "2022.1",
          .aliases = "document.templateVersion"};
}

constexpr std::array<RecordField, 13> kIndividualConsent = {{
    fields::tin(),
    fields::npi("NPI of the clinician, who signs for this TIN only."),
    consent_action(),
    fields::signer_name("signer_name"),
    fields::signed_at("signed_at"),
    fields::document_sha256(),
    consent_categories(),
    {.name = "permits",
     .type = FieldType::kBits,
     .target = "permits",
     .meaning = "Data that may be sent; empty: measure results, numerators and denominators.",
     .choices = kPermits},
    fields::signer_role("signer_authority"),
    fields::signature_method("signature_method"),
    template_version(),
    {.name = "effective_from",
     .type = FieldType::kDate,
     .target = "effective_from",
     .meaning = "First day it holds; empty: open."},
    {.name = "expires_on",
     .type = FieldType::kDate,
     .target = "expires_on",
     .meaning = "Last day it holds; empty: open.",
     .aliases = "expires"},
}};

constexpr std::array<RecordField, 9> kOfficerConsent = {{
    fields::tin("TIN whose group data may be sent."),
    consent_action(),
    fields::signer_name("signer_name"),
    fields::signed_at("signed_at"),
    fields::document_sha256(),
    consent_categories(),
    fields::signer_role("signer_authority"),
    fields::signature_method("signature_method"),
    template_version(),
}};

constexpr std::array<Choice, 4> kOptOutReasons = {{
    {"REPORTING_ELSEWHERE", v1::OptOut::REASON_REPORTING_ELSEWHERE},
    {"NOT_REQUIRED", v1::OptOut::REASON_NOT_REQUIRED},
    {"UNPAID", v1::OptOut::REASON_UNPAID},
    {"OTHER", v1::OptOut::REASON_OTHER},
}};
constexpr std::array<RecordField, 10> kOptOut = {{
    fields::tin(),
    fields::npi(),
    {.name = "opt_out",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "action",
     .meaning = "FILE: do not send individual data of the pair to CMS. REVOKE: send it again.",
     .example = "FILE",
     .choices = choices::kFileOrRevoke,
     .aliases = "action"},
    {.name = "reason",
     .type = FieldType::kChoice,
     .target = "reason",
     .meaning = "Why.",
     .example = "REPORTING_ELSEWHERE",
     .choices = kOptOutReasons},
    fields::signer_name(),
    fields::signed_at(),
    fields::categories(
        "Categories that are not sent, or with REVOKE are sent again; empty: all. A further FILE "
        "adds to those that stand."),
    {.name = "warning_acknowledged",
     .type = FieldType::kYesNo,
     .target = "warning_acknowledged",
     .meaning = "The signer knows: if nobody else reports for this TIN/NPI and MIPS is required, "
                "the result can be minus nine percent.",
     .example = "yes"},
    fields::signer_role(),
    fields::signature_method(),
}};

constexpr std::array<Choice, 2> kElections = {{
    {"OPT_IN", v1::OptInElection::ELECTION_OPT_IN},
    {"VOLUNTARY", v1::OptInElection::ELECTION_VOLUNTARY},
}};
constexpr std::array<RecordField, 7> kOptIn = {{
    fields::tin(),
    fields::npi_or_group(),
    {.name = "election",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "election",
     .meaning = "Takes part with a payment adjustment, or reports without one. Irrevocable.",
     .example = "OPT_IN",
     .choices = kElections},
    fields::signer_name(),
    fields::signed_at(),
    fields::signer_role(),
    fields::signature_method(),
}};

constexpr std::array<RecordField, 7> kPartialTin = {{
    fields::tin(),
    {.name = "all_covered",
     .type = FieldType::kYesNo,
     .need = Need::kValue,
     .target = "all_covered",
     .meaning = "All clinicians who bill under the TIN are covered by its data.",
     .example = "yes"},
    {.name = "billing_clinicians",
     .type = FieldType::kCount,
     .need = Need::kValue,
     .target = "billing_clinicians",
     .meaning = "Clinicians who bill under the TIN in the year.",
     .example = "43"},
    fields::signer_name(),
    fields::signed_at(),
    fields::signer_role(),
    fields::signature_method(),
}};

constexpr std::array<RecordField, 7> kReviewAuthorisation = {{
    fields::tin(),
    fields::npi_or_group(),
    {.name = "authorisation",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "action",
     .meaning = "The registry may file a targeted review, or may no longer.",
     .example = "GRANT",
     .choices = choices::kGrantOrRevoke,
     .aliases = "action"},
    fields::signer_name(),
    fields::signed_at(),
    fields::signer_role(),
    fields::signature_method(),
}};

constexpr std::array<Choice, 5> kConfirmed = {{
    {"ROSTER_DROP", v1::Confirmation::SUBJECT_ROSTER_DROP},
    {"OPT_IN", v1::Confirmation::SUBJECT_OPT_IN},
    {"GROUP_COVERS_OPTED_OUT", v1::Confirmation::SUBJECT_GROUP_COVERS_OPTED_OUT},
    {"VOLUNTARY_TIN_SET", v1::Confirmation::SUBJECT_VOLUNTARY_TIN_SET},
    {"PREVIEW_CAN_CHANGE", v1::Confirmation::SUBJECT_PREVIEW_CAN_CHANGE},
}};
constexpr std::array<RecordField, 9> kConfirmation = {{
    {.name = "confirms",
     .type = FieldType::kChoice,
     .need = Need::kValue,
     .target = "subject",
     .meaning = "What was asked.",
     .example = "ROSTER_DROP",
     .choices = kConfirmed,
     .aliases = "subject"},
    {.name = "confirmed",
     .type = FieldType::kYesNo,
     .need = Need::kValue,
     .target = "confirmed",
     .meaning = "yes: go on. no: discard what was asked about.",
     .example = "yes"},
    {.name = "upload_id",
     .target = "upload_id",
     .meaning = "The upload that asked; empty: the newest that waits. Of PREVIEW_CAN_CHANGE the "
                "registry's id of the user."},
    fields::tin("TIN it speaks of, if one.", Need::kOptional),
    {.name = "npis",
     .type = FieldType::kNpis,
     .target = "npis",
     .meaning = "Clinicians who were named to the confirming person; for GROUP_COVERS_OPTED_OUT "
                "everybody who is confirmed."},
    fields::signer_name(),
    fields::signed_at(),
    fields::signer_role(),
    fields::signature_method(),
}};

constexpr std::array<RecordTable, 7> kTables = {{
    {.kind = v1::RECORD_KIND_INDIVIDUAL_CONSENT,
     .name = "individual-consent",
     .title = "Individual consent",
     .meaning = "A clinician lets the registry send individual data for one TIN, or takes it back.",
     .fact = "individual_consent",
     .own_fields = kIndividualConsent,
     .check = checks::individual_consent,
     .other_names = {},
     .passed_over = "document.store"},
    {.kind = v1::RECORD_KIND_OFFICER_CONSENT,
     .name = "officer-consent",
     .title = "Officer's consent",
     .meaning = "An officer lets the registry send the group data of a TIN, or takes it back.",
     .fact = "officer_consent",
     .own_fields = kOfficerConsent,
     .check = nullptr,
     .other_names = {},
     .passed_over = "document.store"},
    {.kind = v1::RECORD_KIND_OPT_OUT,
     .name = "opt-out",
     .title = "CMS opt-out",
     .meaning =
         "Do not send individual data of a TIN/NPI pair to CMS. There is no opt-out from a "
         "group. A row that cannot be read holds the individual data of its TIN; a file that "
         "cannot be read holds those of the whole practice until a readable one comes.",
     .fact = "opt_out",
     .own_fields = kOptOut,
     .check = nullptr,
     .other_names = "cms-opt-out",
     .passed_over = "scope",
     .keep_unreadable = true},
    {.kind = v1::RECORD_KIND_OPT_IN_ELECTION,
     .name = "opt-in-election",
     .title = "QPP opt-in election",
     .meaning = "A clinician or group above some low-volume limits elects to take part. It is "
                "asked back before it counts.",
     .fact = "opt_in_election",
     .own_fields = kOptIn},
    {.kind = v1::RECORD_KIND_PARTIAL_TIN_ATTESTATION,
     .name = "partial-tin-attestation",
     .title = "Partial-TIN attestation",
     .meaning = "An officer attests that all clinicians who bill under a TIN are covered.",
     .fact = "partial_tin_attestation",
     .own_fields = kPartialTin},
    {.kind = v1::RECORD_KIND_REVIEW_AUTHORISATION,
     .name = "review-authorisation",
     .title = "Review authorisation",
     .meaning = "The practice lets the registry file a targeted review for it, or takes it back.",
     .fact = "review_authorisation",
     .own_fields = kReviewAuthorisation},
    {.kind = v1::RECORD_KIND_CONFIRMATION,
     .name = "confirmation",
     .title = "Confirmation",
     .meaning = "The practice answers what it was asked back, like a roster that drops many.",
     .fact = "confirmation",
     .own_fields = kConfirmation,
     .check = checks::confirmation},
}};

}  // namespace

std::span<const RecordTable> consent_tables() {
  return kTables;
}

}  // namespace qcdr::intake
