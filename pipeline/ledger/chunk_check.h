// What no correct writer puts into a chunk, found before the first of its rows changes anything: a
// fold cannot take half a chunk back.
// Invariant: every error that a row itself can lead to in PracticeLedger::apply_chunk is found here
// before. What is missed here is an error there, which stops the partition. Thread-safety: free
// function.
#pragma once

#include <optional>

#include "ledger/poison.h"

namespace qcdr::v1 {
class Chunk;
class ChunkRows;
}  // namespace qcdr::v1

namespace qcdr::ledger {

std::optional<Poison> check_rows(const v1::Chunk& chunk, const v1::ChunkRows& rows);

}  // namespace qcdr::ledger
