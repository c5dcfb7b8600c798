// Rows that take a record back: withdrawn (it was never true) or expired (it no longer is).
//
// Taking back a yes is a no: it takes effect at once, whatever the date. Taking back an opt-out is
// a yes and is judged as one. What is irrevocable or has done its work stays.
#include "ledger/actor_authority.h"
#include "ledger/practice_ledger.h"
#include "ledger/record_id.h"
#include "ledger/record_index.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/record_authority.h"

namespace qcdr::ledger {
namespace {

bool is_at(const Origin& origin, const RecordRow& record) {
  return origin.upload == record.upload && origin.row == record.row &&
         origin.received_at != Instant();
}

// A late grant beside one that stands is taken back alone. False: the record is no such grant.
Result<bool> drop_late_grant(FactKind kind, std::string_view subject, const RecordRow& record,
                             FactTable* facts) {
  QCDR_ASSIGN_OR_RETURN(Consent consent, Consent::decode(*facts->find(kind, subject)));
  if (!consent.held || is_at(consent.origin, record) || !is_at(consent.held->origin, record)) {
    return false;
  }
  consent.held.reset();
  facts->put(kind, subject, consent.encode());
  return true;
}

// The versions that came from the record; without one, all that is said of the subject.
Status drop_versions(FactKind kind, std::string_view subject, const RecordRow* record,
                     FactTable* facts) {
  VersionedFact fact;
  if (record != nullptr) {
    QCDR_ASSIGN_OR_RETURN(fact, VersionedFact::decode(*facts->find(kind, subject)));
    if (is_at(fact.in_force.origin, *record)) fact.in_force = FactVersion();
    if (is_at(fact.held.origin, *record)) {
      fact.held = FactVersion();
      fact.held_refused = false;
    }
  }
  if (fact.empty()) {
    facts->erase(kind, subject);
  } else {
    facts->put(kind, subject, fact.encode());
  }
  return Status::ok();
}

}  // namespace

bool PracticeLedger::takes_back(const RowContext& context) const {
  return context.row != nullptr && context.row->action() != v1::ROW_ACTION_UNSPECIFIED;
}

Result<NamedRecord> PracticeLedger::find_record(std::string_view record_id,
                                                std::uint32_t before_upload) const {
  QCDR_ASSIGN_OR_RETURN(NamedRecord named, find_indexed_record(record_id, before_upload, facts_));
  if (named.row || named.ambiguous) return named;
  std::string_view upload_id;
  RecordRow record;
  if (!split_record_id(record_id, &upload_id, &record.row)) return named;
  QCDR_ASSIGN_OR_RETURN(const auto of_upload, upload(upload_id));
  if (!of_upload) return named;
  record.upload = of_upload->ordinal;
  named.row = record;
  return named;
}

// What only the registry may state, and what the registry stated where both may.
Result<bool> PracticeLedger::stated_by_registry(const std::vector<RecordPlace>& places,
                                                const RecordRow& record) const {
  for (const RecordPlace& place : places) {
    if (place.kind != FactKind::kRegistration) continue;
    QCDR_ASSIGN_OR_RETURN(const bool of_registry, registration_is_the_registrys());
    if (of_registry) return true;
  }
  bool of_registry = false;
  QCDR_RETURN_IF_ERROR(for_each_known_upload([&](const std::string&, const UploadFact& fact) {
    if (fact.ordinal == record.upload) of_registry = rulebook::is_for_registry_only(fact.kind);
    return Status::ok();
  }));
  return of_registry;
}

Status PracticeLedger::take_back_named(RowContext& context) {
  QCDR_ASSIGN_OR_RETURN(const NamedRecord named,
                        find_record(context.row->supersedes(), upload_count_));
  if (named.ambiguous) {
    reject(context, FindingCode::RECORD_ID_AMBIGUOUS);
    return Status::ok();
  }
  std::vector<RecordPlace> places;
  if (named.row) {
    QCDR_ASSIGN_OR_RETURN(places, places_of(*named.row, facts_));
    QCDR_ASSIGN_OR_RETURN(const bool of_registry, stated_by_registry(places, *named.row));
    if (of_registry && !is_of_registry(context.chunk->actor())) {
      reject(context, FindingCode::AUTHORITY_MISSING, {"what the registry stated"});
      return Status::ok();
    }
  }
  if (places.empty()) {
    reject(context, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
    return Status::ok();
  }
  if (places.size() == 1) {
    return take_back(context, places.front().kind, places.front().subject, &*named.row);
  }
  // A sign-off of several TINs, or a confirmation for several clinicians: counted once.
  for (const RecordPlace& place : places) {
    QCDR_ASSERT(has_versions(place.kind) && place.kind != FactKind::kOptIn);
    QCDR_RETURN_IF_ERROR(drop_versions(place.kind, place.subject, &*named.row, &facts_));
  }
  tell(context, FindingCode::RECORD_TAKEN_BACK);
  ++context.upload->rows_accepted;
  touch_all(context.offset, context.effects);
  return Status::ok();
}

Status PracticeLedger::take_back(RowContext& context, FactKind kind, const std::string& subject,
                                 const RecordRow* named) {
  const auto taken_back = [&] {
    tell(context, FindingCode::RECORD_TAKEN_BACK);
    ++context.upload->rows_accepted;
    touch_all(context.offset, context.effects);
    return Status::ok();
  };
  const FactValue* value = facts_.find(kind, subject);
  if (value == nullptr) {
    reject(context, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
    return Status::ok();
  }
  if (kind == FactKind::kIndividualConsent || kind == FactKind::kOfficerConsent) {
    if (named != nullptr) {
      QCDR_ASSIGN_OR_RETURN(const bool late, drop_late_grant(kind, subject, *named, &facts_));
      if (late) return taken_back();
    }
    QCDR_ASSIGN_OR_RETURN(const bool changed, apply_consent(context, kind, subject, false, {}, {}));
    if (changed) touch_all(context.offset, context.effects);
    return Status::ok();
  }
  if (kind == FactKind::kOptOut) {
    QCDR_ASSIGN_OR_RETURN(OptOutFact opt_out, OptOutFact::decode(*value));
    const bool of_revocation = named != nullptr
                                   ? !is_at(opt_out.since, *named) || !opt_out.filed()
                                   : context.row->opt_out().action() == v1::CONSENT_ACTION_REVOKE;
    if (!of_revocation) return revoke_opt_out(context, subject);
    // A no: it takes effect at once. What a revocation in time has freed is filed anew.
    if (!withdraw_revocation(&opt_out)) {
      reject(context, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
      return Status::ok();
    }
    facts_.put(kind, subject, opt_out.encode());
    return taken_back();
  }
  bool irrevocable = !has_versions(kind);
  if (kind == FactKind::kOptIn) {
    QCDR_ASSIGN_OR_RETURN(const OptInElection election, find_opt_in(subject));
    irrevocable = election.final();
  }
  if (irrevocable) {
    reject(context, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(drop_versions(kind, subject, named, &facts_));
  // What an audit correction let in stays; it lets nothing more in.
  if (kind == FactKind::kAuditCorrection) QCDR_RETURN_IF_ERROR(load_audit_corrections());
  return taken_back();
}

}  // namespace qcdr::ledger
