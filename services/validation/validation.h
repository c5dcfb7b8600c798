// The stateless stage: reads uploads, checks what needs no state, and writes chunks.
//
// At least once: an upload's offset is committed when the upload is finished; after a crash it is
// read again and the fold drops what it has. Several practices' uploads advance in turn, one
// practice's uploads one after the other, so a file of gigabytes does not block a consent. A file
// that stands on the log twice is passed over the second time.
// An upload that only a later release can read waits, and what its practice sent after it; others
// go on. The successor begins at the committed offset, which lies before it.
// After any error nobody knows what is on the log: what is in memory is thrown away, and every
// unfinished upload is begun again from the committed offsets, with a new appender.
// Invariants
// - A partition's offset is committed only up to its first unfinished upload.
// - At most kUploadsWaitingMax uploads are in memory; beyond that nothing is polled, and
//   the assignment is asked for in every step all the same, which keeps the place in the group.
// Thread-safety: none. Lifetime: what the constructor takes outlives it.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "stream/crash_points.h"
#include "validation/controller.h"
#include "validation/repeated_files.h"
#include "validation/upload_session.h"

namespace qcdr {

inline constexpr std::size_t kUploadsWaitingMax = 256;

class Validation {
 public:
  static Result<std::unique_ptr<Validation>> open(const std::string& slot, stream::Log& log,
                                                  stream::BlobStore& blobs, KeyRing& keys,
                                                  const rulebook::Rulebook& rulebook,
                                                  stream::CrashPoints& crash_points,
                                                  Controller* controller,
                                                  ValidationObserver* observer = nullptr);
  // One slice of the next upload in turn, or one poll of at most `wait`. True when there was
  // something to do, or when partitions were taken away. After kUnavailable it may be called again;
  // kFenced, which comes after several new memberships: another process has the slot.
  Result<bool> step(std::chrono::milliseconds wait);
  // The owner of partition 0 is the controller.
  bool owns(Partition partition) const { return places_.contains(partition); }
  // Uploads in memory, and for each partition owned: where it is committed and where the log ends.
  // Asks the log once for each partition.
  struct Progress {
    struct Place {
      Offset committed;
      Offset end;
      std::optional<Instant> oldest;  // received-at of the first upload that is in work
    };
    std::size_t uploads = 0;
    std::map<Partition, Place> places;
  };
  Result<Progress> progress();
  // Nothing is waiting and nothing lies behind the committed offsets. When nothing is left but what
  // waits for a later release: the error of waits().
  Result<bool> caught_up();
  // kFailedPrecondition when uploads wait for a later release, with the reason of one.
  Status waits() const;

 private:
  struct Waiting {
    Partition partition;
    Offset offset;
    std::unique_ptr<UploadSession> session;
  };
  struct PartitionPlace {
    Offset next;  // to be committed
    std::set<Offset> in_progress;
    Offset polled;  // one past the last record taken
  };

  Validation(std::string slot, stream::Log& log, ValidationContext context,
             stream::CrashPoints& crash_points, Controller* controller)
      : slot_(std::move(slot)),
        log_(log),
        context_(context),
        crash_points_(crash_points),
        controller_(controller) {}
  Result<bool> step_once(std::chrono::milliseconds wait);
  Status connect();
  void start_over();
  bool fenced_too_often();
  Status follow_assignment();
  Status take(const stream::Record& record);
  using Queues = std::map<PracticeId, std::deque<Waiting>>;
  bool can_advance() const { return waiting_.size() > for_later_.size(); }
  Queues::iterator next_turn();
  Status advance_next();
  Status finish(Partition partition, Offset offset);

  const std::string slot_;
  stream::Log& log_;
  ValidationContext context_;
  stream::CrashPoints& crash_points_;
  Controller* controller_;
  std::unique_ptr<stream::Consumer> consumer_;  // null: to be made, after it was fenced
  std::unique_ptr<stream::Appender> appender_;  // null: to be made, also after an error
  std::unique_ptr<stream::Reader> reader_;
  std::unique_ptr<RepeatedFiles> repeated_;
  std::optional<std::uint64_t> epoch_;
  std::map<Partition, PartitionPlace> places_;
  Queues waiting_;
  std::map<PracticeId, Status> for_later_;  // whose first upload waits for a later release, and why
  PracticeId turn_;
  std::size_t waiting_count_ = 0;
  int fenced_in_a_row_ = 0;
  std::optional<std::chrono::steady_clock::time_point> last_fenced_;
};

}  // namespace qcdr
