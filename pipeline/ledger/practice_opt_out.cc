// Opt-outs from individual reporting.
#include "ledger/encoding.h"
#include "ledger/practice_ledger.h"
#include "ledger/readiness.h"
#include "ledger/record_id.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {

using rulebook::CalendarOutcome;

namespace {

// Stands for the row where a file as a whole could not be read.
constexpr std::uint32_t kWholeFile = UINT32_MAX;

}  // namespace

Status PracticeLedger::apply_opt_out(RowContext& context, const v1::OptOut& fact) {
  if (fact.tin() == 0) {
    ++context.upload->rows_rejected;
    hold_unreadable(context, TinToken());
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  if (subject.group) {  // which clinician was meant cannot be told
    reject(context, FindingCode::OPT_OUT_NOT_FOR_GROUPS);
    hold_unreadable(context, pairs_.tins()[subject.tin].token);
    return Status::ok();
  }
  const std::string entity(subject.entity.bytes());
  QCDR_RETURN_IF_ERROR(settle_unreadable(context));
  if (takes_back(context)) return take_back(context, FactKind::kOptOut, entity);
  if (fact.action() == v1::CONSENT_ACTION_REVOKE) return revoke_opt_out(context, entity);
  QCDR_ASSIGN_OR_RETURN(OptOutFact standing, find_opt_out(entity));
  const std::uint8_t categories = category_bits(fact.categories());
  tell(context, FindingCode::OPT_OUT_CAN_COST);  // said again, too
  if (!file(&standing, categories, static_cast<std::uint8_t>(fact.reason()), origin_of(context))) {
    ++context.upload->rows_duplicate;
    return Status::ok();
  }
  if (!subject.pair || !pairs_.pair(*subject.pair).listed) {
    tell(context, FindingCode::OPT_OUT_PAIR_UNKNOWN);
  }
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option,
                        reporting_option(pairs_.tins()[subject.tin]));
  if (covers_group(option.in_force.level)) tell(context, FindingCode::OPT_OUT_LEAVES_GROUP);
  ++context.upload->rows_accepted;
  facts_.put(FactKind::kOptOut, entity, standing.encode());
  QCDR_RETURN_IF_ERROR(note_record_id(context));
  touch_subject(subject, context);
  return Status::ok();
}

Status PracticeLedger::revoke_opt_out(RowContext& context, const std::string& subject) {
  QCDR_ASSIGN_OR_RETURN(OptOutFact standing, find_opt_out(subject));
  std::string_view rule;
  const CalendarOutcome outcome =
      judge_record(context, rulebook::kinds::kOptOutRevocation, false, &rule);
  if (outcome == CalendarOutcome::kRejectedLate) {
    reject(context, FindingCode::RECEIVED_LATE_REJECTED, {std::string(rule)});
    return Status::ok();
  }
  const bool on_time = outcome != CalendarOutcome::kLateHeld;
  // What takes the record back takes back all that it says.
  const CategoryBits categories =
      takes_back(context) ? CategoryBits{0} : category_bits(context.row->opt_out().categories());
  if (!revoke(&standing, on_time, categories, origin_of(context))) {
    ++context.upload->rows_duplicate;
    return Status::ok();
  }
  if (on_time) {
    tell(context, FindingCode::OPT_OUT_REVOKED);
    ++context.upload->rows_accepted;
  } else {
    tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rule)});
    ++context.upload->rows_held;
  }
  facts_.put(FactKind::kOptOut, subject, standing.encode());
  if (!takes_back(context)) QCDR_RETURN_IF_ERROR(note_record_id(context));
  touch_fact(subject, context.offset, context.effects);
  return Status::ok();
}

// A zero token: whose TIN it was could not be read, so every individual set waits. Without a row
// the file as a whole is meant.
void PracticeLedger::hold_unreadable(RowContext& context, const TinToken& tin) {
  const UploadFact& upload = *context.upload;
  Origin origin{upload.received_at, upload.ordinal, kWholeFile};
  if (context.row != nullptr) origin = origin_of(context);
  tell(context, context.row == nullptr ? FindingCode::OPT_OUT_FILE_REFUSED
                                       : FindingCode::OPT_OUT_UNREADABLE);
  ByteWriter subject;
  subject.raw(tin.bytes());
  subject.big_u32(origin.upload);
  subject.big_u32(origin.row);
  ByteWriter canonical;
  encode_origin(origin, &canonical);
  facts_.put(FactKind::kUnreadableOptOut, subject.bytes(), {canonical.take(), ""});
  touch_all(context.offset, context.effects);
}

