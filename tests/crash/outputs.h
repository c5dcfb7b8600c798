// What readers downstream rely on, checked over every record of the output topics, read committed:
// no id stands twice on a topic, and the versions of an entity strictly increase. Entities are the
// keys of score projections; a finding is said once, its key is a practice with many of them.
//
// It knows the headers and nothing of the records' contents. Thread-safety: one thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "stream/log.h"

namespace qcdr::crash {

struct OutputReport {
  std::uint64_t outputs = 0;
  std::uint64_t problems = 0;
  std::vector<std::string> examples;  // the first ones, in words
};

Result<OutputReport> check_outputs(stream::Log& log);

}  // namespace qcdr::crash
