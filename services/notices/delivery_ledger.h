// What became of each notice for each recipient, in a file of the consumer's own: what was sent is
// not sent again, whatever the log gives a second time.
//
// File `delivered.v1`, a line for each: outcome, notice id, recipient, milliseconds, and CRC-32C of
// what stands before it, in words between single spaces; recipients are keyed hashes. A line is
// durable when note() returns. A last line that is cut off is a crash while it was written, and is
// taken off; anything else that is wrong is kCorruption.
// Between the server's answer and the line lies the one moment in which a kill sends a mail twice,
// with the same Message-ID.
// Thread-safety: none. One process at a time: kFailedPrecondition for a second one.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "core/time.h"
#include "stream/file.h"

namespace qcdr {

enum class Delivered {
  kSent,
  kDead,       // refused for good, or too many tries: a dead letter
  kPointless,  // its time had passed, or it was cancelled
  kNobody,     // nobody is known whom to tell
};

class DeliveryLedger {
 public:
  static Result<std::unique_ptr<DeliveryLedger>> open(const std::string& directory);
  // Was it sent, or found pointless? What died may be tried again when somebody lays it back.
  bool is_done(const std::string& notice_id, const std::string& recipient) const {
    return done_.count({notice_id, recipient}) != 0;
  }
  Status note(Delivered outcome, const std::string& notice_id, const std::string& recipient,
              Instant at);
  std::size_t lines() const { return lines_; }

 private:
  DeliveryLedger(stream::FileLock lock, stream::File file)
      : lock_(std::move(lock)), file_(std::move(file)) {}
  Status load();
  bool take(std::string_view line);

  stream::FileLock lock_;
  stream::File file_;
  std::uint64_t end_ = 0;
  std::size_t lines_ = 0;
  std::set<std::pair<std::string, std::string>> done_;
};

}  // namespace qcdr
