// Fields that several kinds of records have, with the same name, form and words.
#pragma once

#include "intake/record_choices.h"

namespace qcdr::intake::fields {

constexpr RecordField tin(std::string_view meaning = "TIN of the practice, nine digits.",
                          Need need = Need::kValue) {
  return {.name = "tin",
          .type = FieldType::kTin,
          .need = need,
          .target = "tin",
          .meaning = meaning,
          .example = "000456789"};
}

constexpr RecordField npi(std::string_view meaning = "NPI of the clinician, ten digits.") {
  return {.name = "npi",
          .type = FieldType::kNpi,
          .need = Need::kValue,
          .target = "npi",
          .meaning = meaning,
          .example = "2000010019"};
}

// Empty for the group.
constexpr RecordField npi_or_group() {
  return {.name = "npi",
          .type = FieldType::kNpi,
          .target = "npi",
          .meaning = "NPI of the clinician; empty: it speaks of the TIN as a whole.",
          .example = "2000010019"};
}

constexpr RecordField signer_name(std::string_view target = "signer.name") {
  return {.name = "signer_name",
          .need = Need::kValue,
          .target = target,
          .meaning = "Who signed.",
          .example = "Ann Abbott",
          .aliases = "signer.name attester.name officer.name attesterName officerName"};
}

constexpr RecordField signed_at(std::string_view target = "signer.signed_at") {
  return {.name = "signed_at",
          .type = FieldType::kSignature,
          .need = Need::kValue,
          .target = target,
          .meaning =
              "When it was signed: a date, or an instant with its offset. Never later than "
              "the receipt of the file.",
          .example = "2022-12-01",
          .aliases = "signer.signedAt attester.signedAt officer.signedAt submittedAt"};
}

constexpr RecordField signer_role(std::string_view target = "signer.authority") {
  return {.name = "signer_role",
          .type = FieldType::kChoice,
          .target = target,
          .meaning = "By what right the signer signs.",
          .choices = choices::kAuthorities,
          .aliases = "signer.role attester.role officer.role"};
}

// Stored in small letters.
inline constexpr std::array<Choice, 3> kMethods = {{{"ESIGN", 1}, {"PAPER", 2}, {"PORTAL", 3}}};

constexpr RecordField signature_method(std::string_view target = "signer.method") {
  return {.name = "signature_method",
          .type = FieldType::kChoice,
          .target = target,
          .meaning = "How it was signed.",
          .choices = kMethods,
          .aliases = "signer.method attester.method officer.method"};
}

constexpr RecordField attester_name() {
  return {.name = "attester_name",
          .need = Need::kValue,
          .target = "attester.name",
          .meaning = "Who attests.",
          .example = "Dana Champion",
          .aliases = "attester.name"};
}

constexpr RecordField attested_at(std::string_view meaning) {
  return {.name = "attested_at",
          .type = FieldType::kSignature,
          .need = Need::kValue,
          .target = "attester.signed_at",
          .meaning = meaning,
          .example = "2022-12-01",
          .aliases = "attester.signedAt submittedAt"};
}

constexpr RecordField attester_role() {
  return {.name = "attester_role",
          .type = FieldType::kChoice,
          .target = "attester.authority",
          .meaning = "By what right.",
          .choices = choices::kAuthorities,
          .aliases = "attester.role"};
}

constexpr RecordField document_sha256() {
  return {.name = "document_sha256",
          .type = FieldType::kHash,
          .target = "document_sha256",
          .meaning = "SHA-256 of the signed document, 64 hexadecimal digits.",
          .aliases = "document.sha256"};
}

constexpr RecordField categories(std::string_view meaning) {
  return {.name = "categories",
          .type = FieldType::kChoices,
          .target = "categories",
          .meaning = meaning,
          .choices = choices::kSentCategories};
}

constexpr RecordField evidence() {
  return {.name = "evidence",
          .type = FieldType::kItems,
          .target = "evidence",
          .meaning = "Documents that back it, each as kind and SHA-256. Keep them six years.",
          .parts = choices::kEvidenceParts};
}

constexpr RecordField performed_from() {
  return {.name = "performed_from",
          .type = FieldType::kDate,
          .need = Need::kValue,
          .target = "performed_from",
          .meaning = "First day.",
          .example = "2022-03-01"};
}
constexpr RecordField performed_to() {
  return {.name = "performed_to",
          .type = FieldType::kDate,
          .need = Need::kValue,
          .target = "performed_to",
          .meaning = "Last day.",
          .example = "2022-08-31"};
}

}  // namespace qcdr::intake::fields
