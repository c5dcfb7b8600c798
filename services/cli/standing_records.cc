#include "cli/standing_records.h"

#include "ledger/opt_out.h"
#include "ledger/record_index.h"
#include "ledger/versioned_fact.h"

namespace qcdr {

using ledger::FactKind;
using ledger::FactValue;

// One row can stand in several facts, of which one may have been superseded: what stands most
// counts.
void StandingRecords::note(const ledger::Origin& origin, Stands stands) {
  if (origin.received_at == Instant()) return;
  Stands& known = rows_[{origin.upload, origin.row}];
  if (known == Stands::kNot || stands == Stands::kInForce) known = stands;
}

Status StandingRecords::note_fact(FactKind kind, const FactValue& value) {
  const auto held = [](bool refused) { return refused ? Stands::kHoldRefused : Stands::kHeld; };
  switch (kind) {
    case FactKind::kIndividualConsent:
    case FactKind::kOfficerConsent: {
      QCDR_ASSIGN_OR_RETURN(const auto fact, ledger::Consent::decode(value));
      const bool waits = fact.state == ledger::ConsentState::kHeld;
      const bool refused = fact.state == ledger::ConsentState::kRefused;
      note(fact.origin, waits || refused ? held(refused) : Stands::kInForce);
      if (fact.held) note(fact.held->origin, Stands::kHeld);
      return Status::ok();
    }
    case FactKind::kReportingOption: {
      QCDR_ASSIGN_OR_RETURN(const auto fact, ledger::ReportingOptionFact::decode(value));
      note(fact.in_force.origin, Stands::kInForce);
      note(fact.held.origin, held(fact.held_refused));
      return Status::ok();
    }
    case FactKind::kOptOut: {
      QCDR_ASSIGN_OR_RETURN(const auto fact, ledger::OptOutFact::decode(value));
      note(fact.origin, Stands::kInForce);
      note(fact.since, Stands::kInForce);
      note(fact.held_origin, held(fact.revocation_refused));
      return Status::ok();
    }
    default:
      break;
  }
  QCDR_ASSIGN_OR_RETURN(const auto fact, ledger::VersionedFact::decode(value));
  if (fact.in_force.present()) note(fact.in_force.origin, Stands::kInForce);
  if (fact.held.present()) note(fact.held.origin, held(fact.held_refused));
  return Status::ok();
}

Status StandingRecords::read_facts(const RowReader& rows, ledger::PracticeYear id) {
  StateDigest unused;
  ledger::FactTable facts(id, &unused);
  QCDR_RETURN_IF_ERROR(facts.load(rows));
  QCDR_RETURN_IF_ERROR(facts.for_each(
      FactKind::kUpload, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const auto upload, ledger::UploadFact::decode(value));
        uploads_[std::string(subject)] = {upload.ordinal, upload.completed || upload.refused,
                                          upload.refused};
        return Status::ok();
      }));
  for (int number = 0; number <= UINT8_MAX; ++number) {
    const auto kind = static_cast<FactKind>(number);
    const bool said = ledger::has_versions(kind) || kind == FactKind::kIndividualConsent ||
                      kind == FactKind::kOfficerConsent || kind == FactKind::kReportingOption ||
                      kind == FactKind::kOptOut || kind == FactKind::kOfficerDecision ||
                      kind == FactKind::kDeadlineExtension;
    if (!said) continue;
    QCDR_RETURN_IF_ERROR(
        facts.for_each(kind, [&](std::string_view, const FactValue& value) -> Status {
          return note_fact(kind, value);
        }));
  }
  // A roster that waits has its rows staged; the one in force says its name.
  QCDR_RETURN_IF_ERROR(facts.for_each(FactKind::kRosterStage,
                                      [&](std::string_view subject, const FactValue&) -> Status {
                                        ByteReader reader(subject);
                                        rosters_[std::string(reader.text())] = Stands::kHeld;
                                        return Status::ok();
                                      }));
  return facts.for_each(FactKind::kRoster, [&](std::string_view, const FactValue& value) -> Status {
    ByteReader reader(value.canonical);
    rosters_[std::string(reader.text())] = Stands::kInForce;
    return Status::ok();
  });
}

Result<StandingRecords> StandingRecords::read(StateView::PartitionView& partition,
                                              ledger::PracticeYear id, bool with_cases) {
  StandingRecords found;
  QCDR_RETURN_IF_ERROR(found.read_facts(*partition.rows, id));
  if (!with_cases) return found;
  QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, partition.ledger->find(id));
  QCDR_RETURN_IF_ERROR(practice->for_each_case([&](const ledger::CaseEntry& entry) -> Status {
    if (entry.counting) {
      found.rows_[{entry.counting->upload, entry.counting->row}] = Stands::kInForce;
    }
    if (entry.held) {
      found.rows_[{entry.held->upload, entry.held->row}] =
          entry.held->refused ? Stands::kHoldRefused : Stands::kHeld;
    }
    return Status::ok();
  }));
  return found;
}

Stands StandingRecords::of(const std::string& upload_id, std::uint32_t row) const {
  const auto roster = rosters_.find(upload_id);
  if (roster != rosters_.end()) return roster->second;
  const auto upload = uploads_.find(upload_id);
  if (upload == uploads_.end()) return Stands::kNot;
  const auto known = rows_.find({upload->second.ordinal, row});
  return known == rows_.end() ? Stands::kNot : known->second;
}

bool StandingRecords::is_finished(const std::string& upload_id) const {
  const auto upload = uploads_.find(upload_id);
  return upload != uploads_.end() && upload->second.finished;
}

bool StandingRecords::is_refused(const std::string& upload_id) const {
  const auto upload = uploads_.find(upload_id);
  return upload != uploads_.end() && upload->second.refused;
}

}  // namespace qcdr
