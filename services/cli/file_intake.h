// Takes files in, one after the other, each once: what `qcdr dev` and `qcdr serve ingest` share.
//
// A file is known by its practice, kind and year, its name and its bytes; the log says which were
// taken (ingest/known_uploads.h). So a run may be repeated, and may be killed anywhere. The same
// bytes under another name are sent on purpose, and other bytes under the same name are a new file.
// Thread-safety: none. Lifetime: the known uploads outlive it.
#pragma once

#include <cstdint>
#include <functional>

#include "cli/inbox.h"
#include "ingest/known_uploads.h"

namespace qcdr {

enum class FileOutcome {
  kReceived,
  kKnown,    // the log has it
  kRefused,  // for good, as long as it does not change
  kNotYet,   // it is being written, or went away; the next look tells
};

class FileIntake {
 public:
  struct Steps {
    // Before a file is taken that is new; an error ends the command. May be empty.
    std::function<Status(const InboxFile& file)> prepare;
    std::function<Result<AcceptedUpload>(const UploadRequest& request, const ByteSource& source)>
        accept;
  };

  // How it tells of files on standard error: a service in its log; a command to people, of what
  // was received only when they watch.
  enum class Voice : std::uint8_t { kLog, kPeople, kPeopleWatching };
  FileIntake(KnownUploads& known, std::uint64_t bytes_max, bool test_mode, Steps steps,
             Voice voice = Voice::kPeople)
      : known_(known),
        bytes_max_(bytes_max),
        test_mode_(test_mode),
        steps_(std::move(steps)),
        voice_(voice) {}

  // Tells on standard error what was refused and why. Any other error ends the command.
  Result<FileOutcome> take(const InboxFile& file, std::optional<Instant> received_at);
  // A file of the command line, or "-"; kNotFound when it is not there. Tells when it is known.
  Status take_named(const std::string& path);
  std::size_t known_count() const { return known_count_; }
  std::optional<Instant> last_received() const { return last_received_; }

 private:
  bool is_known(const InboxFile& file) const;
  bool tells_log() const;
  void tell_refused(const InboxFile& file, const Status& reason) const;
  void tell_received(const InboxFile& file, const std::string& upload_id) const;

  KnownUploads& known_;
  std::uint64_t bytes_max_;
  bool test_mode_;
  Steps steps_;
  Voice voice_;
  std::size_t known_count_ = 0;
  std::optional<Instant> last_received_;
};

}  // namespace qcdr
