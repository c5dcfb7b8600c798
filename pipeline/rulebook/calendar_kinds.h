// Kinds of facts that a registry's calendar judges. Every calendar has a rule for each of them,
// which `qcdr rulebook check` proves; a kind that is never late has a rule without limits.
// Thread-safety: constants.
#pragma once

#include <array>
#include <string_view>

namespace qcdr::rulebook::kinds {

inline constexpr std::string_view kRegistration = "registration";
inline constexpr std::string_view kRoster = "roster";
inline constexpr std::string_view kReportingOption = "reporting-option";
inline constexpr std::string_view kIndividualConsent = "individual-consent";
inline constexpr std::string_view kIndividualConsentRevocation = "individual-consent-revocation";
inline constexpr std::string_view kOfficerConsent = "officer-consent";
inline constexpr std::string_view kOfficerConsentRevocation = "officer-consent-revocation";
inline constexpr std::string_view kOptOut = "opt-out";
inline constexpr std::string_view kOptOutRevocation = "opt-out-revocation";
inline constexpr std::string_view kAnesthesiaCase = "anesthesia-case";
inline constexpr std::string_view kActivityAttestation = "activity-attestation";
inline constexpr std::string_view kReconciliationSignOff = "reconciliation-sign-off";
inline constexpr std::string_view kMeasureResult = "measure-result";
inline constexpr std::string_view kBilledCases = "billed-cases";
inline constexpr std::string_view kPromotingInteroperability = "promoting-interoperability";
inline constexpr std::string_view kEligibilitySnapshot = "eligibility-snapshot";
inline constexpr std::string_view kReweightingApproval = "reweighting-approval";
inline constexpr std::string_view kEntityMembership = "entity-membership";
inline constexpr std::string_view kCertification = "certification";
inline constexpr std::string_view kOfficerDecision = "officer-decision";
inline constexpr std::string_view kConfirmation = "confirmation";
inline constexpr std::string_view kOptInElection = "opt-in-election";
inline constexpr std::string_view kPartialTinAttestation = "partial-tin-attestation";
inline constexpr std::string_view kRoleGrant = "role-grant";
inline constexpr std::string_view kCmsFeedback = "cms-feedback";
inline constexpr std::string_view kReviewAuthorisation = "review-authorisation";
inline constexpr std::string_view kReviewCase = "review-case";
inline constexpr std::string_view kDeadlineExtension = "deadline-extension";
inline constexpr std::string_view kAuditCorrection = "audit-correction";

inline constexpr std::array kAllKinds = {
    kRegistration,
    kRoster,
    kReportingOption,
    kIndividualConsent,
    kIndividualConsentRevocation,
    kOfficerConsent,
    kOfficerConsentRevocation,
    kOptOut,
    kOptOutRevocation,
    kAnesthesiaCase,
    kActivityAttestation,
    kReconciliationSignOff,
    kMeasureResult,
    kBilledCases,
    kPromotingInteroperability,
    kEligibilitySnapshot,
    kReweightingApproval,
    kEntityMembership,
    kCertification,
    kOfficerDecision,
    kConfirmation,
    kOptInElection,
    kPartialTinAttestation,
    kRoleGrant,
    kCmsFeedback,
    kReviewAuthorisation,
    kReviewCase,
    kDeadlineExtension,
    kAuditCorrection,
};

}  // namespace qcdr::rulebook::kinds
