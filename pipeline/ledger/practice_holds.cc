// What is held, and what lets it in: an extension, a lifted hold, an officer.
#include <algorithm>

#include "calendar/judge.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr::ledger {

using rulebook::CalendarOutcome;

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

// Of records that can be held; empty for any other.
std::string_view calendar_kind_of(std::uint32_t kind) {
  switch (static_cast<v1::RecordKind>(kind)) {
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

}  // namespace

Result<std::uint32_t> PracticeLedger::lift_versions(FactKind kind, std::string_view calendar_kind,
                                                    const ShallLift& shall_lift) {
  std::vector<std::pair<std::string, VersionedFact>> lifted;
  QCDR_RETURN_IF_ERROR(for_each_versions(
      kind, "", [&](std::string_view subject, const VersionedFact& fact) -> Status {
        if (!fact.held.present()) return Status::ok();
        const Held held{kind, subject, fact.held.origin, calendar_kind, fact.in_force.present()};
        if (shall_lift(held)) lifted.emplace_back(subject, fact);
        return Status::ok();
      }));
  for (auto& [subject, fact] : lifted) {
    QCDR_ASSERT(promote(&fact));
    facts_.put(kind, subject, fact.encode());
  }
  return static_cast<std::uint32_t>(lifted.size());
}

Result<std::uint32_t> PracticeLedger::lift_consents(FactKind kind, std::string_view calendar_kind,
                                                    const ShallLift& shall_lift) {
  std::vector<std::pair<std::string, Consent>> lifted;
  QCDR_RETURN_IF_ERROR(
      facts_.for_each(kind, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const Consent consent, Consent::decode(value));
        if (consent.state != ConsentState::kHeld && !consent.held) return Status::ok();
        const Origin& origin = consent.held ? consent.held->origin : consent.origin;
        if (shall_lift({kind, subject, origin, calendar_kind, false})) {
          lifted.emplace_back(subject, consent);
        }
        return Status::ok();
      }));
  for (auto& [subject, consent] : lifted) {
    QCDR_ASSERT(promote(&consent));
    facts_.put(kind, subject, consent.encode());
  }
  return static_cast<std::uint32_t>(lifted.size());
}

Result<std::uint32_t> PracticeLedger::lift_opt_outs(const ShallLift& shall_lift) {
  std::vector<std::pair<std::string, OptOutFact>> lifted;
  QCDR_RETURN_IF_ERROR(facts_.for_each(
      FactKind::kOptOut, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const OptOutFact fact, OptOutFact::decode(value));
        if (!fact.revocation_held) return Status::ok();
        if (shall_lift({FactKind::kOptOut, subject, fact.held_origin,
                        rulebook::kinds::kOptOutRevocation, false})) {
          lifted.emplace_back(subject, fact);
        }
        return Status::ok();
      }));
  for (auto& [subject, fact] : lifted) {
    QCDR_ASSERT(promote(&fact));
    facts_.put(FactKind::kOptOut, subject, fact.encode());
  }
  return static_cast<std::uint32_t>(lifted.size());
}

Result<std::uint32_t> PracticeLedger::lift_options(const ShallLift& shall_lift) {
  std::vector<std::pair<std::string, ReportingOptionFact>> lifted;
  QCDR_RETURN_IF_ERROR(facts_.for_each(
      FactKind::kReportingOption, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact fact, ReportingOptionFact::decode(value));
        if (fact.held.level == 0) return Status::ok();
        if (shall_lift({FactKind::kReportingOption, subject, fact.held.origin,
                        rulebook::kinds::kReportingOption, false})) {
          lifted.emplace_back(subject, fact);
        }
        return Status::ok();
      }));
  for (auto& [subject, fact] : lifted) {
    promote(&fact, upload_count_);
    facts_.put(FactKind::kReportingOption, subject, fact.encode());
  }
  return static_cast<std::uint32_t>(lifted.size());
}

Result<std::uint32_t> PracticeLedger::lift_holds(const ShallLift& shall_lift, Offset cause,
                                                 Effects* effects) {
  std::uint32_t lifted = 0;
  for (const HeldKind& each : kVersionedKinds) {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t count,
                          lift_versions(each.kind, each.calendar_kind, shall_lift));
    lifted += count;
  }
  for (const HeldKind& each : kConsentKinds) {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t count,
                          lift_consents(each.kind, each.calendar_kind, shall_lift));
    lifted += count;
  }
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t opt_outs, lift_opt_outs(shall_lift));
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t options, lift_options(shall_lift));
  lifted += opt_outs + options;
  if (lifted > 0) touch_all(cause, effects);
  return lifted;
}

