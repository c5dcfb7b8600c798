#include "common/process_memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace qcdr {
namespace {

// By itself glibc takes a piece of a megabyte from the heap after one of eight was freed.
TEST(ProcessMemory, LargePiecesAreMappedByThemselvesAlsoAfterLargerOnes) {
  set_up_process_memory();
  { const std::vector<char> larger(std::size_t{8} << 20, 'x'); }
  const auto before = ::mallinfo2().hblks;
  const std::vector<char> piece(std::size_t{1} << 20, 'x');
  EXPECT_EQ(::mallinfo2().hblks, before + 1);
  EXPECT_EQ(piece.back(), 'x');
}

}  // namespace
}  // namespace qcdr
