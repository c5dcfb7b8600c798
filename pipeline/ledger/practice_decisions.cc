// Extensions of a practice's deadlines, and decisions of the registry's officers.
#include <algorithm>

#include "ledger/encoding.h"
#include "ledger/practice_ledger.h"
#include "ledger/record_id.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/deadline_names.h"

namespace qcdr::ledger {

using rulebook::CalendarOutcome;

namespace {

constexpr std::int64_t kSecond = 1000;

// The last instant is meant with its whole second, as the calendar's own are.
Instant limit_after(std::int64_t last) {
  return Instant::from_milliseconds(last - last % kSecond + kSecond);
}

// What the subjects of facts about a TIN or a pair begin with. Circumstances of a TIN are those of
// everybody under it.
std::vector<std::string> subjects_of(const OfficerDecision& decision, const PairTable& pairs,
                                     const Key256& entity_key, PerformanceYear year) {
  if (decision.tin == TinToken()) return {};
  if (decision.npi != Npi()) {
    const EntityId pair = make_individual_entity(entity_key, year, decision.tin, decision.npi);
    return {std::string(pair.bytes())};
  }
  const EntityId group = make_group_entity(entity_key, year, decision.tin);
  std::vector<std::string> subjects = {std::string(decision.tin.bytes()),
                                       std::string(group.bytes())};
  // What is held of a TIN alone is the TIN's; with a record beside it the TIN says whose it is.
  if (decision.subject != DecisionSubject::kLateCircumstances && decision.record_id.empty()) {
    return subjects;
  }
  for (const PairRow& pair : pairs.pairs()) {
    if (pairs.tins()[pair.tin].token == decision.tin) subjects.emplace_back(pair.entity.bytes());
  }
  return subjects;
}

}  // namespace

Status PracticeLedger::load_extensions() {
  extensions_.clear();
  judged_.valid = false;
  return for_each_versions(FactKind::kDeadlineExtension, "",
                           [&](std::string_view name, const VersionedFact& fact) -> Status {
                             ByteReader reader(fact.in_force.content);
                             reader.u8();
                             const std::int64_t until = reader.signed_varint();
                             if (!reader.ok()) {
                               return Status(ErrorCode::kCorruption, "extension cannot be decoded");
                             }
                             extensions_.push_back({std::string(name), limit_after(until)});
                             return Status::ok();
                           });
}

// Extensions only widen: one that ends earlier than what was granted before says nothing new.
Status PracticeLedger::apply_deadline_extension(RowContext& context,
                                                const v1::DeadlineExtension& fact) {
  if (takes_back(context)) {
    reject(context, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
    return Status::ok();
  }
  if (!rulebook::is_in_calendar(*rules_.year, fact.deadline())) {
    reject(context, FindingCode::DEADLINE_UNKNOWN,
           {"deadline", rulebook::deadline_list(*rules_.year)});
    return Status::ok();
  }
  for (const calendar::Extension& known : extensions_) {
    if (known.name == fact.deadline() && limit_after(fact.until()) <= known.new_limit) {
      ++context.upload->rows_duplicate;
      return Status::ok();
    }
  }
  ByteWriter content = begin_content();
  content.signed_varint(fact.until());
  content.signed_varint(fact.announced_at());
  content.text(fact.reason());
  QCDR_ASSIGN_OR_RETURN(const bool accepted,
                        take_record(context, FactKind::kDeadlineExtension, fact.deadline(),
                                    content.take(), rulebook::kinds::kDeadlineExtension));
  if (!accepted) return Status::ok();
  QCDR_RETURN_IF_ERROR(load_extensions());
  std::uint32_t lifted = 0;
  QCDR_RETURN_IF_ERROR(judge_again(context.offset, context.effects, &lifted));
  if (lifted > 0) tell(context, FindingCode::HOLD_LIFTED, {std::to_string(lifted)});
  touch_all(context.offset, context.effects);
  return Status::ok();
}

// Everything that waits, by its receipt, under the limits as they are now. What an officer refused
// stays refused: that was said of the record itself.
Status PracticeLedger::judge_again(Offset cause, Effects* effects, std::uint32_t* lifted) {
  const auto on_time = [this](std::string_view kind, Instant received_at, bool correction) {
    const auto outcome =
        calendar::judge(*rules_.year, kind, received_at, std::nullopt, correction, extensions_)
            .outcome;
    return outcome == CalendarOutcome::kOnTime || outcome == CalendarOutcome::kMilestoneMissed;
  };
  const auto roster_on_time = [&](std::string_view, const UploadFact& fact) {
    return on_time(rulebook::kinds::kRoster, fact.received_at, false);
  };
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t rosters,
                        settle_rosters(Settle::kLetIn, roster_on_time, false, cause, effects));
  const auto record_on_time = [&](const Held& held) {
    return !held.refused && on_time(held.calendar_kind, held.origin.received_at, held.correction);
  };
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t records,
                        settle_facts(Settle::kLetIn, record_on_time, upload_count_, &facts_));
  QCDR_ASSIGN_OR_RETURN(const std::vector<Instant> received, receipts());
  const auto class_now = [&](const Contribution& waiting,
                             bool correction) -> std::optional<CountClass> {
    if (waiting.refused) return std::nullopt;
    const auto outcome = calendar::judge(*rules_.year, rulebook::kinds::kAnesthesiaCase,
                                         received[waiting.upload], rules_.month_of_day[waiting.day],
                                         correction || waiting.takes_back(), extensions_)
                             .outcome;
    if (outcome == CalendarOutcome::kOnTime) return CountClass::kOnTime;
    if (outcome == CalendarOutcome::kMilestoneMissed) return CountClass::kMilestoneMissed;
    return std::nullopt;
  };
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t cases,
                        change_cases(lift_by(class_now), cause, effects));
  *lifted = rosters + records + cases;
  return Status::ok();
}

