// The generator behind `qcdr generate`: a season's inbox for any number of made-up practices.
//
// Memory does not grow with practices, clinicians or cases: what is written is computed as it is
// written. Equal options give equal bytes on any machine; population.h and case_generator.h say
// how. Thread-safety: free function. Errors: of check(options) and of the sink.
#pragma once

#include <cstdint>
#include <functional>

#include "generate/options.h"
#include "generate/sink.h"

namespace qcdr::generate {

struct Summary {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;         // of tables
  std::uint64_t cases = 0;        // without corrections
  std::uint64_t corrections = 0;  // cases sent again, changed
};

// Called after each practice with the number of practices done.
using Progress = std::function<void(std::uint32_t practices_done)>;

Result<Summary> generate(const Options& options, Sink* sink, const Progress& progress = {});

}  // namespace qcdr::generate
