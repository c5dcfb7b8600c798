// simulate: the production loop in a simulated world. See README.md.
#include <unistd.h>

#include <iostream>

#include "arguments.h"
#include "runs.h"

#ifndef QCDR_PLANTED_BUGS
namespace {

// The planted bugs are compiled into a program of their own, which lies beside this one.
int run_planted_program(char** words) {
  const std::string program = std::string(words[0]) + "_planted";
  execv(program.c_str(), words);
  std::cerr << program << ": cannot be run\n";
  return 2;
}

}  // namespace
#endif

int main(int count, char** words) {
  using qcdr::simulation::Arguments;
  const auto arguments = qcdr::simulation::parse_arguments(count, words);
  if (!arguments.is_ok()) {
    std::cerr << arguments.status().message() << '\n' << qcdr::simulation::usage();
    return 2;
  }
#ifndef QCDR_PLANTED_BUGS
  if (!arguments.value().planted_bug.empty()) return run_planted_program(words);
#endif
  bool passed = false;
  switch (arguments.value().mode) {
    case Arguments::Mode::kSeeds:
      passed = run_seeds(arguments.value());
      break;
    case Arguments::Mode::kSeed:
      passed = run_one_seed(arguments.value());
      break;
    case Arguments::Mode::kExhaustive:
      passed = run_exhaustive(arguments.value());
      break;
    case Arguments::Mode::kDeterminism:
      passed = run_determinism(arguments.value());
      break;
  }
  return passed ? 0 : 1;
}
