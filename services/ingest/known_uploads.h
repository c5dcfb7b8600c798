// The uploads that the log has: by them a file is known that was taken before.
//
// The log is the only memory. A file counts as taken from the moment at which its record is
// durable, and whoever takes files reads this first: so nothing can be acknowledged and then
// forgotten, wherever a process dies. A record whose acknowledgement was lost, or which two
// processes append at the same time, comes twice; validation drops the second
// (validation/repeated_files.h).
//
// Records of versions that kept no name are known by their bytes, under any name: what was in a
// folder then must not be taken for new. Only a name with an instant after all of those is a later
// file.
// Thread-safety: none. Lifetime: the key outlives it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ingest/ingest.h"
#include "qcdr/v1/upload.pb.h"

namespace qcdr {

// What its bytes say of a file.
struct FileContent {
  intake::Identified identified;
  Hash256 sha256{};
};

// Reads a file to its end. kInvalidArgument: none of ours.
Result<FileContent> read_content(const ByteSource& source);

class KnownUploads {
 public:
  explicit KnownUploads(const Key256& token_key) : token_key_(token_key) {}

  // Reads on in the topic of uploads to its present end.
  Status read_on(stream::Log& log);
  void add_file(const std::string& upload_id) { files_.insert(upload_id); }
  // The name without its folder, and the instant in it.
  bool contains(const FileContent& content, Channel channel, std::string_view name,
                std::optional<Instant> instant) const;
  // What was sent under an idempotency key; `token` as idempotency_token() makes it. Null: nothing.
  struct Keyed {
    std::string upload_id;
    std::string sha256;
    Instant received_at;
    std::uint64_t bytes = 0;
    intake::Identified identified;
  };
  const Keyed* find_key(const std::string& token) const;
  // The latest receipt on the log.
  std::optional<Instant> last_received() const { return last_received_; }

 private:
  void see(const stream::Record& record);

  const Key256& token_key_;
  std::vector<Offset> next_;               // by partition
  std::unordered_set<std::string> files_;  // ids
  std::unordered_set<std::string> bytes_;  // of records of earlier versions
  std::unordered_map<std::string, Keyed> keys_;
  std::optional<Instant> last_of_bytes_;  // the latest receipt of those
  std::optional<Instant> last_received_;
};

}  // namespace qcdr
