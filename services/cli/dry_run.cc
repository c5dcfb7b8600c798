#include "cli/dry_run.h"

#include "common/topic_names.h"
#include "core/assert.h"
#include "intake/findings.h"
#include "intake/limits.h"
#include "ledger/ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "rulebook/record_year.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

// Behind everything that the state has folded; nobody sees it.
constexpr std::int64_t kFirstOffset = std::int64_t{1} << 60;

v1::Actor actor_of(Channel channel) {
  v1::Actor actor;
  actor.set_subject("dry-run");
  actor.set_authority(channel == Channel::kRegistry ? v1::AUTHORITY_REGISTRY_OPERATOR
                                                    : v1::AUTHORITY_PRACTICE_ADMINISTRATOR);
  return actor;
}

// Of a partition that nothing was ever folded for.
class NoRows final : public RowReader {
 public:
  Result<std::optional<std::string>> get(Family, std::string_view) const override {
    return std::optional<std::string>();
  }
  Status scan(Family, std::string_view, const Visit&) const override { return Status::ok(); }
};

bool refuses(const Status& status) {
  return status.code() == ErrorCode::kInvalidArgument || status.code() == ErrorCode::kLimitExceeded;
}

}  // namespace

DryRunFile::DryRunFile(KeyRing& keys, Instant received_at, DryRunOptions options)
    : keys_(keys), received_at_(received_at), options_(options) {}

DryRunFile::~DryRunFile() = default;

Status DryRunFile::identify_head() {
  v1::Verdict why;
  auto identified = intake::identify(head_, &why, options_.practice);
  if (!identified.is_ok()) {
    why_ = std::move(why);
    return identified.status();
  }
  if (const auto refusal = refuse_year(identified.value().year)) {
    why_ = refusal;
    return intake::to_status(*refusal);
  }
  if (options_.practice && *options_.practice != identified.value().practice) {
    return Status(ErrorCode::kPermissionDenied, "the file belongs to another practice");
  }
  identified_ = identified.value();
  QCDR_RETURN_IF_ERROR(add_part(identified_->kind));
  for (const v1::RecordKind kind : identified_->further) QCDR_RETURN_IF_ERROR(add_part(kind));
  const std::string head = std::exchange(head_, {});
  return feed(head);
}

Status DryRunFile::add_part(v1::RecordKind kind) {
  auto part = std::make_unique<Part>();
  part->kind = kind;
  part->builder = std::make_unique<intake::ChunkBuilder>(
      [chunks = &part->chunks](std::uint32_t first, v1::ChunkRows rows) {
        chunks->emplace_back(first, std::move(rows));
        return Status::ok();
      });
  intake::ParserOptions parsing;
  parsing.practice = identified_->practice;
  parsing.year = identified_->year;
  parsing.rules = rulebook::find_record_year(rulebook::Rulebook::built_in(), parsing.year);
  parsing.test_mode = options_.test_mode;
  parsing.received_at = received_at_;
  parsing.max_bytes = options_.bytes_max;
  QCDR_ASSIGN_OR_RETURN(
      part->parser, intake::make_parser(kind, identified_->format, parsing, keys_, *part->builder));
  parts_.push_back(std::move(part));
  return Status::ok();
}

// What refuses the file is a finding; nothing is read behind it.
Status DryRunFile::feed(std::string_view bytes) {
  for (const auto& part : parts_) {
    if (part->builder->refused()) continue;
    const Status fed = part->parser->feed(bytes);
    if (!refuses(fed) || !part->builder->refused()) QCDR_RETURN_IF_ERROR(fed);
  }
  return Status::ok();
}

Status DryRunFile::write(std::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes_ > options_.bytes_max) {
    return Status(ErrorCode::kLimitExceeded,
                  "a dry run takes at most " + std::to_string(options_.bytes_max) + " bytes");
  }
  hash_.update(bytes);
  if (identified_) return feed(bytes);
  head_.append(bytes);
  return head_.size() < intake::kIdentifyBytes ? Status::ok() : identify_head();
}

Status DryRunFile::finish() {
  if (!identified_) QCDR_RETURN_IF_ERROR(identify_head());
  content_ = hash_.finish();
  for (const auto& part : parts_) {
    if (part->builder->refused()) continue;
    const Status finished = part->parser->finish();
    if (refuses(finished) && part->builder->refused()) continue;
    QCDR_RETURN_IF_ERROR(finished);
    QCDR_RETURN_IF_ERROR(part->builder->flush());
  }
  return Status::ok();
}

// The state of one practice-year, before the file and after it.
class DryRun {
 public:
  DryRun(DryRunFile& file, const RowReader& rows, const StateDigest& digest, KeyRing& keys,
         Instant as_of)
      : file_(file),
        rules_(rulebook::Rulebook::built_in()),
        ledger_(rules_, keys.entity_key(), rows, digest),
        id_{file.identified_->practice, file.identified_->year},
        upload_ids_(make_upload_ids(keys.token_key(), *file.identified_, file.content_,
                                    file.options_.channel, "/dry-run")) {
    answer_.as_of = as_of;
    answer_.identified = *file.identified_;
  }

