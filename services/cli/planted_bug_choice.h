// Lets a test choose the bug of a build that has them (QCDR_PLANTED_BUGS); no other build includes
// this. Thread-safety: reads the environment.
#pragma once

#include <cstdlib>
#include <string_view>

#include "stream/loop/planted_bug.h"

namespace qcdr {

// From the environment variable QCDR_PLANTED_BUG: "state-before-commit", or none.
inline stream::PlantedBug planted_bug_choice() {
  const char* const name = std::getenv("QCDR_PLANTED_BUG");
  if (name != nullptr && std::string_view(name) == "state-before-commit") {
    return stream::PlantedBug::kStateBeforeCommit;
  }
  return stream::PlantedBug::kNone;
}

}  // namespace qcdr
