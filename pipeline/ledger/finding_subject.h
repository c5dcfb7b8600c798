// What a row is about, as bytes that stay the same when a later upload speaks of it again: the
// case's token, or the kind with TIN token and NPI. It identifies a person: it must leave the fold
// as a keyed hash only. Thread-safety: free function.
#pragma once

#include <string>

namespace qcdr::v1 {
class ChunkRows;
class Row;
}  // namespace qcdr::v1

namespace qcdr::ledger {

// Empty for a row that could not be read, and for a fact that names neither case, TIN nor NPI.
std::string finding_subject(const v1::Row& row, const v1::ChunkRows& rows);

}  // namespace qcdr::ledger
