// Where a command's data go: standard output, or the answer of a running process that was asked.
// Thread-safety: one thread runs commands.
#pragma once

#include <cstdio>
#include <functional>
#include <string>

namespace qcdr {

// The present stream for data.
std::FILE* out();
// Runs `body` and returns what it wrote to out().
std::string captured(const std::function<void()>& body);

}  // namespace qcdr
