// Takes an upload in: seals its bytes into the blob store, then appends the upload record, whose
// timestamp is received-at for good. Everything later reads from there.
//
// Order: the blob is durable before the record is appended, and the caller is answered after the
// record is durable. A crash in between leaves a blob without a record, or a record whose sender
// asks again; both are harmless, because an upload's id is made from its name and content (under a
// key of the registry). Thread-safety: uploads may be received by several threads at a time, each
// Reception by one; what is appended is appended by one after the other. Lifetime: what the
// constructor takes outlives it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/key_ring.h"
#include "core/time.h"
#include "intake/identify.h"
#include "qcdr/v1/upload.pb.h"
#include "stream/blob_store.h"
#include "stream/crash_points.h"
#include "stream/log.h"

namespace qcdr {

// Up to `bytes_max` bytes of an upload in order; empty at its end.
using ByteSource = std::function<Result<std::string>(std::size_t bytes_max)>;

// The way by which an upload came. Nobody is authenticated, so it is all that says by what right
// records are stated; who can write to a channel is for the operator to see to.
enum class Channel : std::uint8_t {
  kPractice,  // anybody of the practice, and its vendor
  kRegistry,  // officers of the registry
};

struct UploadRequest {
  // The sender's practice, when who sends is known; the content must agree.
  std::optional<PracticeId> practice;
  Channel channel = Channel::kPractice;
  std::string actor;  // opaque id of the registry; no name, no address
  // Name of the file, without its folder; empty: a stream, which has none. It is never kept.
  std::string name;
  // What the sender calls the request by, as a keyed token of 32 hexadecimal digits; empty: none.
  std::string idempotency_key;
  bool test_mode = false;
  // Only for topics with creation time, in a replayed season.
  std::optional<Instant> received_at;
};

struct AcceptedUpload {
  std::string upload_id;
  std::vector<std::string> further;  // ids, of a file that carries several kinds
  intake::Identified identified;
  Instant received_at;
  std::uint64_t bytes = 0;
};

struct IngestOptions {
  std::uint64_t upload_bytes_max = std::uint64_t{8} << 30;
};

class Ingest;

// One upload while its bytes come. What is let go before finish() leaves nothing behind.
class Reception {
 public:
  ~Reception();
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  // In pieces of any size. An error as Ingest::accept() has it; nothing may be written after it.
  Status write(std::string_view bytes);
  // The last byte has come. `check`, which may be empty, sees what is about to be appended; its
  // error comes back, and nothing is kept then.
  using Check = std::function<Status(const intake::Identified& what, const Hash256& content,
                                     const std::string& upload_id)>;
  Result<AcceptedUpload> finish(const Check& check = {});
  // Why the bytes are none of ours; none as long as nothing is wrong with them.
  const std::optional<v1::Verdict>& why() const { return why_; }

 private:
  friend class Ingest;
  Reception(Ingest& ingest, UploadRequest request);
  Status identify_head();
  Status store(std::string_view bytes);
  v1::Upload record_of(v1::RecordKind kind, const Hash256& content) const;

  Ingest& ingest_;
  const UploadRequest request_;
  std::string head_;  // until it is identified
  std::optional<intake::Identified> identified_;
  std::unique_ptr<stream::BlobWriter> writer_;
  std::string key_id_;
  Sha256 hash_;
  std::uint64_t bytes_ = 0;
  std::optional<v1::Verdict> why_;
};

class Ingest {
 public:
  static Result<std::unique_ptr<Ingest>> open(IngestOptions options, stream::Log& log,
                                              stream::BlobStore& blobs, KeyRing& keys,
                                              stream::CrashPoints& crash_points);
  // kInvalidArgument: not a file that we read, or of a year without rules. kLimitExceeded: longer
  // than the limit; at most one slice more than the limit was read. Nothing is kept then.
  Result<AcceptedUpload> accept(const UploadRequest& request, const ByteSource& source);
  // The same for bytes that are handed over as they come.
  std::unique_ptr<Reception> receive(UploadRequest request);

 private:
  friend class Reception;
  Ingest(IngestOptions options, stream::Log& log, stream::BlobStore& blobs, KeyRing& keys,
         stream::CrashPoints& crash_points)
      : options_(options), log_(log), blobs_(blobs), keys_(keys), crash_points_(crash_points) {}
  Result<Instant> append(const v1::Upload& upload, std::optional<Instant> received_at);

  IngestOptions options_;
  stream::Log& log_;
  stream::BlobStore& blobs_;
  KeyRing& keys_;
  stream::CrashPoints& crash_points_;
  std::mutex append_mutex_;
  std::unique_ptr<stream::Appender> appender_;
  std::int32_t partitions_ = 0;
};

// What an idempotency key of a practice is called on the log: the key itself may hold anything.
std::string idempotency_token(const Key256& token_key, PracticeId practice, std::string_view key);

// Hex of the first 16 bytes of HMAC-SHA-256 under the registry's token key, over practice, year,
// kind, content hash and, of a file, its name: the same bytes under the same name are the same
// upload, under another one they are sent again on purpose. Who has no key cannot find out by trial
// what a form of one row says: ids stand in keys, logs and file names.
// Of the registry's uploads over the channel, too: what a practice sent without the right to must
// not stand in the way of the same bytes from the registry.
std::string make_upload_id(const Key256& token_key, const intake::Identified& identified,
                           const Hash256& content, Channel channel, std::string_view name);

// One for each kind that a file carries, the first first.
std::vector<std::string> make_upload_ids(const Key256& token_key, intake::Identified identified,
                                         const Hash256& content, Channel channel,
                                         std::string_view name);

// Why files of a year are not taken: it has no rules, so that the fold would stop at its records.
// None: they are taken.
std::optional<v1::Verdict> refuse_year(PerformanceYear year);

}  // namespace qcdr
