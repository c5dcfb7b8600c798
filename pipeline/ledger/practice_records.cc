// Records of which the last version counts: judged, kept, counted.
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {

using rulebook::CalendarOutcome;

CalendarOutcome PracticeLedger::judge_record(const RowContext& context,
                                             std::string_view calendar_kind, bool correction,
                                             std::string_view* rule_name) const {
  const calendar::Judgement judgement = calendar::judge(
      *rules_.year, calendar_kind, context.received_at, std::nullopt, correction, extensions_);
  *rule_name = judgement.rule_name;
  return judgement.outcome;
}

void PracticeLedger::reject(RowContext& context, FindingCode code,
                            std::vector<std::string> parameters) {
  tell(context, code, std::move(parameters));
  ++context.upload->rows_rejected;
}

Result<VersionedFact> PracticeLedger::versions(FactKind kind, std::string_view subject) const {
  const FactValue* value = facts_.find(kind, subject);
  if (value == nullptr) return VersionedFact();
  return VersionedFact::decode(*value);
}

Status PracticeLedger::for_each_versions(FactKind kind, std::string_view prefix,
                                         const VisitVersions& visit) const {
  return facts_.for_each_from(
      kind, prefix, [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const VersionedFact found, VersionedFact::decode(value));
        return visit(subject, found);
      });
}

// Records that their source gave an id of its own can be named by it later. Not their subject: when
// a newer record has taken the place of one, to take back the older one takes nothing.
Status PracticeLedger::note_record_id(const RowContext& context) {
  if (context.row->record_id().empty()) return Status::ok();
  return index_record(context.row->record_id(), {context.upload->ordinal, context.row->ordinal()},
                      &facts_);
}

Status PracticeLedger::say_again(const RowContext& context, FactKind kind,
                                 const std::string& subject, const std::string& content) {
  QCDR_ASSIGN_OR_RETURN(VersionedFact fact, versions(kind, subject));
  if (fact.in_force.content != content) return Status::ok();
  fact.in_force.origin = origin_of(context);
  facts_.put(kind, subject, fact.encode());
  return note_record_id(context);
}

Result<bool> PracticeLedger::take_record(RowContext& context, FactKind kind,
                                         const std::string& subject, std::string content,
                                         std::string_view calendar_kind, bool correction) {
  if (takes_back(context)) {
    QCDR_RETURN_IF_ERROR(take_back(context, kind, subject));
    return false;
  }
  std::string_view rule;
  const CalendarOutcome outcome = judge_record(context, calendar_kind, correction, &rule);
  if (outcome == CalendarOutcome::kRejectedLate) {
    reject(context, FindingCode::RECEIVED_LATE_REJECTED, {std::string(rule)});
    return false;
  }
  QCDR_ASSIGN_OR_RETURN(VersionedFact fact, versions(kind, subject));
  const Taken taken = take_version(&fact, std::move(content), outcome != CalendarOutcome::kLateHeld,
                                   origin_of(context));
  if (taken == Taken::kDuplicate) {
    ++context.upload->rows_duplicate;
    return false;
  }
  if (taken == Taken::kHeld) {
    tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rule)});
    ++context.upload->rows_held;
  } else {
    if (outcome == CalendarOutcome::kMilestoneMissed) {
      tell(context, FindingCode::MILESTONE_MISSED, {std::string(rule)});
    }
    ++context.upload->rows_accepted;
  }
  facts_.put(kind, subject, fact.encode());
  QCDR_RETURN_IF_ERROR(note_record_id(context));
  return taken == Taken::kAccepted;
}

}  // namespace qcdr::ledger
