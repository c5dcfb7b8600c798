#include "ingest/known_uploads.h"

#include <algorithm>

#include "common/topic_names.h"
#include "core/bytes.h"
#include "intake/limits.h"

namespace qcdr {
namespace {

constexpr std::size_t kReadRecords = 1000;
constexpr std::size_t kReadBytes = 1 << 20;

// Exact, not hashed: it stays in memory.
std::string bytes_key(PracticeId practice, PerformanceYear year, v1::RecordKind kind,
                      bool of_registry, std::string_view sha256) {
  ByteWriter writer;
  writer.u32(practice.value());
  writer.u32(static_cast<std::uint32_t>(year.value()));
  writer.u32(static_cast<std::uint32_t>(kind));
  writer.u8(of_registry ? 1 : 0);
  writer.raw(sha256);
  return writer.take();
}

}  // namespace

Result<FileContent> read_content(const ByteSource& source) {
  Sha256 hash;
  std::string head;
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const std::string bytes, source(kReadBytes));
    if (bytes.empty()) break;
    hash.update(bytes);
    if (head.size() < intake::kIdentifyBytes) {
      head += bytes.substr(0, intake::kIdentifyBytes - head.size());
    }
  }
  FileContent content;
  QCDR_ASSIGN_OR_RETURN(content.identified, intake::identify(head));
  content.sha256 = hash.finish();
  return content;
}

Status KnownUploads::read_on(stream::Log& log) {
  QCDR_ASSIGN_OR_RETURN(auto reader, log.reader());
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(kUploadsTopic));
  next_.resize(static_cast<std::size_t>(partitions));
  for (std::int32_t number = 0; number < partitions; ++number) {
    Offset& from = next_[static_cast<std::size_t>(number)];
    QCDR_ASSIGN_OR_RETURN(const Offset beginning,
                          reader->beginning(kUploadsTopic, Partition(number)));
    from = std::max(from, beginning);
    for (;;) {
      QCDR_ASSIGN_OR_RETURN(const auto records,
                            reader->read(kUploadsTopic, Partition(number), from, kReadRecords));
      if (records.empty()) break;
      for (const stream::Record& record : records) see(record);
      from = next(records.back().offset);
    }
  }
  return Status::ok();
}

void KnownUploads::see(const stream::Record& record) {
  last_received_ = std::max(last_received_.value_or(record.timestamp), record.timestamp);
  v1::Upload upload;
  // A tick has no value; what cannot be decoded ends validation, which says so.
  if (!record.value || !upload.ParseFromString(*record.value)) return;
  if (upload.idempotency_key() != upload.upload_id() && !upload.idempotency_key().empty()) {
    intake::Identified what;
    what.kind = upload.kind();
    what.format = upload.format();
    what.practice = PracticeId(upload.practice_id());
    what.year = PerformanceYear(upload.performance_year());
    const Keyed keyed{upload.upload_id(), upload.sha256(), record.timestamp, upload.bytes(),
                      std::move(what)};
    // Of a file of several kinds the first stands last. Other content that came later under the key
    // was let through by another process at that moment, and does not count.
    const auto [known, fresh] = keys_.try_emplace(upload.idempotency_key(), keyed);
    if (!fresh && known->second.sha256 == keyed.sha256) known->second = keyed;
  }
  if (upload.identity() == v1::UPLOAD_IDENTITY_FILE) {
    files_.insert(upload.upload_id());
  } else if (upload.identity() == v1::UPLOAD_IDENTITY_UNSPECIFIED) {
    bytes_.insert(bytes_key(
        PracticeId(upload.practice_id()), PerformanceYear(upload.performance_year()), upload.kind(),
        upload.actor().authority() == v1::AUTHORITY_REGISTRY_OPERATOR, upload.sha256()));
    last_of_bytes_ = std::max(last_of_bytes_.value_or(record.timestamp), record.timestamp);
  }
}

const KnownUploads::Keyed* KnownUploads::find_key(const std::string& token) const {
  const auto found = keys_.find(token);
  return found == keys_.end() ? nullptr : &found->second;
}

bool KnownUploads::contains(const FileContent& content, Channel channel, std::string_view name,
                            std::optional<Instant> instant) const {
  const intake::Identified& what = content.identified;
  const auto ids = make_upload_ids(token_key_, what, content.sha256, channel, name);
  const auto is_there = [this](const std::string& id) { return files_.contains(id); };
  if (std::all_of(ids.begin(), ids.end(), is_there)) return true;
  if (!last_of_bytes_ || (instant && *instant > *last_of_bytes_)) return false;
  return bytes_.contains(bytes_key(what.practice, what.year, what.kind,
                                   channel == Channel::kRegistry, view(content.sha256)));
}

}  // namespace qcdr
