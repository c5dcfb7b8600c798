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
};

}  // namespace qcdr::rulebook::kinds
