#include "ledger/practice_ledger.h"

#include <algorithm>

#include "ledger/finding_subject.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

constexpr std::string_view kSingleton;
constexpr std::uint8_t kLayoutVersion = 1;

FactValue encode_layout(const PracticeLayout& layout) {
  ByteWriter writer;
  writer.u8(kLayoutVersion);
  writer.varint(layout.cases.cases);
  writer.varint(layout.cases.blocks);
  writer.varint(layout.cases.buckets);
  writer.varint(layout.uploads);
  writer.raw(layout.digest.bytes());
  return {"", writer.take()};
}

}  // namespace

Result<PracticeLayout> decode_practice_layout(const FactValue& value) {
  ByteReader reader(value.layout);
  PracticeLayout layout;
  const bool known = reader.u8() == kLayoutVersion;
  layout.cases.cases = reader.varint();
  layout.cases.blocks = static_cast<std::uint32_t>(reader.varint());
  layout.cases.buckets = static_cast<std::uint32_t>(reader.varint());
  layout.uploads = static_cast<std::uint32_t>(reader.varint());
  const std::string_view digest = reader.raw(32);
  if (!known || !reader.ok()) return Status(ErrorCode::kCorruption, "layout cannot be decoded");
  QCDR_ASSIGN_OR_RETURN(layout.digest, StateDigest::from_bytes(digest));
  return layout;
}

PracticeLedger::PracticeLedger(PracticeYear id, const YearLedgerRules& rules,
                               const Key256& entity_key, const RowReader& rows)
    : id_(id),
      rules_(rules),
      entity_key_(entity_key),
      rows_(rows),
      facts_(id, &digest_),
      pairs_(id, entity_key, &facts_),
      counts_(id, rows, rules.measures.size(), &digest_) {}

Result<std::unique_ptr<PracticeLedger>> PracticeLedger::open(PracticeYear id,
                                                             const YearLedgerRules& rules,
                                                             const Key256& entity_key,
                                                             const RowReader& rows) {
  std::unique_ptr<PracticeLedger> ledger(new PracticeLedger(id, rules, entity_key, rows));
  QCDR_RETURN_IF_ERROR(ledger->load(rows));
  return ledger;
}

Status PracticeLedger::load(const RowReader& rows) {
  QCDR_RETURN_IF_ERROR(facts_.load(rows));
  if (facts_.empty()) {
    facts_.put(FactKind::kMeasures, kSingleton, {rules_.slot_names(), ""});
  }
  const FactValue* measures = facts_.find(FactKind::kMeasures, kSingleton);
  if (measures == nullptr || measures->canonical != rules_.slot_names()) {
    return Status(ErrorCode::kFailedPrecondition,
                  "state was folded with another list of measures; it needs a new generation");
  }
  CaseIndexLayout layout;
  if (const FactValue* value = facts_.find(FactKind::kLayout, kSingleton)) {
    QCDR_ASSIGN_OR_RETURN(const PracticeLayout stored, decode_practice_layout(*value));
    layout = stored.cases;
    upload_count_ = stored.uploads;
    digest_ = stored.digest;
  }
  cases_ = std::make_unique<CaseIndex>(id_, rows, layout);
  QCDR_RETURN_IF_ERROR(pairs_.load());
  for (std::uint32_t pair = 0; pair < pairs_.pairs().size(); ++pair) {
    QCDR_ASSIGN_OR_RETURN(const auto standing, npis_.find(pairs_.pair(pair).npi));
    if (standing) {
      pairs_.set_npi_dates(pair, standing->entry.deactivated, standing->entry.reactivated);
    }
  }
  QCDR_RETURN_IF_ERROR(derived_.load(facts_, pairs_));
  QCDR_RETURN_IF_ERROR(load_audit_corrections());
  return load_extensions();
}

Result<PracticeLedger::LiveUpload*> PracticeLedger::live_upload(const std::string& upload_id,
                                                                std::uint32_t kind,
                                                                Instant received_at) {
  if (const auto found = uploads_.find(upload_id); found != uploads_.end()) return &found->second;
  LiveUpload live;
  if (const FactValue* value = facts_.find(FactKind::kUpload, upload_id)) {
    QCDR_ASSIGN_OR_RETURN(live.fact, UploadFact::decode(*value));
  } else {
    live.fact.ordinal = upload_count_++;
    live.fact.kind = kind;
    live.fact.received_at = received_at;
  }
  return &uploads_.emplace(upload_id, std::move(live)).first->second;
}

