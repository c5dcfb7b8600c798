// How a program that folds keeps memory. Called once, first thing in main().
//
// State is made on one thread and freed on the store's: with an arena for each thread, memory that
// one has freed is of no use to the other, and a long run holds a quarter more. Frames, batches of
// rows and polls are large and live short: from the heap they leave holes that small objects keep
// open, so they are mapped by themselves and given back at once. glibc raises its threshold to the
// largest piece that was ever freed unless it is told one.
// Thread-safety: before any other thread.
#pragma once

#include <malloc.h>

namespace qcdr {

inline void set_up_process_memory() {
  constexpr int kArenasMax = 2;
  constexpr int kMappedBytesLeast = 32 << 10;
  static_cast<void>(::mallopt(M_ARENA_MAX, kArenasMax));
  static_cast<void>(::mallopt(M_MMAP_THRESHOLD, kMappedBytesLeast));
}

}  // namespace qcdr
