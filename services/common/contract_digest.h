// Names what messages can say: a digest over their definitions and those of all that they hold.
//
// A release that adds a field to what it writes makes other bytes of the same state, as other rules
// do. Names, numbers, types and values count, comments and options do not. Thread-safety: free
// function.
#pragma once

#include <vector>

#include "core/crypto.h"

namespace google::protobuf {
class Descriptor;
}

namespace qcdr {

Hash256 contract_digest(const std::vector<const google::protobuf::Descriptor*>& messages);

}  // namespace qcdr
