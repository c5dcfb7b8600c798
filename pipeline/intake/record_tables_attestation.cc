// Reconciliation sign-off, improvement activities, promoting interoperability, certification.
#include "intake/record_checks.h"
#include "intake/record_fields.h"
#include "qcdr/v1/attestations.pb.h"
#include "qcdr/v1/decisions.pb.h"

namespace qcdr::intake {
namespace {

constexpr std::array<Part, 4> kWaiverParts = {{
    {.name = "npi", .target = "npi", .type = FieldType::kNpi},
    {.name = "kind", .target = "code", .type = FieldType::kFindingCode},
    {.name = "tin", .target = "tin", .type = FieldType::kTin, .needed = false},
    {.name = "reason", .target = "reason"},
}};
constexpr std::array<RecordField, 11> kSignOff = {{
    fields::tin("TIN it speaks of; empty: every TIN of the practice.", Need::kOptional),
    {.name = "roster_version",
     .type = FieldType::kCount,
     .target = "roster_version",
     .meaning = "Version of the roster that was looked at.",
     .example = "2"},
    {.name = "data_through",
     .type = FieldType::kDate,
     .need = Need::kValue,
     .target = "data_through",
     .meaning = "Last service date of the cases that were looked at.",
     .example = "2022-11-30",
     .aliases = "caseDataThrough"},
    {.name = "matched",
     .type = FieldType::kCount,
     .target = "matched",
     .meaning = "Pairs that agreed.",
     .example = "41",
     .aliases = "summary.matched"},
    {.name = "open_errors",
     .type = FieldType::kCount,
     .target = "open_errors",
     .meaning = "Open findings of severity error, as shown.",
     .example = "0",
     .aliases = "summary.openErrors"},
    {.name = "open_warnings",
     .type = FieldType::kCount,
     .target = "open_warnings",
     .meaning = "Open findings of severity warning, as shown.",
     .example = "1",
     .aliases = "summary.openWarnings"},
    {.name = "waivers",
     .type = FieldType::kItems,
     .target = "waivers",
     .meaning = "Findings that are accepted as they are: NPI, finding, TIN (may be empty), reason.",
     .example = "2000010027:NO_CASES:000456789:parental leave",
     .parts = kWaiverParts},
    fields::signer_name(),
    fields::signed_at(),
    fields::signer_role(),
    fields::signature_method(),
}};

constexpr std::array<RecordField, 14> kActivity = {{
    fields::tin(),
    fields::npi_or_group(),
    {.name = "activity_id",
     .need = Need::kValue,
     .target = "activity_id",
     .meaning = "CMS's id of the activity.",
     .example = "IA_PSPA_7",
     .at_most = 24},
    fields::performed_from(),
    fields::performed_to(),
    {.name = "performing_npis",
     .type = FieldType::kNpis,
     .target = "performing_npis",
     .meaning = "Clinicians who performed it (group). Beyond 1,000 give performing_count.",
     .aliases = "participants.npis"},
    {.name = "billing_npis",
     .type = FieldType::kNpis,
     .target = "billing_npis",
     .meaning = "Every NPI that bills under the TIN in the year, types outside MIPS included "
                "(group). Beyond 1,000 give billing_count."},
    {.name = "performing_count",
     .type = FieldType::kCount,
     .target = "performing_count",
     .meaning = "How many performed it, when there is no list.",
     .aliases = "participants.performing"},
    {.name = "billing_count",
     .type = FieldType::kCount,
     .target = "billing_count",
     .meaning = "How many bill under the TIN, when there is no list.",
     .aliases = "participants.totalInGroup"},
    fields::attester_name(),
    fields::attested_at(
        "When it was attested: a date, or an instant with its offset. Never later than the "
        "receipt of the file, and after the last day."),
    fields::attester_role(),
    {.name = "statement",
     .target = "statement",
     .meaning = "Text that was attested.",
     .at_most = 4096},
    fields::evidence(),
}};

constexpr std::array<Part, 2> kAttestedParts = {{
    {.name = "measure_id", .target = "measure_id"},
    {.name = "value", .target = "attested", .type = FieldType::kYesNo},
}};
constexpr std::array<Part, 3> kRatioParts = {{
    {.name = "measure_id", .target = "measure_id"},
    {.name = "numerator", .target = "ratio.numerator", .type = FieldType::kCount},
    {.name = "denominator", .target = "ratio.denominator", .type = FieldType::kCount},
}};
constexpr std::array<RecordField, 10> kInteroperability = {{
    fields::tin(),
    fields::npi_or_group(),
    fields::performed_from(),
    fields::performed_to(),
    {.name = "cehrt_id",
     .need = Need::kValue,
     .target = "cehrt_id",
     .meaning = "CMS's id of the certified technology.",
     .example = "0015C7EXAMPLE22",
     .at_most = 32},
    {.name = "attested",
     .type = FieldType::kItems,
     .target = "measures",
     .meaning = "Measures and exclusions that are answered with yes or no.",
     .example = "PI_PPHI_1:yes;PI_ONCDIR_1:yes",
     .parts = kAttestedParts},
    {.name = "measures",
     .type = FieldType::kItems,
     .target = "measures",
     .meaning = "Measures with numerator and denominator.",
     .example = "PI_EP_1:180:200",
     .parts = kRatioParts},
    fields::attester_name(),
    fields::attested_at("When it was attested. Never later than the receipt of the file."),
    fields::attester_role(),
}};

constexpr std::array<RecordField, 9> kCertification = {{
    {.name = "batch_id",
     .need = Need::kValue,
     .target = "batch_id",
     .meaning = "Batch of submission documents that is certified.",
     .example = "2022-1234-1"},
    {.name = "payload_root",
     .type = FieldType::kHash,
     .need = Need::kValue,
     .target = "payload_root",
     .meaning = "Root hash of the batch, 64 hexadecimal digits.",
     .example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    {.name = "documents",
     .type = FieldType::kCount,
     .need = Need::kValue,
     .target = "documents",
     .meaning = "Number of documents in the batch.",
     .example = "46"},
    {.name = "statement",
     .need = Need::kValue,
     .target = "statement",
     .meaning = "Text that was signed.",
     .example = "The data are true, accurate and complete to the best of my knowledge.",
     .at_most = 4096},
    {.name = "replaces", .target = "replaces", .meaning = "The certification that this replaces."},
    fields::signer_name(),
    fields::signed_at(),
    fields::signer_role(),
    fields::signature_method(),
}};

constexpr std::array<RecordTable, 4> kTables = {{
    {.kind = v1::RECORD_KIND_RECONCILIATION_SIGN_OFF,
     .name = "reconciliation-sign-off",
     .title = "Reconciliation sign-off",
     .meaning = "The practice's champion signs that roster and cases name the same TIN/NPI pairs, "
                "and waives findings with a reason.",
     .fact = "reconciliation_sign_off",
     .own_fields = kSignOff,
     .check = nullptr,
     .other_names = "tin-npi-reconciliation-sign-off tinnpi-signoff",
     .passed_over = "summary.waived"},
    {.kind = v1::RECORD_KIND_ACTIVITY_ATTESTATION,
     .name = "activity-attestation",
     .title = "Improvement-activity attestation",
     .meaning = "An improvement activity was performed by a clinician or a group.",
     .fact = "activity_attestation",
     .own_fields = kActivity,
     .check = checks::activity_attestation,
     .other_names = "ia-attestation",
     .passed_over = "entity"},
    {.kind = v1::RECORD_KIND_PROMOTING_INTEROPERABILITY,
     .name = "promoting-interoperability",
     .title = "Promoting-interoperability report",
     .meaning = "Measures of promoting interoperability for a period. Reporting it for somebody "
                "who is reweighted cancels the reweighting.",
     .fact = "promoting_interoperability",
     .own_fields = kInteroperability,
     .check = checks::promoting_interoperability},
    {.kind = v1::RECORD_KIND_CERTIFICATION,
     .name = "certification",
     .title = "Certification",
     .meaning = "The data of a batch are true, accurate and complete.",
     .fact = "certification",
     .own_fields = kCertification},
}};

}  // namespace

std::span<const RecordTable> attestation_tables() {
  return kTables;
}

}  // namespace qcdr::intake
