#include "validation/upload_session.h"

#include <algorithm>

#include "common/chunk_seal.h"
#include "common/event_headers.h"
#include "common/known_values.h"
#include "common/topic_names.h"
#include "core/finding_codes.h"
#include "intake/findings.h"
#include "qcdr/v1/registry_record.pb.h"
#include "rulebook/record_year.h"
#include "stream/sealed_blob.h"

namespace qcdr {
namespace {

constexpr std::size_t kSliceBytes = 256 * 1024;

RowVerdicts judged(const v1::ChunkRows& rows) {
  RowVerdicts verdicts;
  for (const v1::Row& row : rows.rows()) {
    FindingSeverity worst = FindingSeverity::INFORMATION;
    for (const v1::Verdict& verdict : row.verdicts()) {
      const FindingDescription* finding = find_finding(verdict.code());
      if (finding != nullptr) worst = std::max(worst, finding->severity);
    }
    ++(worst >= FindingSeverity::ERROR     ? verdicts.failed
       : worst == FindingSeverity::WARNING ? verdicts.warned
                                           : verdicts.clean);
  }
  return verdicts;
}

bool refuses(const Status& status) {
  return status.code() == ErrorCode::kInvalidArgument || status.code() == ErrorCode::kLimitExceeded;
}

}  // namespace

UploadSession::UploadSession(v1::Upload upload, Instant received_at,
                             const ValidationContext& context)
    : upload_(std::move(upload)), received_at_(received_at), context_(context) {}

UploadSession::~UploadSession() = default;

// A kind or a format that this program cannot read is no fault of the file. Ingest of the same
// release knows no others.
Status UploadSession::check_is_of_this_release() {
  Status known = check_values_known(upload_);
  if (known.is_ok() && !intake::can_parse(upload_.kind(), upload_.format())) {
    known = Status(ErrorCode::kFailedPrecondition,
                   "an upload in a format that this program does not know");
  }
  of_later_release_ = !known.is_ok();
  return known;
}

Status UploadSession::open(bool emit) {
  const PracticeId practice(upload_.practice_id());
  const PerformanceYear year(upload_.performance_year());
  auto blob = context_.blobs.open(upload_.blob_reference());
  // A blob is durable before its record is: one that is missing was lost, and must not be mistaken
  // for one whose key was destroyed.
  if (blob.status().code() == ErrorCode::kNotFound) {
    return Status(ErrorCode::kCorruption, "the bytes of an upload are not in the blob store");
  }
  QCDR_RETURN_IF_ERROR(blob.status());
  QCDR_ASSIGN_OR_RETURN(
      reader_, stream::open_sealed_blob(std::move(blob).value(), [&](const std::string& key_id) {
        return context_.keys.data_key(practice, year, key_id);
      }));
  parser_.reset();  // it writes to the builder
  builder_ = std::make_unique<intake::ChunkBuilder>(
      [this, emit](std::uint32_t first_ordinal, const v1::ChunkRows& rows) {
        return emit ? take_chunk(first_ordinal, rows) : Status::ok();
      });
  intake::ParserOptions options;
  options.practice = practice;
  options.year = year;
  options.rules = rulebook::find_record_year(context_.rulebook, year);
  options.test_mode = upload_.test_mode();
  options.received_at = received_at_;
  QCDR_ASSIGN_OR_RETURN(parser_, intake::make_parser(upload_.kind(), upload_.format(), options,
                                                     context_.keys, *builder_));
  return Status::ok();
}

// True at the end of the file, or when it is refused.
Result<bool> UploadSession::read_slice() {
  QCDR_ASSIGN_OR_RETURN(const std::string bytes, reader_->read(kSliceBytes));
  const Status status = bytes.empty() ? parser_->finish() : parser_->feed(bytes);
  if (refuses(status) && builder_->refused()) return true;
  QCDR_RETURN_IF_ERROR(status);
  return bytes.empty();
}

Result<bool> UploadSession::advance(std::vector<stream::OutputRecord>* records) {
  if (stage_ == Stage::kOpen) {
    QCDR_RETURN_IF_ERROR(check_is_of_this_release());
    const Status opened = open(false);
    // Deleted data: nothing is left to say about the upload.
    if (opened.code() == ErrorCode::kNotFound) {
      stage_ = Stage::kDone;
      tell_end(UploadEnd::kDeleted);
      return true;
    }
    QCDR_RETURN_IF_ERROR(opened);
    stage_ = Stage::kCheck;
  }
  QCDR_ASSIGN_OR_RETURN(const bool ended, read_slice());
  if (ended && stage_ == Stage::kCheck && !builder_->refused()) {
    QCDR_RETURN_IF_ERROR(open(true));
    stage_ = Stage::kEmit;
    return false;
  }
  if (ended) {
    if (!builder_->refused()) QCDR_RETURN_IF_ERROR(builder_->flush());
    QCDR_RETURN_IF_ERROR(complete());
    stage_ = Stage::kDone;
    tell_end(builder_->refused() ? UploadEnd::kRefused : UploadEnd::kCompleted);
  }
  for (stream::OutputRecord& record : pending_) records->push_back(std::move(record));
  pending_.clear();
  return ended;
}

stream::OutputRecord UploadSession::wrap(const std::string& value, const std::string& place) const {
  const PracticeId practice(upload_.practice_id());
  return {kRegistryRecordsTopic,
          practice_partition(practice, context_.partitions),
          practice_key(practice),
          value,
          upload_headers(upload_.upload_id(), place),
          received_at_};
}

Status UploadSession::take_chunk(std::uint32_t first_ordinal, const v1::ChunkRows& rows) {
  v1::RegistryRecord record;
  v1::Chunk& chunk = *record.mutable_chunk();
  chunk.set_upload_id(upload_.upload_id());
  chunk.set_practice_id(upload_.practice_id());
  chunk.set_performance_year(upload_.performance_year());
  chunk.set_kind(upload_.kind());
  chunk.set_first_ordinal(first_ordinal);
  chunk.set_row_count(static_cast<std::uint32_t>(rows.rows_size()));
  chunk.set_received_at(received_at_.milliseconds());
  *chunk.mutable_actor() = upload_.actor();
  chunk.set_rulebook_digest(std::string(view(context_.rulebook.digest())));
  chunk.set_idempotency_key(upload_.idempotency_key());
  chunk.set_supersedes(upload_.supersedes());
  QCDR_RETURN_IF_ERROR(seal_chunk(context_.keys, rows, &chunk));
  pending_.push_back(wrap(record.SerializeAsString(), std::to_string(first_ordinal)));
  if (context_.observer != nullptr) context_.observer->on_chunk(upload_.kind(), judged(rows));
  return Status::ok();
}

void UploadSession::tell_end(UploadEnd end) const {
  if (context_.observer != nullptr) context_.observer->on_end(upload_.kind(), end);
}

Status UploadSession::complete() {
  v1::RegistryRecord record;
  v1::UploadCompleted& completed = *record.mutable_upload_completed();
  completed.set_upload_id(upload_.upload_id());
  completed.set_practice_id(upload_.practice_id());
  completed.set_performance_year(upload_.performance_year());
  completed.set_kind(upload_.kind());
  completed.set_received_at(received_at_.milliseconds());
  *completed.mutable_actor() = upload_.actor();
  completed.set_refused(builder_->refused());
  completed.set_row_count(builder_->refused() ? 0 : builder_->row_count());
  for (const v1::Verdict& verdict : builder_->file_verdicts()) {
    *completed.add_verdicts() = verdict;
  }
  completed.set_sha256(upload_.sha256());
  completed.set_rulebook_digest(std::string(view(context_.rulebook.digest())));
  pending_.push_back(wrap(record.SerializeAsString(), "end"));
  return Status::ok();
}

}  // namespace qcdr
