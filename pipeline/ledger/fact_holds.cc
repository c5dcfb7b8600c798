#include "ledger/fact_holds.h"

#include "ledger/opt_out.h"
#include "ledger/versioned_fact.h"
#include "qcdr/v1/common.pb.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::ledger {
namespace {

struct HeldKind {
  FactKind kind;
  std::string_view calendar_kind;
};
// Kinds whose versions can be held.
constexpr HeldKind kVersionedKinds[] = {
    {FactKind::kRegistration, rulebook::kinds::kRegistration},
    {FactKind::kActivity, rulebook::kinds::kActivityAttestation},
    {FactKind::kSignOff, rulebook::kinds::kReconciliationSignOff},
    {FactKind::kBilledCases, rulebook::kinds::kBilledCases},
    {FactKind::kInteroperability, rulebook::kinds::kPromotingInteroperability},
    {FactKind::kMeasureResult, rulebook::kinds::kMeasureResult},
    {FactKind::kReweighting, rulebook::kinds::kReweightingApproval},
    {FactKind::kPartialTin, rulebook::kinds::kPartialTinAttestation},
};
constexpr HeldKind kConsentKinds[] = {
    {FactKind::kIndividualConsent, rulebook::kinds::kIndividualConsent},
    {FactKind::kOfficerConsent, rulebook::kinds::kOfficerConsent},
};

// `fact` is the standing of something held; false: there was nothing to settle.
template <class Fact>
bool settle_one(Settle settle, Fact* fact) {
  return settle == Settle::kLetIn ? promote(fact) : refuse(fact);
}

Result<std::uint32_t> settle_versions(Settle settle, const HeldKind& of, const IsMeant& is_meant,
                                      FactTable* facts) {
  std::vector<std::pair<std::string, VersionedFact>> settled;
  QCDR_RETURN_IF_ERROR(
      facts->for_each(of.kind, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(VersionedFact fact, VersionedFact::decode(value));
        if (!fact.held.present()) return Status::ok();
        const bool correction = fact.in_force.present();
        const Held held{of.kind,          subject,    fact.held.origin,
                        of.calendar_kind, correction, fact.held_refused};
        if (is_meant(held) && settle_one(settle, &fact)) settled.emplace_back(subject, fact);
        return Status::ok();
      }));
  for (const auto& [subject, fact] : settled) facts->put(of.kind, subject, fact.encode());
  return static_cast<std::uint32_t>(settled.size());
}

Result<std::uint32_t> settle_consents(Settle settle, const HeldKind& of, const IsMeant& is_meant,
                                      FactTable* facts) {
  std::vector<std::pair<std::string, Consent>> settled;
  QCDR_RETURN_IF_ERROR(
      facts->for_each(of.kind, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(Consent consent, Consent::decode(value));
        const bool refused = consent.state == ConsentState::kRefused;
        if (consent.state != ConsentState::kHeld && !refused && !consent.held) return Status::ok();
        const Origin& origin = consent.held ? consent.held->origin : consent.origin;
        const Held held{of.kind, subject, origin, of.calendar_kind, false, refused};
        if (is_meant(held) && settle_one(settle, &consent)) settled.emplace_back(subject, consent);
        return Status::ok();
      }));
  for (const auto& [subject, consent] : settled) facts->put(of.kind, subject, consent.encode());
  return static_cast<std::uint32_t>(settled.size());
}

Result<std::uint32_t> settle_opt_outs(Settle settle, const IsMeant& is_meant, FactTable* facts) {
  std::vector<std::pair<std::string, OptOutFact>> settled;
  QCDR_RETURN_IF_ERROR(facts->for_each(
      FactKind::kOptOut, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(OptOutFact fact, OptOutFact::decode(value));
        if (!fact.revocation_held && !fact.revocation_refused) return Status::ok();
        const Held held{FactKind::kOptOut,
                        subject,
                        fact.held_origin,
                        rulebook::kinds::kOptOutRevocation,
                        false,
                        fact.revocation_refused};
        if (is_meant(held) && settle_one(settle, &fact)) settled.emplace_back(subject, fact);
        return Status::ok();
      }));
  for (const auto& [subject, fact] : settled) {
    facts->put(FactKind::kOptOut, subject, fact.encode());
  }
  return static_cast<std::uint32_t>(settled.size());
}

Result<std::uint32_t> settle_options(Settle settle, const IsMeant& is_meant, std::uint32_t uploads,
                                     FactTable* facts) {
  std::vector<std::pair<std::string, ReportingOptionFact>> settled;
  QCDR_RETURN_IF_ERROR(facts->for_each(
      FactKind::kReportingOption, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(ReportingOptionFact fact, ReportingOptionFact::decode(value));
        if (fact.held.level == 0) return Status::ok();
        const Held held{FactKind::kReportingOption,        subject, fact.held.origin,
                        rulebook::kinds::kReportingOption, false,   fact.held_refused};
        if (!is_meant(held) || !settle_one(settle, &fact)) return Status::ok();
        if (settle == Settle::kLetIn) fact.let_in_at_upload = uploads;
        settled.emplace_back(subject, fact);
        return Status::ok();
      }));
  for (const auto& [subject, fact] : settled) {
    facts->put(FactKind::kReportingOption, subject, fact.encode());
  }
  return static_cast<std::uint32_t>(settled.size());
}

}  // namespace

std::string_view calendar_kind_of(std::uint32_t record_kind) {
  switch (static_cast<v1::RecordKind>(record_kind)) {
    case v1::RECORD_KIND_PRACTICE_REGISTRATION:
      return rulebook::kinds::kRegistration;
    case v1::RECORD_KIND_REPORTING_OPTION:
      return rulebook::kinds::kReportingOption;
    case v1::RECORD_KIND_RECONCILIATION_SIGN_OFF:
      return rulebook::kinds::kReconciliationSignOff;
    case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
      return rulebook::kinds::kIndividualConsent;
    case v1::RECORD_KIND_OFFICER_CONSENT:
      return rulebook::kinds::kOfficerConsent;
    case v1::RECORD_KIND_ACTIVITY_ATTESTATION:
      return rulebook::kinds::kActivityAttestation;
    case v1::RECORD_KIND_OPT_OUT:
      return rulebook::kinds::kOptOutRevocation;
    case v1::RECORD_KIND_MEASURE_RESULT:
      return rulebook::kinds::kMeasureResult;
    case v1::RECORD_KIND_BILLED_CASES:
      return rulebook::kinds::kBilledCases;
    case v1::RECORD_KIND_PROMOTING_INTEROPERABILITY:
      return rulebook::kinds::kPromotingInteroperability;
    case v1::RECORD_KIND_REWEIGHTING_APPROVAL:
      return rulebook::kinds::kReweightingApproval;
    case v1::RECORD_KIND_PARTIAL_TIN_ATTESTATION:
      return rulebook::kinds::kPartialTinAttestation;
    default:
      return {};
  }
}

Result<std::uint32_t> settle_facts(Settle settle, const IsMeant& is_meant, std::uint32_t uploads,
                                   FactTable* facts) {
  std::uint32_t settled = 0;
  for (const HeldKind& each : kVersionedKinds) {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t count,
                          settle_versions(settle, each, is_meant, facts));
    settled += count;
  }
  for (const HeldKind& each : kConsentKinds) {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t count,
                          settle_consents(settle, each, is_meant, facts));
    settled += count;
  }
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t opt_outs, settle_opt_outs(settle, is_meant, facts));
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t options,
                        settle_options(settle, is_meant, uploads, facts));
  return settled + opt_outs + options;
}

}  // namespace qcdr::ledger
