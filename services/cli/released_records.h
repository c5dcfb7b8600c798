// What a log says once releases of parked practices are worked into it: each record that could not
// be folded is gone, or mended, at its own place, and nothing is laid back.
//
// Offsets of another log are others, and so are the places of records that were laid aside; a copy
// that is to be folded elsewhere is made through this. Thread-safety: none after open(). Errors:
// those of the log, kCorruption for dead letters that nobody here made.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "cli/log_view.h"
#include "common/dead_letter.h"

namespace qcdr {

class ReleasedRecords {
 public:
  static Result<ReleasedRecords> open(LogView& log);
  // The value that stands for the record; none: the record is left out of a copy.
  std::optional<std::string> value_of(const stream::Record& record) const;

 private:
  using Place = std::tuple<Partition, PracticeId, Offset, std::uint64_t>;
  using Origin = std::pair<Partition, Offset>;

  Status note_letters(LogView& log, Partition partition);
  Status note_releases(LogView& log, Partition partition);
  void note_release(const Place& place, bool left_out, std::set<Place>* expected);

  std::map<Place, Origin> origins_;  // where what was laid aside lay first
  std::set<Origin> laid_aside_;      // all of it, again and again
  std::set<Origin> left_out_;
  std::map<Origin, std::string> mended_;
};

}  // namespace qcdr
