// Lets a test choose the bug, and the generation, of a build that has them (QCDR_PLANTED_BUGS); no
// other build includes this. Thread-safety: reads the environment.
#pragma once

#include <cstdlib>
#include <string_view>

#include "core/assert.h"
#include "core/strong.h"
#include "stream/loop/planted_bug.h"

namespace qcdr {

// From the environment variable QCDR_PLANTED_BUG; a name that is not known ends the process, since
// a control that plants nothing shows nothing.
inline stream::PlantedBug planted_bug_choice() {
  const char* const given = std::getenv("QCDR_PLANTED_BUG");
  const std::string_view name = given == nullptr ? "" : given;
  if (name.empty()) return stream::PlantedBug::kNone;
  if (name == "state-before-commit") return stream::PlantedBug::kStateBeforeCommit;
  if (name == "live-from-applied") return stream::PlantedBug::kLiveFromApplied;
  QCDR_ASSERT(name == "commit-without-plus-one");
  return stream::PlantedBug::kCommitWithoutPlusOne;
}

// The same logic under the next number, as a release with other logic would have it.
inline Generation planted_generation(Generation generation) {
  if (std::getenv("QCDR_PLANTED_NEXT_GENERATION") == nullptr) return generation;
  return Generation(generation.value() + 1);
}

}  // namespace qcdr
