// The command line of `simulate`.
#pragma once

#include <cstdint>
#include <string>

#include "core/status.h"

namespace qcdr::simulation {

struct Arguments {
  enum class Mode : std::uint8_t { kSeeds, kSeed, kExhaustive, kDeterminism };
  Mode mode = Mode::kSeeds;
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 2000;
  bool trace = false;
  bool pairs = false;
  std::string planted_bug;
};

const char* usage();
Result<Arguments> parse_arguments(int count, char** words);

}  // namespace qcdr::simulation
