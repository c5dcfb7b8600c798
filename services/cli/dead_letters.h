// The records that were laid aside, on whatever log, and laying them back.
//
// What was laid aside because its practice is parked goes back as a whole, in its order, behind the
// record that releases the practice: one alone would have to wait.
// Thread-safety: none. Lifetime: the log outlives it. Errors: as those of the log; kNotFound for a
// letter that is not there, kFailedPrecondition for one that was laid back before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/dead_letter.h"

namespace qcdr {

struct LaidAside {
  stream::Record letter;
  DeadLetter was;
  bool laid_back = false;
};

// What becomes of the record that cannot be folded when its practice is released.
struct Cure {
  bool leave_out = false;
  std::optional<std::string> mended;  // in its place
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
  // Of a parked practice, by partition and number: what waits since it was parked there last. Of
  // what was laid aside several times the last letter.
  Result<std::vector<LaidAside>> waiting_of(PracticeId practice);
  // Releases the practice, if it waits for that, and lays back what waits of it; how many records.
  // What comes for it until all of it is folded is laid aside behind it: then once more. Of a
  // practice that is parked in several partitions, the first that the cure fits: then once more.
  // A release that was begun and not ended goes on with the same cure, or with another as long as
  // nothing of the first took effect.
  // kNotFound: nothing waits. kFailedPrecondition: a cure where there is nothing to cure, or none
  // where there is, or another than the log has. kInvalidArgument: a mended record that cannot
  // take the place (cli/mended_record.h).
  Result<std::size_t> release(PracticeId practice, const Cure& cure);

 private:
  Status add(const std::string& topic, std::vector<LaidAside>* found);
  // Of what waits, by partition, the records that the cure fits.
  Result<std::vector<LaidAside>> waiting_for(PracticeId practice, const Cure& cure);
  // Whether what the log has of an earlier release of the record leaves room for the cure.
  Status check_not_begun_otherwise(const LaidAside& poison, const Cure& cure);

  stream::Log& log_;
  const bool replay_;
};

}  // namespace qcdr