  Result<DryRunAnswer> run() {
    QCDR_RETURN_IF_ERROR(ledger_.parked().load());
    if (ledger_.parked().is_parked(id_.practice)) {
      return Status(ErrorCode::kUnavailable, "the practice is parked: nothing of it is folded now");
    }
    QCDR_RETURN_IF_ERROR(read_scores(&answer_.before));
    for (std::size_t i = 0; i < file_.parts_.size(); ++i) {
      const DryRunFile::Part& part = *file_.parts_[i];
      if (!part.builder->refused()) QCDR_RETURN_IF_ERROR(fold_chunks(part, upload_ids_[i]));
      QCDR_RETURN_IF_ERROR(complete(part, upload_ids_[i]));
      take_effects(upload_ids_[i]);
      answer_.refused = answer_.refused || part.builder->refused();
    }
    QCDR_RETURN_IF_ERROR(read_scores(&answer_.after));
    return std::move(answer_);
  }

 private:
  Status read_scores(std::vector<ScoreRow>* rows) {
    QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, ledger_.find(id_));
    QCDR_RETURN_IF_ERROR(add_practice_rows(*practice, answer_.as_of, rows));
    finish_score_rows(rows);
    return Status::ok();
  }

  Status fold_chunks(const DryRunFile::Part& part, const std::string& upload_id) {
    for (const auto& [first, rows] : part.chunks) {
      v1::Chunk chunk;
      chunk.set_upload_id(upload_id);
      chunk.set_practice_id(id_.practice.value());
      chunk.set_performance_year(id_.year.value());
      chunk.set_kind(part.kind);
      chunk.set_first_ordinal(first);
      chunk.set_row_count(static_cast<std::uint32_t>(rows.rows_size()));
      chunk.set_received_at(file_.received_at_.milliseconds());
      *chunk.mutable_actor() = actor_of(file_.options_.channel);
      chunk.set_rulebook_digest(std::string(view(rulebook::Rulebook::built_in().digest())));
      chunk.set_idempotency_key(upload_id);
      QCDR_RETURN_IF_ERROR(ledger_.apply_chunk(chunk, rows, Offset(offset_++)));
    }
    return Status::ok();
  }

  Status complete(const DryRunFile::Part& part, const std::string& upload_id) {
    const bool refused = part.builder->refused();
    v1::UploadCompleted completed;
    completed.set_upload_id(upload_id);
    completed.set_practice_id(id_.practice.value());
    completed.set_performance_year(id_.year.value());
    completed.set_kind(part.kind);
    completed.set_received_at(file_.received_at_.milliseconds());
    *completed.mutable_actor() = actor_of(file_.options_.channel);
    completed.set_refused(refused);
    completed.set_row_count(refused ? 0 : part.builder->row_count());
    for (const v1::Verdict& verdict : part.builder->file_verdicts()) {
      *completed.add_verdicts() = verdict;
    }
    completed.set_sha256(std::string(view(file_.content_)));
    completed.set_rulebook_digest(std::string(view(rulebook::Rulebook::built_in().digest())));
    return ledger_.complete_upload(completed, Offset(offset_++));
  }

  void take_effects(const std::string& upload_id) {
    ledger::Effects effects = ledger_.take_effects();
    for (ledger::LedgerFinding& finding : effects.findings) {
      if (finding.upload_id == upload_id && answer_.findings.size() < kDryRunFindingsMax) {
        answer_.findings.push_back(std::move(finding));
      }
    }
    for (const ledger::UploadEnd& end : effects.uploads) {
      if (end.upload_id != upload_id) continue;
      answer_.fact.rows_accepted += end.fact.rows_accepted;
      answer_.fact.rows_held += end.fact.rows_held;
      answer_.fact.rows_rejected += end.fact.rows_rejected;
      answer_.fact.rows_duplicate += end.fact.rows_duplicate;
      for (const auto& [code, count] : end.fact.findings) answer_.fact.findings[code] += count;
    }
  }

  DryRunFile& file_;
  const ledger::LedgerRules rules_;
  ledger::Ledger ledger_;
  const ledger::PracticeYear id_;
  const std::vector<std::string> upload_ids_;
  std::int64_t offset_ = kFirstOffset;
  DryRunAnswer answer_;
};

Result<DryRunAnswer> dry_run(DryRunFile& file, StateView& view, KeyRing& keys,
                             std::int32_t partitions) {
  QCDR_ASSERT(file.is_identified());
  const Partition partition = practice_partition(file.identified().practice, partitions);
  const Instant as_of = std::max(view.as_of(), file.received_at());
  for (StateView::PartitionView& own : view.partitions()) {
    if (own.partition != partition) continue;
    return DryRun(file, *own.rows, own.state.digest, keys, as_of).run();
  }
  const NoRows nothing;
  return DryRun(file, nothing, StateDigest(), keys, as_of).run();
}

}  // namespace qcdr
