// Files of a folder as uploads, in the order in which they are taken: by instant, then by name.
//
// A name that begins with an instant ("20230131T235900-0600_consents.csv") says when the file was
// received; others are taken after those, at the clock's time. Kind and practice come from the
// content, never from the name. Folders, hidden files and those with a name for unfinished files
// are passed over.
// By what right a file is sent depends on the folder alone: the practices' inbox, or the registry's
// own, which the operator names and into which nobody else may write.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "core/time.h"
#include "ingest/ingest.h"

namespace qcdr {

// State of a file; it differs whenever somebody has written to it or put another in its place.
struct FileLook {
  std::uint64_t bytes = 0;
  std::int64_t written_nanoseconds = 0;  // since 1970-01-01
  std::int64_t changed_nanoseconds = 0;  // of content, name or permissions
  std::uint64_t inode = 0;
  bool operator==(const FileLook&) const = default;
};

struct InboxFile {
  std::string path;
  std::string name;
  std::optional<Instant> instant;
  Channel channel = Channel::kPractice;
  FileLook look{};  // when the folder was listed
  // In the registry's inbox: anybody may have written what it says.
  bool writable_by_everybody = false;
};

struct InboxFolders {
  std::string practice;  // empty: none
  std::string registry;  // empty: none
  bool empty() const { return practice.empty() && registry.empty(); }
};

// A file that the command line names, in whatever folder. "-" and a pipe have no name.
InboxFile named_file(const std::string& path);
// None: it is not there any more, or no file.
std::optional<FileLook> look_at(const std::string& path);

// The files of both. kInvalidArgument when they are one folder, kPermissionDenied when everybody
// may write into the registry's.
Result<std::vector<InboxFile>> list_inbox(const InboxFolders& folders);
// What an operator should know of the folders before files are taken; empty: nothing.
std::string inbox_warning(const InboxFolders& folders);
inline constexpr const char* kInboxRemedy = "chmod g-w";
// The same on standard error.
void warn_of_inbox(const InboxFolders& folders);
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
  // Files that ready() did not give last time, because they or one before them were growing.
  std::size_t waiting() const { return waiting_; }
  // The file was taken or refused, as it was when it was given.
  void done(const InboxFile& file) { done_.insert_or_assign(file.path, file.look); }

 private:
  struct Seen {
    FileLook look;
    std::chrono::steady_clock::time_point since;  // seen so for the first time
  };
  // Remembers what is seen of the file; true when it has stood still.
  bool stands_still(const InboxFile& file);
  void forget_all_but(const std::vector<InboxFile>& files);

  InboxFolders folders_;
  std::chrono::milliseconds quiet_;
  std::size_t waiting_ = 0;
  std::map<std::string, Seen> seen_;
  std::map<std::string, FileLook> done_;
};

}  // namespace qcdr
