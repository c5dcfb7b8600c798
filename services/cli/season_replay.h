// The state as it stood, or as the law asks for it, folded again from the log into a scratch
// directory that goes with this object.
//
// kReceivedBy T: everything received by T counts, whenever it was processed, and nothing else;
// dates
//   that passed by T have passed. Answers of the fold by entity are worked out again. After the end
//   of the log's clock T is that end: nothing later is known.
// kKnownAt T: what a user saw at T: the records whose batches were committed by T, by the times of
//   the progress markers.
// Both compare with what the folds wrote of their state at deadlines: the second every deadline
// that had passed, at its own place on the log; the first the last one, where what had been folded
// is what had been received (received_verdict.h).
// Limits: refused when the scratch file system has less room than the log takes; memory is bounded
// as in scoring. Ends with kAborted when the process is asked to stop while it reads the log.
// Thread-safety: none.
#pragma once

#include <functional>
#include <memory>

#include "cli/deadline_verdicts.h"
#include "cli/log_view.h"
#include "cli/place_options.h"
#include "cli/scratch_directory.h"

namespace qcdr {

enum class ReplayBasis : std::uint8_t { kReceivedBy, kKnownAt };

class SeasonReplay {
 public:
  // Percent of the log's records that were read.
  using Progress = std::function<void(int percent)>;

  static Result<std::unique_ptr<SeasonReplay>> run(const PlaceOptions& place, ReplayBasis basis,
                                                   Instant instant, const Progress& progress);

  // A state directory like that of `qcdr dev`; lives as long as this object.
  const std::string& state_directory() const { return state_directory_; }
  // The instant that was answered for: the one asked for, or the log's end.
  Instant instant() const { return instant_; }
  std::uint64_t records_folded() const { return records_folded_; }
  // In the order in which they were folded.
  const std::vector<DeadlineVerdict>& deadlines() const { return deadlines_; }
  // Why nothing was compared; may be empty.
  const std::string& not_compared() const { return not_compared_; }

 private:
  struct Directories;
  SeasonReplay() = default;
  Status fold_known(LogView& log, const Directories& directories, const Progress& progress);
  Status fold_received(LogView& log, const Directories& directories, const Progress& progress);

  std::unique_ptr<ScratchDirectory> scratch_;
  std::string state_directory_;
  Instant instant_;
  std::uint64_t records_folded_ = 0;
  std::vector<DeadlineVerdict> deadlines_;
  std::string not_compared_;
};

}  // namespace qcdr
