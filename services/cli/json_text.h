// Pieces of JSON as text. Thread-safety: free functions.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"

namespace qcdr {

// Quoted and escaped.
std::string json_text(std::string_view text);
// null for no text.
std::string text_or_null(std::string_view text);
// "2023-02-01T05:59:59.000Z" in quotes; null for the instant that stands for "never".
std::string json_instant(Instant instant);

}  // namespace qcdr
