// Whether this program knows every value that a message names.
//
// Fields that it does not know are passed over, as the contract allows. A value or a choice is
// something else: a consent that is neither granted nor revoked cannot be folded, and to take it
// for the one or the other would be a guess. So a later release's value of an enum, or member of a
// oneof, ends in kFailedPrecondition before anything of its record is folded. A oneof is such a
// choice when none of its members is set and the message has an unknown field with the number of
// its first member or above: plain fields of a message whose oneof may be empty get lower ones.
// Some values travel as plain numbers or by their place in a list, where the second stage sums what
// many practices have; known_values.cc lists those fields, and they are looked at like the others.
// The error names the field and the number, nothing of the record's content.
// By reflection it costs some 300 ns for a row with a case, a twelfth of folding it; so rows with
// cases, which are almost all, are looked at without. known_values_test.cc holds that nothing in
// them is left out. Thread-safety: free functions.
#pragma once

#include "core/status.h"

namespace google::protobuf {
class Message;
}

namespace qcdr::v1 {
class ChunkRows;
}

namespace qcdr {

Status check_values_known(const google::protobuf::Message& message);
// The same of what a chunk seals.
Status check_rows_known(const v1::ChunkRows& rows);

}  // namespace qcdr
