// Always-on assertions for the data path.
//
// A failed assertion means a bug of ours, never bad input: it prints the expression and its place
// and ends the process. Ending is safe by design: state is a prefix of the log and is replayed.
#pragma once

namespace qcdr {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace qcdr

#define QCDR_ASSERT(expression)                                  \
  do {                                                           \
    if (!(expression)) [[unlikely]]                              \
      ::qcdr::assertion_failed(#expression, __FILE__, __LINE__); \
  } while (false)