// `judge` gives the class in which a contribution counts now; none: nothing changes for it. A held
// one that is let in takes the place of the one that counts, and like any correction it does not
// make punctual what missed its month's date.
Result<std::uint32_t> PracticeLedger::lift_cases(const JudgeCase& judge, Offset cause,
                                                 Effects* effects) {
  const auto look_again = [&judge](Contribution* waiting, bool correction) {
    if (waiting->timeliness == CountClass::kOnTime) return false;
    const auto now = judge(*waiting, correction);
    if (!now || *now == waiting->timeliness) return false;
    waiting->timeliness = *now;
    return true;
  };
  std::vector<CaseEntry> changed;
  QCDR_RETURN_IF_ERROR(cases_->for_each([&](const CaseEntry& before) -> Status {
    CaseEntry entry = before;
    const bool counted = entry.counting && look_again(&*entry.counting, false);
    const bool lifted = entry.held && look_again(&*entry.held, entry.counting.has_value());
    if (lifted) {
      if (entry.counting) {
        entry.held->timeliness = std::max(entry.held->timeliness, entry.counting->timeliness);
      }
      entry.counting = entry.held;
      entry.held.reset();
    }
    if (counted || lifted) changed.push_back(entry);
    return Status::ok();
  }));
  for (const CaseEntry& now : changed) {
    QCDR_ASSIGN_OR_RETURN(const auto place, cases_->find(now.token));
    QCDR_ASSERT(place.has_value());
    QCDR_ASSIGN_OR_RETURN(const CaseEntry before, cases_->read(*place));
    digest_.subtract(case_item(before));
    for (const auto& old : {before.counting, before.held}) {
      if (old) QCDR_RETURN_IF_ERROR(credit(*old, -1, cause, effects));
    }
    digest_.add(case_item(now));
    QCDR_RETURN_IF_ERROR(cases_->replace(*place, now));
    for (const auto& fresh : {now.counting, now.held}) {
      if (fresh) QCDR_RETURN_IF_ERROR(credit(*fresh, +1, cause, effects));
    }
  }
  return static_cast<std::uint32_t>(changed.size());
}

// Rosters wait whole. A later one that is in force stays.
Result<std::uint32_t> PracticeLedger::lift_rosters(const ShallLiftRoster& shall_lift, Offset cause,
                                                   Effects* effects) {
  std::vector<std::pair<std::string, UploadFact>> lifted;
  QCDR_RETURN_IF_ERROR(for_each_known_upload([&](const std::string& id, const UploadFact& fact) {
    const bool late = fact.findings.contains(code_number(FindingCode::RECEIVED_LATE_HELD));
    if (fact.kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ROSTER_ENTRY) && late &&
        fact.completed && fact.rows_held > 0 && shall_lift(id, fact)) {
      lifted.emplace_back(id, fact);
    }
    return Status::ok();
  }));
  std::sort(lifted.begin(), lifted.end(),
            [](const auto& a, const auto& b) { return a.second.ordinal < b.second.ordinal; });
  std::uint32_t taken = 0;
  for (auto& [id, fact] : lifted) {
    QCDR_ASSIGN_OR_RETURN(const bool superseded, roster_is_superseded(fact));
    QCDR_ASSIGN_OR_RETURN(const std::vector<PairRow> staged, staged_roster(id));
    if (superseded || staged.empty()) continue;
    QCDR_RETURN_IF_ERROR(take_waiting_roster(id, std::move(fact), staged, cause, effects));
    ++taken;
  }
  if (taken > 0) touch_all(cause, effects);
  return taken;
}

Status PracticeLedger::for_each_known_upload(
    const std::function<Status(const std::string&, const UploadFact&)>& visit) const {
  for (const auto& [id, live] : uploads_) QCDR_RETURN_IF_ERROR(visit(id, live.fact));
  return facts_.for_each(FactKind::kUpload,
                         [&](std::string_view id, const FactValue& value) -> Status {
                           const std::string key(id);
                           if (uploads_.contains(key)) return Status::ok();
                           QCDR_ASSIGN_OR_RETURN(const UploadFact fact, UploadFact::decode(value));
                           return visit(key, fact);
                         });
}

Status PracticeLedger::lift_hold(std::uint32_t kind, Offset cause, Effects* effects) {
  dirty_ = true;
  reconciliations_.clear();
  if (kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ANESTHESIA_CASE)) {
    return lift_cases(
               [](const Contribution& waiting, bool) -> std::optional<CountClass> {
                 if (waiting.timeliness != CountClass::kLateHeld) return std::nullopt;
                 return CountClass::kMilestoneMissed;
               },
               cause, effects)
        .status();
  }
  if (kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ROSTER_ENTRY)) {
    return lift_rosters([](std::string_view, const UploadFact&) { return true; }, cause, effects)
        .status();
  }
  const std::string_view calendar_kind = calendar_kind_of(kind);
  return lift_holds([&](const Held& held) { return held.calendar_kind == calendar_kind; }, cause,
                    effects)
      .status();
}

}  // namespace qcdr::ledger