// A decision that is said again is heard again: something may have come too late since.
Status PracticeLedger::apply_officer_decision(RowContext& context,
                                              const v1::OfficerDecision& fact) {
  OfficerDecision decision;
  decision.subject = static_cast<DecisionSubject>(fact.subject());
  if (fact.tin() != 0) {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
    decision.tin = pairs_.tins()[tin].token;
  }
  decision.npi = Npi::from_trusted(fact.npi());
  decision.code = fact.code();
  decision.record_id = fact.record_id();
  decision.approved = fact.verdict() == v1::OfficerDecision::VERDICT_APPROVE;
  decision.reason = fact.reason();
  if (!takes_back(context)) {
    QCDR_ASSIGN_OR_RETURN(const NamedRecord named,
                          find_record(decision.record_id, context.upload->ordinal));
    if (named.ambiguous) {
      reject(context, FindingCode::RECORD_ID_AMBIGUOUS);
      return Status::ok();
    }
  }
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kOfficerDecision, decision.fact_subject(),
                                   decision.encode(), rulebook::kinds::kOfficerDecision)
                           .status());
  if (takes_back(context)) return Status::ok();
  QCDR_RETURN_IF_ERROR(
      say_again(context, FactKind::kOfficerDecision, decision.fact_subject(), decision.encode()));
  touch_all(context.offset, context.effects);
  std::uint32_t settled = 0;
  switch (decision.subject) {
    case DecisionSubject::kLateRecord:
    case DecisionSubject::kLateCircumstances: {
      QCDR_ASSIGN_OR_RETURN(settled, settle_decided(decision, context));
      break;
    }
    case DecisionSubject::kUnreadableOptOut: {
      if (!decision.approved) return Status::ok();  // it stays as it is
      QCDR_ASSIGN_OR_RETURN(settled, clear_unreadable(decision, context.offset, context.effects));
      break;
    }
    default:
      return Status::ok();
  }
  if (settled == 0) {
    // A no to circumstances is about approvals in force, too, which wait for nobody.
    if (decision.subject == DecisionSubject::kLateCircumstances && !decision.approved) {
      return Status::ok();
    }
    tell(context, FindingCode::NOTHING_HELD);
  } else {
    tell(context, decision.approved ? FindingCode::HOLD_LIFTED : FindingCode::HOLD_REFUSED,
         {std::to_string(settled)});
  }
  return Status::ok();
}

// One record by its id, the rows of an upload, or what is held of a TIN or pair; of a record or an
// upload only what is about the TIN or pair that the officer named beside it.
Result<std::uint32_t> PracticeLedger::settle_decided(const OfficerDecision& decision,
                                                     RowContext& context) {
  const Settle settle = decision.approved ? Settle::kLetIn : Settle::kRefuse;
  std::string_view upload_id = decision.record_id;
  std::uint32_t row = 0;
  const bool one_row = split_record_id(decision.record_id, &upload_id, &row);
  QCDR_ASSIGN_OR_RETURN(const auto of_upload, upload(upload_id));
  QCDR_ASSIGN_OR_RETURN(const NamedRecord named,
                        find_record(decision.record_id, context.upload->ordinal));
  const std::optional<RecordRow>& record = named.row;
  const bool circumstances = decision.subject == DecisionSubject::kLateCircumstances;
  const std::vector<std::string> subjects = subjects_of(decision, pairs_, entity_key_, id_.year);
  const auto is_meant = [&](const Held& held) {
    if (circumstances && held.kind != FactKind::kReweighting) return false;
    const bool of_subject =
        std::any_of(subjects.begin(), subjects.end(),
                    [&](const std::string& subject) { return held.subject.starts_with(subject); });
    if (!subjects.empty() && !of_subject) return false;
    if (of_upload) {
      return held.origin.upload == of_upload->ordinal && (!one_row || held.origin.row == row);
    }
    if (record) return held.origin.upload == record->upload && held.origin.row == record->row;
    return decision.record_id.empty() && of_subject;
  };
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t settled,
                        settle_facts(settle, is_meant, upload_count_, &facts_));
  // Rosters and cases are of no one TIN or pair.
  if (!of_upload || circumstances || !subjects.empty()) return settled;
  QCDR_ASSIGN_OR_RETURN(
      const std::uint32_t uploaded,
      settle_uploaded(settle, *of_upload, one_row ? std::optional(row) : std::nullopt, context));
  return settled + uploaded;
}

// What waits as a whole, or as a case. A row: only that one.
Result<std::uint32_t> PracticeLedger::settle_uploaded(Settle settle, const UploadFact& of_upload,
                                                      std::optional<std::uint32_t> row,
                                                      RowContext& context) {
  if (of_upload.kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ROSTER_ENTRY)) {
    const auto is_meant = [&](std::string_view, const UploadFact& fact) {
      return fact.ordinal == of_upload.ordinal;
    };
    const bool refused_too = settle == Settle::kLetIn;
    return settle_rosters(settle, is_meant, refused_too, context.offset, context.effects);
  }
  if (of_upload.kind != static_cast<std::uint32_t>(v1::RECORD_KIND_ANESTHESIA_CASE)) return 0U;
  const auto is_meant = [&](const Contribution& waiting) {
    return waiting.upload == of_upload.ordinal && (!row || waiting.row == *row);
  };
  const ChangeCase change = settle == Settle::kRefuse ? refuse_if(is_meant) : let_in_if(is_meant);
  return change_cases(change, context.offset, context.effects);
}

}  // namespace qcdr::ledger