Status PracticeLedger::apply_chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows, Offset offset,
                                   Effects* effects) {
  if (static_cast<std::uint32_t>(rows.rows_size()) != chunk.row_count()) {
    return Status(ErrorCode::kCorruption, "chunk has another number of rows than it says");
  }
  RowContext context;
  context.chunk = &chunk;
  context.rows = &rows;
  context.upload_id = chunk.upload_id();
  context.received_at = Instant::from_milliseconds(chunk.received_at());
  context.offset = offset;
  context.effects = effects;
  QCDR_ASSIGN_OR_RETURN(LiveUpload * live,
                        live_upload(chunk.upload_id(), static_cast<std::uint32_t>(chunk.kind()),
                                    context.received_at));
  context.upload = &live->fact;
  if (live->fact.kind != static_cast<std::uint32_t>(chunk.kind())) {
    return Status(ErrorCode::kCorruption, "chunks of one upload are of two kinds");
  }
  live->dirty = true;
  dirty_ = true;
  reconciliations_.clear();
  if (live->fact.completed) return repeat_refusals(context);
  if (chunk.first_ordinal() > live->fact.next_row) {
    park(context);
    return Status::ok();
  }
  live->fact.parked = false;
  std::uint32_t expected = chunk.first_ordinal();
  for (const v1::Row& row : rows.rows()) {
    if (row.ordinal() != expected++) {
      return Status(ErrorCode::kCorruption, "rows of a chunk are not consecutive");
    }
    if (row.ordinal() < live->fact.next_row) continue;  // re-chunked: folded before
    context.row = &row;
    QCDR_RETURN_IF_ERROR(apply_row(context));
    live->fact.next_row = row.ordinal() + 1;
  }
  reconciliations_.clear();  // a row may have asked before a later one changed the answer
  return Status::ok();
}

Status PracticeLedger::complete_upload(const v1::UploadCompleted& completed, Offset offset,
                                       Effects* effects) {
  RowContext context;
  context.upload_id = completed.upload_id();
  context.received_at = Instant::from_milliseconds(completed.received_at());
  context.offset = offset;
  context.effects = effects;
  QCDR_ASSIGN_OR_RETURN(LiveUpload * live, live_upload(completed.upload_id(),
                                                       static_cast<std::uint32_t>(completed.kind()),
                                                       context.received_at));
  if (live->fact.completed) return Status::ok();
  context.upload = &live->fact;
  live->dirty = true;
  dirty_ = true;
  reconciliations_.clear();
  if (!completed.refused() && completed.row_count() != live->fact.next_row) {
    park(context);
    return Status::ok();
  }
  if (completed.refused() && live->fact.next_row > 0) refuse_after_rows(context);
  live->fact.parked = false;
  live->fact.completed = true;
  const UploadFact& fact = live->fact;
  QCDR_ASSERT(fact.rows_accepted + fact.rows_held + fact.rows_rejected + fact.rows_duplicate ==
              fact.next_row);
  live->fact.refused = completed.refused();
  for (const v1::Verdict& verdict : completed.verdicts()) tell_verdict(verdict, context, false);
  if (!completed.refused() && completed.kind() == v1::RECORD_KIND_ROSTER_ENTRY) {
    QCDR_RETURN_IF_ERROR(complete_roster(context));
  }
  if (completed.kind() == v1::RECORD_KIND_OPT_OUT) QCDR_RETURN_IF_ERROR(complete_opt_outs(context));
  QCDR_RETURN_IF_ERROR(look_at_headcount(context));
  effects->uploads.push_back({offset, id_, completed.upload_id(), live->fact});
  return Status::ok();
}

// Who is paid for depends on everybody with cases, so new cases can concern others too.
Status PracticeLedger::look_at_headcount(const RowContext& context) {
  const bool changes = context.upload->kind == v1::RECORD_KIND_ANESTHESIA_CASE ||
                       context.upload->kind == v1::RECORD_KIND_ROSTER_ENTRY;
  if (!changes || context.upload->refused) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const RegistrationStanding standing, registration());
  if (standing.in_force && standing.in_force->clinicians_paid_for() > 0) {
    touch_all(context.offset, context.effects);
  }
  return Status::ok();
}

