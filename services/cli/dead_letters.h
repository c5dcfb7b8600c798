// The records that were laid aside, on whatever log, and laying them back.
//
// Thread-safety: none. Lifetime: the log outlives it. Errors: as those of the log; kNotFound for a
// letter that is not there, kFailedPrecondition for one that was laid back before.
#pragma once

#include <string>
#include <vector>

#include "common/dead_letter.h"

namespace qcdr {

struct LaidAside {
  stream::Record letter;
  DeadLetter was;
  bool laid_back = false;
};

class DeadLetters {
 public:
  // `replay`: the log's input topics take the producer's timestamps.
  DeadLetters(stream::Log& log, bool replay) : log_(log), replay_(replay) {}

  // Of one topic (its own name, or that of its dead letters) or, empty, of all; by topic, partition
  // and offset. A record that was laid aside twice is there once.
  Result<std::vector<LaidAside>> list(const std::string& topic);
  Result<LaidAside> find(const std::string& topic, Partition partition, Offset offset);
  // Appends the record to its topic, then the mark that it was. A crash between leaves it to be
  // laid back once more, which every stage takes for the repetition it is.
  Status lay_back(const LaidAside& letter);

 private:
  Status add(const std::string& topic, std::vector<LaidAside>* found);

  stream::Log& log_;
  const bool replay_;
};

}  // namespace qcdr