// A file that was refused as a whole may have said no for anybody: nobody knows its TINs, so every
// individual set of the practice waits. One that can be read and files for somebody ends that, if
// it came later; one that only revokes says nothing of who was in the other.
Status PracticeLedger::complete_opt_outs(RowContext& context) {
  const UploadFact& upload = *context.upload;
  if (upload.refused) {
    hold_unreadable(context, TinToken());
    return Status::ok();
  }
  if (!upload.findings.contains(code_number(FindingCode::OPT_OUT_CAN_COST))) return Status::ok();
  std::vector<std::string> settled;
  QCDR_RETURN_IF_ERROR(facts_.for_each_from(
      FactKind::kUnreadableOptOut, TinToken().bytes(),
      [&](std::string_view subject, const FactValue& value) -> Status {
        ByteReader reader(value.canonical);
        const Origin origin = decode_origin(&reader);
        if (origin.row == kWholeFile && origin.received_at <= upload.received_at) {
          settled.emplace_back(subject);
        }
        return Status::ok();
      }));
  for (const std::string& subject : settled) facts_.erase(FactKind::kUnreadableOptOut, subject);
  if (!settled.empty()) touch_all(context.offset, context.effects);
  return Status::ok();
}

// A corrected row or file names the one that could not be read.
Status PracticeLedger::settle_unreadable(RowContext& context) {
  OfficerDecision named;
  named.record_id =
      !context.row->supersedes().empty() ? context.row->supersedes() : context.chunk->supersedes();
  if (named.record_id.empty()) return Status::ok();
  return clear_unreadable(named, context.offset, context.effects).status();
}

Result<OptOutFact> PracticeLedger::find_opt_out(std::string_view entity) const {
  const FactValue* value = facts_.find(FactKind::kOptOut, entity);
  if (value == nullptr) return OptOutFact();
  return OptOutFact::decode(*value);
}

Result<OptOutFact> PracticeLedger::opt_out(const PairRow& pair) const {
  return find_opt_out(pair.entity.bytes());
}

Result<bool> PracticeLedger::opt_out_unreadable(const TinRow& tin) const {
  bool found = false;
  for (const TinToken& token : {tin.token, TinToken()}) {
    QCDR_RETURN_IF_ERROR(facts_.for_each_from(FactKind::kUnreadableOptOut, token.bytes(),
                                              [&](std::string_view, const FactValue&) -> Status {
                                                found = true;
                                                return Status::ok();
                                              }));
  }
  return found;
}

// What an officer clears: one row ("<upload id>/<row>"), the rows of an upload, those of a TIN, or
// all of them. What holds every TIN is not cleared for all of them by naming one.
Result<std::uint32_t> PracticeLedger::clear_unreadable(const OfficerDecision& decision,
                                                       Offset cause, Effects* effects) {
  std::string_view upload_id = decision.record_id;
  std::uint32_t row = 0;
  const bool one_row = split_record_id(decision.record_id, &upload_id, &row);
  std::optional<std::uint32_t> ordinal;
  if (!upload_id.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto fact, upload(upload_id));
    if (!fact) return 0U;
    ordinal = fact->ordinal;
  }
  std::vector<std::string> cleared;
  QCDR_RETURN_IF_ERROR(facts_.for_each(
      FactKind::kUnreadableOptOut, [&](std::string_view subject, const FactValue& value) -> Status {
        ByteReader reader(value.canonical);
        const Origin origin = decode_origin(&reader);
        const bool of_tin = decision.tin == TinToken() ||
                            subject.starts_with(decision.tin.bytes()) ||
                            (ordinal && subject.starts_with(TinToken().bytes()));
        if (of_tin && (!ordinal || origin.upload == *ordinal) && (!one_row || origin.row == row)) {
          cleared.emplace_back(subject);
        }
        return Status::ok();
      }));
  for (const std::string& subject : cleared) facts_.erase(FactKind::kUnreadableOptOut, subject);
  if (!cleared.empty()) touch_all(cause, effects);
  return static_cast<std::uint32_t>(cleared.size());
}

}  // namespace qcdr::ledger
