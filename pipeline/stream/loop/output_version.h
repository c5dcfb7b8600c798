// Text of ids and versions of outputs, as headers carry them.
//
// ce_id    "<generation>/<topic>/<partition>/<offset>/<index>"   never twice on an output topic
// version  "<generation>.<offset>.<index>"                       readers keep the highest
// The input record named is the one that changed the entity last; index counts the outputs of that
// record within its batch.
#pragma once

#include <string>
#include <string_view>

#include "stream/fold.h"

namespace qcdr::stream {

inline constexpr const char* kOutputIdHeader = "ce_id";  // as CloudEvents names it
inline constexpr const char* kOutputVersionHeader = "version";

std::string to_string(const OutputVersion& version);
// kInvalidArgument unless it is exactly three decimal numbers in range.
Result<OutputVersion> parse_output_version(std::string_view text);
std::string output_id(std::string_view topic, Partition partition, const OutputVersion& version);

}  // namespace qcdr::stream
