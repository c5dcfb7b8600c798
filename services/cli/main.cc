// The one binary: `qcdr`.
#include <malloc.h>

#include "cli/application.h"

int main(int argc, char** argv) {
  // State is made on one thread and freed on the store's: with an arena for each thread, memory
  // that one has freed is of no use to the other, and a long run holds a quarter more.
  constexpr int kArenasMax = 2;
  static_cast<void>(::mallopt(M_ARENA_MAX, kArenasMax));
  return qcdr::run_application(std::vector<std::string>(argv + 1, argv + argc));
}
