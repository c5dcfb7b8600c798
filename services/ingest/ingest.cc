#include "ingest/ingest.h"

#include <utility>

#include "common/event_headers.h"
#include "common/topic_names.h"
#include "core/bytes.h"
#include "intake/findings.h"
#include "intake/limits.h"
#include "qcdr/v1/upload.pb.h"
#include "rulebook/record_year.h"
#include "rulebook/rulebook.h"
#include "stream/sealed_blob.h"

namespace qcdr {
namespace {

constexpr std::size_t kUploadIdBytes = 16;
constexpr std::size_t kSliceBytes = 256 * 1024;
static_assert(kSliceBytes <= 1 << 20, "a refused stream is read at most 1 MiB beyond the limit");

Result<std::string> read_head(const ByteSource& source) {
  std::string head;
  while (head.size() < intake::kIdentifyBytes) {
    QCDR_ASSIGN_OR_RETURN(const std::string more, source(intake::kIdentifyBytes - head.size()));
    if (more.empty()) break;
    head += more;
  }
  return head;
}

v1::Authority authority_of(Channel channel) {
  switch (channel) {
    case Channel::kPractice:
      return v1::AUTHORITY_PRACTICE_ADMINISTRATOR;
    case Channel::kRegistry:
      return v1::AUTHORITY_REGISTRY_OPERATOR;
  }
  QCDR_ASSERT(false);
  return v1::AUTHORITY_UNSPECIFIED;
}

Status too_long(std::uint64_t bytes_max) {
  return Status(ErrorCode::kLimitExceeded,
                "the upload is longer than " + std::to_string(bytes_max) + " bytes");
}

}  // namespace

std::string make_upload_id(const Key256& token_key, const intake::Identified& identified,
                           const Hash256& content, Channel channel, std::string_view name) {
  ByteWriter writer;
  writer.raw(name.empty() ? "upload|" : "file upload|");
  writer.u32(identified.practice.value());
  writer.u32(static_cast<std::uint32_t>(identified.year.value()));
  writer.u32(static_cast<std::uint32_t>(identified.kind));
  writer.raw(view(content));
  if (!name.empty() || channel == Channel::kRegistry) {
    writer.u8(static_cast<std::uint8_t>(authority_of(channel)));
  }
  writer.raw(name);  // last: it has no fixed length
  return hex(view(hmac_sha256(token_key, writer.bytes())).substr(0, kUploadIdBytes));
}

std::vector<std::string> make_upload_ids(const Key256& token_key, intake::Identified identified,
                                         const Hash256& content, Channel channel,
                                         std::string_view name) {
  std::vector<std::string> ids = {make_upload_id(token_key, identified, content, channel, name)};
  for (const v1::RecordKind kind : identified.further) {
    identified.kind = kind;
    ids.push_back(make_upload_id(token_key, identified, content, channel, name));
  }
  return ids;
}

std::optional<v1::Verdict> refuse_year(PerformanceYear year) {
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  std::string taken;
  for (const PerformanceYear each : rulebook.years()) {
    if (!rulebook::takes_records(*rulebook.find_year(each))) continue;
    if (each == year) return std::nullopt;
    taken.append(taken.empty() ? "" : ", ").append(std::to_string(each.value()));
  }
  return intake::make_verdict(FindingCode::YEAR_NOT_TAKEN, intake::Place{}, "",
                              {std::to_string(year.value()), taken});
}

Result<std::unique_ptr<Ingest>> Ingest::open(IngestOptions options, stream::Log& log,
                                             stream::BlobStore& blobs, KeyRing& keys,
                                             stream::CrashPoints& crash_points) {
  std::unique_ptr<Ingest> ingest(new Ingest(options, log, blobs, keys, crash_points));
  QCDR_ASSIGN_OR_RETURN(ingest->partitions_, log.partition_count(kUploadsTopic));
  QCDR_ASSIGN_OR_RETURN(ingest->appender_, log.appender());
  return ingest;
}

std::unique_ptr<Reception> Ingest::receive(UploadRequest request) {
  return std::unique_ptr<Reception>(new Reception(*this, std::move(request)));
}

Result<AcceptedUpload> Ingest::accept(const UploadRequest& request, const ByteSource& source) {
  const std::unique_ptr<Reception> reception = receive(request);
  QCDR_ASSIGN_OR_RETURN(std::string slice, read_head(source));
  while (!slice.empty()) {
    QCDR_RETURN_IF_ERROR(reception->write(slice));
    QCDR_ASSIGN_OR_RETURN(slice, source(kSliceBytes));
  }
  return reception->finish();
}

Result<Instant> Ingest::append(const v1::Upload& upload, std::optional<Instant> received_at) {
  const PracticeId practice(upload.practice_id());
  const std::lock_guard lock(append_mutex_);
  if (appender_ == nullptr) {
    QCDR_ASSIGN_OR_RETURN(appender_, log_.appender());
  }
  const auto appended = appender_->append({kUploadsTopic, practice_partition(practice, partitions_),
                                           practice_key(practice), upload.SerializeAsString(),
                                           upload_headers(upload.upload_id()), received_at});
  if (!appended.is_ok()) appender_.reset();  // nobody knows what became of it
  QCDR_RETURN_IF_ERROR(appended.status());
  return appended.value().timestamp;
}

std::string idempotency_token(const Key256& token_key, PracticeId practice, std::string_view key) {
  ByteWriter writer;
  writer.raw("idempotency|");
  writer.u32(practice.value());
  writer.raw(key);
  return hex(view(hmac_sha256(token_key, writer.bytes())).substr(0, kUploadIdBytes));
}

Reception::Reception(Ingest& ingest, UploadRequest request)
    : ingest_(ingest), request_(std::move(request)) {}

Reception::~Reception() = default;

Status Reception::identify_head() {
  v1::Verdict why;
  auto identified = intake::identify(head_, &why, request_.practice);
  if (!identified.is_ok()) {
    why_ = std::move(why);
    return identified.status();
  }
  if (const auto refusal = refuse_year(identified.value().year)) {
    why_ = refusal;
    return intake::to_status(*refusal);
  }
  if (request_.practice && *request_.practice != identified.value().practice) {
    return Status(ErrorCode::kPermissionDenied, "the file belongs to another practice");
  }
  identified_ = identified.value();
  QCDR_ASSIGN_OR_RETURN(const DataKey key,
                        ingest_.keys_.current_data_key(identified_->practice, identified_->year));
  QCDR_ASSIGN_OR_RETURN(auto blob, ingest_.blobs_.create());
  QCDR_ASSIGN_OR_RETURN(writer_,
                        stream::seal_blob(std::move(blob), key, ingest_.keys_.fresh_nonce()));
  key_id_ = key.id;
  const std::string head = std::exchange(head_, {});
  return store(head);
}

Status Reception::store(std::string_view bytes) {
  hash_.update(bytes);
  return writer_->write(bytes);
}

Status Reception::write(std::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes_ > ingest_.options_.upload_bytes_max) {
    writer_.reset();
    return too_long(ingest_.options_.upload_bytes_max);
  }
  if (identified_) return store(bytes);
  head_.append(bytes);
  return head_.size() < intake::kIdentifyBytes ? Status::ok() : identify_head();
}

