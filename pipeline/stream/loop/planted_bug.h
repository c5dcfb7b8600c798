// Bugs planted on purpose, to show that the simulator's checkers find them.
//
// Only the library qcdr_stream_loop_planted, which tests alone link, is compiled with
// QCDR_PLANTED_BUGS. The production library has no trace of them: the branches are not compiled.
// The checkers of the simulator do not know which bug is planted.
#pragma once

#include <cstdint>

namespace qcdr::stream {

enum class PlantedBug : std::uint8_t {
  kNone,
  kStateBeforeCommit,         // the store is written before the transaction commits
  kOffsetOutsideBatch,        // rows in one batch, the applied offset in the next
  kCommitWithoutPlusOne,      // the last offset is committed instead of the next one
  kDirtyObjectAlone,          // rows of some changed objects are written without the offset
  kControlAppliedTwice,       // the event id of a control record is not remembered
  kVersionWithoutGeneration,  // versions of two generations do not tell them apart
  kOffsetOfThePolled,         // what was polled is committed, also what a full batch left over
  kLiveFromApplied,           // [A, C) is processed live, outputs and all
  kPlaceKeptAfterRebalance,   // a partition that came back goes on from memory, not from C
  kTimeStepsBack,             // partition time is the last record's, not the highest
};

}  // namespace qcdr::stream
