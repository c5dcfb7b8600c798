// What the folds of a loop hold in memory, and how much of it they may hold.
//
// A batch ends when either limit is reached, and everything is frozen then: what is decoded is let
// go only behind a freeze, so a batch that went on would hold all that it touched. Half of the
// limit is kept, so that the next batch has room for as much again.
//
// Thread-safety: values.
#pragma once

#include <cstddef>

#include "stream/loop/loop_options.h"

namespace qcdr::stream {

struct ObjectBytes {
  std::size_t dirty = 0;
  std::size_t decoded = 0;  // changed objects included

  bool decoded_are_enough(const LoopOptions& options) const {
    return decoded >= options.cache_bytes_max;
  }
  bool are_enough(const LoopOptions& options) const {
    return dirty >= options.dirty_bytes_max || decoded_are_enough(options);
  }
  // What a fold may keep that holds `of_fold` of them, when they are enough: half of the limit for
  // all folds together, and somewhat more when a record brought a lot.
  std::size_t kept(std::size_t of_fold, const LoopOptions& options) const {
    const std::size_t half = options.cache_bytes_max / 2;
    return half == 0 ? 0 : of_fold / (decoded / half);
  }

  ObjectBytes& operator+=(const ObjectBytes& other) {
    dirty += other.dirty;
    decoded += other.decoded;
    return *this;
  }
  ObjectBytes& operator-=(const ObjectBytes& other) {
    dirty -= other.dirty;
    decoded -= other.decoded;
    return *this;
  }
};

}  // namespace qcdr::stream
