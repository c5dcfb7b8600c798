// Takes an upload in: seals its bytes into the blob store, then appends the upload record, whose
// timestamp is received-at for good. Everything later reads from there.
//
// Order: the blob is durable before the record is appended, and the caller is answered after the
// record is durable. A crash in between leaves a blob without a record, or a record whose sender
// asks again; both are harmless, because an upload's id is made from its name and content (under a
// key of the registry). Thread-safety: none. Lifetime: what the constructor takes outlives it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/key_ring.h"
#include "core/time.h"
#include "intake/identify.h"
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
  bool test_mode = false;
  // Only for topics with creation time, in a replayed season.
  std::optional<Instant> received_at;
};

struct AcceptedUpload {
  std::string upload_id;
  intake::Identified identified;
  Instant received_at;
  std::uint64_t bytes = 0;
};

struct IngestOptions {
  std::uint64_t upload_bytes_max = std::uint64_t{8} << 30;
};

class Ingest {
 public:
  static Result<std::unique_ptr<Ingest>> open(IngestOptions options, stream::Log& log,
                                              stream::BlobStore& blobs, KeyRing& keys,
                                              stream::CrashPoints& crash_points);
  // kInvalidArgument: not a file that we read, or of a year without rules. kLimitExceeded: longer
  // than the limit; at most one slice more than the limit was read. Nothing is kept then.
  Result<AcceptedUpload> accept(const UploadRequest& request, const ByteSource& source);

 private:
  struct Stored {
    std::string upload_id;
    std::string key_id;
    Hash256 sha256{};
    std::uint64_t bytes = 0;
  };
  Ingest(IngestOptions options, stream::Log& log, stream::BlobStore& blobs, KeyRing& keys,
         stream::CrashPoints& crash_points)
      : options_(options), log_(log), blobs_(blobs), keys_(keys), crash_points_(crash_points) {}
  Result<Stored> store(const intake::Identified& identified, const UploadRequest& request,
                       const std::string& head, const ByteSource& source);

  IngestOptions options_;
  stream::Log& log_;
  stream::BlobStore& blobs_;
  KeyRing& keys_;
  stream::CrashPoints& crash_points_;
  std::unique_ptr<stream::Appender> appender_;
  std::int32_t partitions_ = 0;
};

// Hex of the first 16 bytes of HMAC-SHA-256 under the registry's token key, over practice, year,
// kind, content hash and, of a file, its name: the same bytes under the same name are the same
// upload, under another one they are sent again on purpose. Who has no key cannot find out by trial
// what a form of one row says: ids stand in keys, logs and file names.
// Of the registry's uploads over the channel, too: what a practice sent without the right to must
// not stand in the way of the same bytes from the registry.
std::string make_upload_id(const Key256& token_key, const intake::Identified& identified,
                           const Hash256& content, Channel channel, std::string_view name);

// Why files of a year are not taken: it has no rules, so that the fold would stop at its records.
// None: they are taken.
std::optional<v1::Verdict> refuse_year(PerformanceYear year);

}  // namespace qcdr
