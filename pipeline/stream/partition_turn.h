// Which of a consumer's partitions is handed out first: one after the other under backlog.
//
// The same partition goes on until a share of its backlog was handed out, and only then the next
// one begins. A batch that is mostly of one partition touches the fewest entities, and so makes the
// fewest outputs and reads the fewest objects for its records. The share bounds how long the others
// wait; where nothing is left over, everybody is handed out in every poll. Thread-safety: none.
// Lifetime: of its consumer. Errors: none.
#pragma once

#include <cstddef>

namespace qcdr::stream {

class PartitionTurn {
 public:
  // What one partition may hand out before the next one's turn, about as much as a batch takes.
  static constexpr std::size_t kShareBytes = std::size_t{16} << 20;

  // The place to begin at, among `partitions` that are not none.
  std::size_t first(std::size_t partitions) const { return place_ % partitions; }
  // A poll got as much as it wanted; the last `bytes` of it came from `place`.
  void ended_in(std::size_t place, std::size_t bytes) {
    if (place != place_) bytes_ = 0;
    place_ = place;
    bytes_ += bytes;
    if (bytes_ >= kShareBytes) ended();
  }
  // A poll left nothing over.
  void ended() {
    ++place_;
    bytes_ = 0;
  }

 private:
  std::size_t place_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace qcdr::stream
