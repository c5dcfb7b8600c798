// Files of a folder as uploads, in the order in which they are taken: by instant, then by name.
//
// A name that begins with an instant ("20230131T235900-0600_consents.csv") says when the file was
// received; others are taken after those, at the clock's time. Kind and practice come from the
// content, never from the name. Names that begin with '.' and folders are passed over.
// By what right a file is sent depends on the folder alone: the practices' inbox, or the registry's
// own, which the operator names and into which nobody else may write.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/status.h"
#include "core/time.h"
#include "ingest/ingest.h"

namespace qcdr {

struct InboxFile {
  std::string path;
  std::string name;
  std::optional<Instant> instant;
  Channel channel = Channel::kPractice;
};

struct InboxFolders {
  std::string practice;  // empty: none
  std::string registry;  // empty: none
  bool empty() const { return practice.empty() && registry.empty(); }
};

// The files of both. kInvalidArgument when they are one folder, kPermissionDenied when everybody
// may write into the registry's.
Result<std::vector<InboxFile>> list_inbox(const InboxFolders& folders);
// "inbox" or "registry-inbox": who sent it, as far as is known.
std::string_view inbox_actor(Channel channel);

// Folders that are looked at again and again. A file is given when it has stopped growing: neither
// its length nor its time of change has moved for `quiet`. What was taken is not given again until
// it changes. A growing file whose name begins with an instant holds back the files behind it,
// because the clock must not pass it. Thread-safety: none.
class InboxWatch {
 public:
  explicit InboxWatch(InboxFolders folders,
                      std::chrono::milliseconds quiet = std::chrono::milliseconds(2000))
      : folders_(std::move(folders)), quiet_(quiet) {}

  // In the order in which they are to be taken.
  Result<std::vector<InboxFile>> ready();
  // The file was taken or refused.
  void done(const InboxFile& file);

 private:
  struct Look {
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type changed;
    bool operator==(const Look&) const = default;
  };
  struct Seen {
    Look look;
    std::chrono::steady_clock::time_point since;  // seen so for the first time
  };
  static std::optional<Look> look(const std::string& path);
  // Remembers what is seen of the file; true when it has stood still.
  bool stands_still(const std::string& path, const Look& now);

  InboxFolders folders_;
  std::chrono::milliseconds quiet_;
  std::map<std::string, Seen> seen_;
  std::map<std::string, Look> done_;
};

// Reads a file (or standard input for "-") in pieces. kNotFound, kIo.
Result<ByteSource> open_source(const std::string& path);
// Id that the file's upload has or would get under the registry's token key; reads the file once.
Result<std::string> upload_id_of_file(const Key256& token_key, const InboxFile& file);

}  // namespace qcdr
