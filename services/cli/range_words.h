// Names and words of a range and of what it rests on. Thread-safety: free functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.h"
#include "scoring/score.h"

namespace qcdr {

// "special status": what a range rests on.
std::string_view unknown_words(scoring::Unknown unknown);
// "QCDR-ROS-0007" of a finding's number.
std::string finding_text(std::uint32_t code);
std::string banner_text(Instant as_of);

}  // namespace qcdr
