#include "cli/output.h"

#include <cstdlib>

#include "core/assert.h"

namespace qcdr {
namespace {

std::FILE* g_stream = nullptr;

}  // namespace

std::FILE* out() {
  return g_stream != nullptr ? g_stream : stdout;
}

std::string captured(const std::function<void()>& body) {
  char* bytes = nullptr;
  std::size_t size = 0;
  std::FILE* const before = g_stream;
  g_stream = open_memstream(&bytes, &size);
  QCDR_ASSERT(g_stream != nullptr);
  body();
  std::fclose(g_stream);
  g_stream = before;
  std::string text(bytes, size);
  std::free(bytes);
  return text;
}

}  // namespace qcdr
