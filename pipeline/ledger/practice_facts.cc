// What readers ask of the facts that CMS and other systems stated.
#include "ledger/practice_ledger.h"

namespace qcdr::ledger {

Result<Eligibility> PracticeLedger::find_eligibility(const EntityId& entity) const {
  Eligibility best;
  QCDR_RETURN_IF_ERROR(for_each_versions(
      FactKind::kEligibility, entity.bytes(),
      [&](std::string_view subject, const VersionedFact& fact) -> Status {
        if (!fact.in_force.present()) return Status::ok();
        QCDR_ASSIGN_OR_RETURN(EligibilityEntry entry,
                              EligibilityEntry::decode(fact.in_force.content));
        if (!read_eligibility_subject(subject, &entry)) {
          return Status(ErrorCode::kCorruption, "subject of an eligibility list is malformed");
        }
        best.add(entry);
        return Status::ok();
      }));
  QCDR_ASSIGN_OR_RETURN(const OptInElection election, find_opt_in(entity.bytes()));
  if (best.status == EligibilityStatus::kOptInEligible && election.final()) {
    best.status =
        election.election == 1 ? EligibilityStatus::kOptedIn : EligibilityStatus::kVoluntary;
  }
  return best;
}

Result<Eligibility> PracticeLedger::eligibility(const PairRow& pair) const {
  return find_eligibility(pair.entity);
}

Result<Eligibility> PracticeLedger::eligibility(const TinRow& tin) const {
  return find_eligibility(tin.group_entity);
}

Result<BilledCases> PracticeLedger::billed_cases(const TinRow& tin) const {
  BilledCases billed;
  QCDR_RETURN_IF_ERROR(for_each_versions(
      FactKind::kBilledCases, tin.token.bytes(),
      [&](std::string_view subject, const VersionedFact& fact) -> Status {
        const auto month = static_cast<std::uint8_t>(subject.back());
        if (!fact.in_force.present() || month < 1 || month > billed.months.size()) {
          return Status::ok();
        }
        QCDR_ASSIGN_OR_RETURN(billed.months[month - 1U],
                              decode_billed_cases(fact.in_force.content));
        return Status::ok();
      }));
  return billed;
}

Result<InteroperabilityStanding> PracticeLedger::find_interoperability(
    const EntityId& entity) const {
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact,
                        versions(FactKind::kInteroperability, entity.bytes()));
  InteroperabilityStanding standing;
  if (fact.in_force.present()) {
    QCDR_ASSIGN_OR_RETURN(standing.in_force, InteroperabilityReport::decode(fact.in_force.content));
    standing.origin = fact.in_force.origin;
  }
  if (fact.waits()) {
    QCDR_ASSIGN_OR_RETURN(standing.held, InteroperabilityReport::decode(fact.held.content));
    standing.held_origin = fact.held.origin;
  }
  return standing;
}

Result<InteroperabilityStanding> PracticeLedger::interoperability(const PairRow& pair) const {
  return find_interoperability(pair.entity);
}

Result<InteroperabilityStanding> PracticeLedger::interoperability(const TinRow& tin) const {
  return find_interoperability(tin.group_entity);
}

Result<std::vector<MeasureResult>> PracticeLedger::find_measure_results(
    const EntityId& entity) const {
  std::vector<MeasureResult> results;
  QCDR_RETURN_IF_ERROR(for_each_versions(
      FactKind::kMeasureResult, entity.bytes(),
      [&](std::string_view subject, const VersionedFact& fact) -> Status {
        if (!fact.in_force.present() && !fact.waits()) return Status::ok();  // refused
        const FactVersion& version = fact.in_force.present() ? fact.in_force : fact.held;
        QCDR_ASSIGN_OR_RETURN(MeasureResult result, MeasureResult::decode(version.content));
        ByteReader reader(subject.substr(EntityId::kBytes));
        result.measure_id = reader.text();
        result.origin = version.origin;
        result.held = !fact.in_force.present();
        results.push_back(std::move(result));
        return Status::ok();
      }));
  return results;
}

Result<std::vector<MeasureResult>> PracticeLedger::measure_results(const PairRow& pair) const {
  return find_measure_results(pair.entity);
}

Result<std::vector<MeasureResult>> PracticeLedger::measure_results(const TinRow& tin) const {
  return find_measure_results(tin.group_entity);
}

Result<std::vector<Reweighting>> PracticeLedger::find_reweighting(const EntityId& entity) const {
  std::vector<Reweighting> approvals;
  QCDR_RETURN_IF_ERROR(for_each_versions(
      FactKind::kReweighting, entity.bytes(),
      [&](std::string_view subject, const VersionedFact& fact) -> Status {
        for (const FactVersion* version : {&fact.in_force, &fact.held}) {
          const bool held = version == &fact.held;
          if (!version->present() || (held && !fact.waits())) continue;  // none, or refused
          QCDR_ASSIGN_OR_RETURN(Reweighting approval, Reweighting::decode(version->content));
          approval.reason = static_cast<ReweightingReason>(subject.back());
          approval.origin = version->origin;
          approval.held = held;
          approvals.push_back(std::move(approval));
        }
        return Status::ok();
      }));
  return approvals;
}

Result<std::vector<Reweighting>> PracticeLedger::reweighting(const PairRow& pair) const {
  return find_reweighting(pair.entity);
}

Result<std::vector<Reweighting>> PracticeLedger::reweighting(const TinRow& tin) const {
  return find_reweighting(tin.group_entity);
}

Result<std::vector<Membership>> PracticeLedger::find_memberships(const EntityId& entity) const {
  std::vector<Membership> memberships;
  QCDR_RETURN_IF_ERROR(
      for_each_versions(FactKind::kMembership, entity.bytes(),
                        [&](std::string_view subject, const VersionedFact& fact) -> Status {
                          if (!fact.in_force.present()) return Status::ok();
                          QCDR_ASSIGN_OR_RETURN(Membership membership,
                                                Membership::decode(subject, fact.in_force.content));
                          membership.origin = fact.in_force.origin;
                          memberships.push_back(std::move(membership));
                          return Status::ok();
                        }));
  return memberships;
}

Result<std::vector<Membership>> PracticeLedger::memberships(const PairRow& pair) const {
  return find_memberships(pair.entity);
}

Result<std::vector<Membership>> PracticeLedger::memberships(const TinRow& tin) const {
  return find_memberships(tin.group_entity);
}

Result<std::vector<OfficerDecision>> PracticeLedger::decisions(DecisionSubject subject) const {
  std::vector<OfficerDecision> decisions;
  const std::string prefix(1, static_cast<char>(subject));
  QCDR_RETURN_IF_ERROR(for_each_versions(
      FactKind::kOfficerDecision, prefix,
      [&](std::string_view key, const VersionedFact& fact) -> Status {
        if (!fact.in_force.present()) return Status::ok();
        QCDR_ASSIGN_OR_RETURN(OfficerDecision decision,
                              OfficerDecision::decode(key, fact.in_force.content));
        decision.origin = fact.in_force.origin;
        // Of the records that were there when it was decided.
        QCDR_ASSIGN_OR_RETURN(const NamedRecord record,
                              find_record(decision.record_id, decision.origin.upload));
        QCDR_ASSIGN_OR_RETURN(const auto whole, upload(decision.record_id));
        if (record.row) {
          decision.named_upload = record.row->upload;
          decision.named_row = record.row->row;
        } else if (whole) {
          decision.named_upload = whole->ordinal;
        }
        decisions.push_back(std::move(decision));
        return Status::ok();
      }));
  return decisions;
}

}  // namespace qcdr::ledger
