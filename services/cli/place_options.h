// Where a command finds its data: --data-dir (or QCDR_DATA_DIR), --state, --keys.
//
// A running process that answers for another knows its own place: the asker's paths may be relative
// to another directory. Thread-safety: one thread runs commands.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace qcdr {

struct PlaceOptions {
  std::string data_directory;  // empty: QCDR_DATA_DIR, else "data"
  std::vector<std::string> state_directories;
  std::string key_directory;
};

// Adds --data-dir and --keys; with `with_state`, --state too. `options` outlives the command.
void add_place_options(CLI::App* command, PlaceOptions* options, bool with_state);

std::string data_directory(const PlaceOptions& options);
std::string key_directory(const PlaceOptions& options);
std::vector<std::string> state_directories(const PlaceOptions& options);

// From now on, and while it lives, commands of this process look at `place`, whatever they are
// told.
class ServedPlace {
 public:
  explicit ServedPlace(const PlaceOptions& place);
  ~ServedPlace();
  ServedPlace(const ServedPlace&) = delete;
  ServedPlace& operator=(const ServedPlace&) = delete;
};

}  // namespace qcdr
