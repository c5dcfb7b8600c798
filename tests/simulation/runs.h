// Series of runs, and what they print. Each gives true when all passed.
#pragma once

#include "arguments.h"

namespace qcdr::simulation {

bool run_seeds(const Arguments& arguments);
bool run_one_seed(const Arguments& arguments);
bool run_exhaustive(const Arguments& arguments);
bool run_determinism(const Arguments& arguments);

}  // namespace qcdr::simulation
