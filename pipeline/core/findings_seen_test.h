// Notes which findings a test made the real code tell: with QCDR_FINDINGS_SEEN=DIR each code goes,
// once, into a file of this process in that folder, which exists. tests/findings reads it.
// Test-only. Thread-safety: none.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "core/finding_codes.h"

namespace qcdr {

inline void note_finding_seen(std::uint32_t code) {
  static const char* const folder = std::getenv("QCDR_FINDINGS_SEEN");
  static std::set<std::uint32_t> seen;
  if (folder == nullptr || !seen.insert(code).second) return;
  std::ofstream(std::string(folder) + "/" + std::to_string(::getpid()) + ".txt", std::ios::app)
      << print_code(code) << "\n";
}

}  // namespace qcdr