v1::Upload Reception::record_of(v1::RecordKind kind, const Hash256& content) const {
  v1::Upload upload;
  upload.set_practice_id(identified_->practice.value());
  upload.set_performance_year(identified_->year.value());
  upload.set_kind(kind);
  upload.mutable_actor()->set_subject(request_.actor);
  upload.mutable_actor()->set_authority(authority_of(request_.channel));
  upload.set_sha256(std::string(view(content)));
  upload.set_bytes(bytes_);
  upload.set_format(identified_->format);
  upload.set_key_id(key_id_);
  upload.set_test_mode(request_.test_mode);
  upload.set_identity(request_.name.empty() ? v1::UPLOAD_IDENTITY_BYTES : v1::UPLOAD_IDENTITY_FILE);
  return upload;
}

// A file of several kinds is several uploads over one blob. A crash between their records is as one
// before them: the sender asks again, and what is there already is passed over.
Result<AcceptedUpload> Reception::finish(const Check& check) {
  if (!identified_) QCDR_RETURN_IF_ERROR(identify_head());
  const Hash256 content = hash_.finish();
  const std::vector<std::string> ids = make_upload_ids(ingest_.keys_.token_key(), *identified_,
                                                       content, request_.channel, request_.name);
  if (check) QCDR_RETURN_IF_ERROR(check(*identified_, content, ids.front()));
  QCDR_RETURN_IF_ERROR(writer_->commit(ids.front()));
  ingest_.crash_points_.reached(stream::CrashPoint::kIngestBlobWritten);
  AcceptedUpload accepted{ids.front(), {ids.begin() + 1, ids.end()}, *identified_, {}, bytes_};
  std::vector<v1::RecordKind> kinds = {identified_->kind};
  kinds.insert(kinds.end(), identified_->further.begin(), identified_->further.end());
  for (std::size_t i = ids.size(); i-- > 0;) {
    v1::Upload upload = record_of(kinds[i], content);
    upload.set_upload_id(ids[i]);
    upload.set_blob_reference(ids.front());
    upload.set_idempotency_key(request_.idempotency_key.empty() ? ids[i]
                                                                : request_.idempotency_key);
    QCDR_ASSIGN_OR_RETURN(accepted.received_at, ingest_.append(upload, request_.received_at));
  }
  ingest_.crash_points_.reached(stream::CrashPoint::kIngestUploadAppended);
  return accepted;
}

}  // namespace qcdr
