// The log that a command reads or appends to: a Kafka cluster or a data directory's.
// Thread-safety: none. Ownership: an OpenLog owns its log. Errors: those of the log and of the
// configuration's file.
#pragma once

#include <memory>
#include <string>

#include "cli/place_options.h"
#include "stream/log.h"
#include "stream/system_clock.h"

namespace CLI {
class App;
}

namespace qcdr {

struct LogOptions {
  PlaceOptions place;
  std::string config_file;
  std::string broker;
  bool replay = false;
};

// A log and what it needs to live.
struct OpenLog {
  stream::SystemClock clock;
  std::unique_ptr<stream::Log> log;
  bool replay = false;  // its input topics take the producer's timestamps
};

// A data directory's log can be read beside `qcdr dev`, and written only without it.
Result<std::unique_ptr<OpenLog>> open_log(const LogOptions& options, bool writes);
// Adds --config, --broker and --replay. `options` outlives the command.
void add_log_options(CLI::App* command, LogOptions* options);

}  // namespace qcdr
