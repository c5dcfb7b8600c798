#include "cli/place_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "core/assert.h"

namespace qcdr {
namespace {

const PlaceOptions* g_served = nullptr;

const PlaceOptions& effective(const PlaceOptions& options) {
  return g_served != nullptr ? *g_served : options;
}

}  // namespace

void add_place_options(CLI::App* command, PlaceOptions* options, bool with_state) {
  command->add_option("--data-dir", options->data_directory,
                      "Data directory of `qcdr dev`; without it QCDR_DATA_DIR, else \"data\"");
  if (with_state) {
    command->add_option("--state", options->state_directories,
                        "State directories of scoring instances, instead of --data-dir's");
  }
  command->add_option("--keys", options->key_directory, "Key directory, instead of --data-dir's");
}

std::string data_directory(const PlaceOptions& options) {
  const PlaceOptions& place = effective(options);
  if (!place.data_directory.empty()) return place.data_directory;
  const char* named = std::getenv("QCDR_DATA_DIR");
  return named != nullptr && *named != '\0' ? named : "data";
}

std::string key_directory(const PlaceOptions& options) {
  const PlaceOptions& place = effective(options);
  return place.key_directory.empty() ? data_directory(options) + "/keys" : place.key_directory;
}

std::vector<std::string> state_directories(const PlaceOptions& options) {
  const PlaceOptions& place = effective(options);
  if (!place.state_directories.empty()) return place.state_directories;
  return {data_directory(options) + "/state"};
}

ServedPlace::ServedPlace(const PlaceOptions& place) {
  QCDR_ASSERT(g_served == nullptr);
  g_served = &place;
}

ServedPlace::~ServedPlace() {
  g_served = nullptr;
}

}  // namespace qcdr
