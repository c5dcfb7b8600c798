// The command line as a function: what main() runs, and what a running process runs when it is
// asked through its control socket.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/status.h"

namespace qcdr {

const char* program_version();
// Parses and runs; returns the exit code.
int run_application(const std::vector<std::string>& arguments);
// The arguments of this process, for passing on to a running one.
const std::vector<std::string>& application_arguments();

// Runs `command`; when the data directory belongs to a running process, asks that one instead.
int run_or_ask(const std::string& data_directory, const std::function<Status()>& command);

}  // namespace qcdr
