#include "ingest/ingest.h"

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

Result<Ingest::Stored> Ingest::store(const intake::Identified& identified,
                                     const UploadRequest& request, const std::string& head,
                                     const ByteSource& source) {
  QCDR_ASSIGN_OR_RETURN(const DataKey key,
                        keys_.current_data_key(identified.practice, identified.year));
  QCDR_ASSIGN_OR_RETURN(auto blob, blobs_.create());
  QCDR_ASSIGN_OR_RETURN(auto writer, stream::seal_blob(std::move(blob), key, keys_.fresh_nonce()));
  Sha256 hash;
  Stored stored;
  stored.key_id = key.id;
  std::string slice = head;
  while (!slice.empty()) {
    stored.bytes += slice.size();
    if (stored.bytes > options_.upload_bytes_max) return too_long(options_.upload_bytes_max);
    hash.update(slice);
    QCDR_RETURN_IF_ERROR(writer->write(slice));
    QCDR_ASSIGN_OR_RETURN(slice, source(kSliceBytes));
  }
  stored.sha256 = hash.finish();
  stored.upload_id =
      make_upload_id(keys_.token_key(), identified, stored.sha256, request.channel, request.name);
  QCDR_RETURN_IF_ERROR(writer->commit(stored.upload_id));
  return stored;
}

Result<AcceptedUpload> Ingest::accept(const UploadRequest& request, const ByteSource& source) {
  QCDR_ASSIGN_OR_RETURN(const std::string head, read_head(source));
  if (head.size() > options_.upload_bytes_max) return too_long(options_.upload_bytes_max);
  QCDR_ASSIGN_OR_RETURN(const intake::Identified identified, intake::identify(head));
  if (const auto refusal = refuse_year(identified.year)) return intake::to_status(*refusal);
  if (request.practice && *request.practice != identified.practice) {
    return Status(ErrorCode::kPermissionDenied, "the file belongs to another practice");
  }
  QCDR_ASSIGN_OR_RETURN(const Stored stored, store(identified, request, head, source));
  crash_points_.reached(stream::CrashPoint::kIngestBlobWritten);
  v1::Upload upload;
  upload.set_upload_id(stored.upload_id);
  upload.set_practice_id(identified.practice.value());
  upload.set_performance_year(identified.year.value());
  upload.set_kind(identified.kind);
  upload.mutable_actor()->set_subject(request.actor);
  upload.mutable_actor()->set_authority(authority_of(request.channel));
  upload.set_blob_reference(stored.upload_id);
  upload.set_sha256(std::string(view(stored.sha256)));
  upload.set_bytes(stored.bytes);
  upload.set_format(identified.format);
  upload.set_idempotency_key(stored.upload_id);
  upload.set_key_id(stored.key_id);
  upload.set_test_mode(request.test_mode);
  upload.set_identity(request.name.empty() ? v1::UPLOAD_IDENTITY_BYTES : v1::UPLOAD_IDENTITY_FILE);
  QCDR_ASSIGN_OR_RETURN(
      const stream::Appended appended,
      appender_->append({kUploadsTopic, practice_partition(identified.practice, partitions_),
                         practice_key(identified.practice), upload.SerializeAsString(),
                         upload_headers(stored.upload_id), request.received_at}));
  crash_points_.reached(stream::CrashPoint::kIngestUploadAppended);
  return AcceptedUpload{stored.upload_id, identified, appended.timestamp, stored.bytes};
}

}  // namespace qcdr