// Rows are missing: wait until validation runs again. Told once, until rows go on.
void PracticeLedger::park(RowContext& context) {
  if (context.upload->parked) return;
  context.upload->parked = true;
  context.row = nullptr;
  tell(context, FindingCode::UPLOAD_PARKED);
}

// A roster that was not taken yet goes as a whole. Of other kinds the rows had their effect; to
// take them back would need what they replaced, so the upload says how many they were.
void PracticeLedger::refuse_after_rows(RowContext& context) {
  UploadFact& upload = *context.upload;
  if (upload.kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ROSTER_ENTRY)) {
    drop_stage(context.upload_id);
    upload.rows_rejected += std::exchange(upload.rows_accepted, 0);
    return;
  }
  tell(context, FindingCode::UPLOAD_REFUSED_AFTER_ROWS, {std::to_string(upload.next_row)});
}

void PracticeLedger::tell(RowContext& context, FindingCode code,
                          std::vector<std::string> parameters) {
  const std::uint32_t number = code_number(code);
  ++context.upload->findings[number];
  std::uint64_t told = 0;
  for (const auto& [ignored, count] : context.upload->findings) told += count;
  if (told > kFindingsPerUploadMax) return;
  LedgerFinding finding;
  finding.cause = context.offset;
  finding.practice_year = id_;
  finding.upload_id = context.upload_id;
  finding.code = number;
  finding.parameters = std::move(parameters);
  if (context.row != nullptr) {
    finding.has_row = true;
    finding.row = context.row->ordinal();
    finding.line = context.row->location().line();
    finding.column = context.row->location().column();
    finding.byte_offset = context.row->location().byte_offset();
    finding.path = context.row->location().path();
    finding.subject = finding_subject(*context.row, *context.rows);
  }
  context.effects->findings.push_back(std::move(finding));
}

void PracticeLedger::tell_verdict(const v1::Verdict& verdict, RowContext& context, bool with_row) {
  const std::size_t before = context.effects->findings.size();
  tell(context, static_cast<FindingCode>(verdict.code()),
       {verdict.parameters().begin(), verdict.parameters().end()});
  if (context.effects->findings.size() == before) return;
  LedgerFinding& finding = context.effects->findings.back();
  finding.has_row = with_row;
  finding.line = verdict.location().line();
  finding.column = verdict.location().column();
  finding.byte_offset = verdict.location().byte_offset();
  finding.path = verdict.location().path();
}

Result<std::uint32_t> PracticeLedger::tin_of(const RowContext& context,
                                             std::uint32_t index_plus_one) {
  if (index_plus_one == 0 ||
      index_plus_one > static_cast<std::uint32_t>(context.rows->tins_size())) {
    return Status(ErrorCode::kCorruption, "a row refers to a TIN that its chunk does not have");
  }
  const v1::TinEntry& entry = context.rows->tins(static_cast<int>(index_plus_one - 1));
  QCDR_ASSIGN_OR_RETURN(const TinToken token, TinToken::from_string(entry.token()));
  return pairs_.find_or_add_tin(token, entry.last_four(), entry.encrypted());
}

void PracticeLedger::freeze(RowBatch* batch) {
  for (auto& [upload_id, live] : uploads_) {
    if (live.dirty) facts_.put(FactKind::kUpload, upload_id, live.fact.encode());
    live.dirty = false;
  }
  // Completed uploads are not looked at again, except for a repeat: the facts keep them.
  std::erase_if(uploads_, [](const auto& entry) { return entry.second.fact.completed; });
  counts_.freeze(batch);
  derived_.freeze(pairs_, &facts_);
  facts_.put(FactKind::kLayout, kSingleton,
             encode_layout({cases_->layout(), upload_count_, digest_}));
  cases_->freeze(batch);
  facts_.freeze(batch);
  dirty_ = false;
}

std::size_t PracticeLedger::dirty_bytes() const {
  return facts_.dirty_bytes() + counts_.dirty_bytes() + cases_->dirty_bytes();
}

std::size_t PracticeLedger::memory_bytes() const {
  constexpr std::size_t kPairBytes = 256;
  return facts_.memory_bytes() + counts_.memory_bytes() + cases_->memory_bytes() +
         file_times_.memory_bytes() + pairs_.pairs().size() * kPairBytes + 4096;
}

}  // namespace qcdr::ledger
