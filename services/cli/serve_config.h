// Configuration of `qcdr serve`: flags over environment (QCDR_...) over file over defaults.
//
// The file is YAML with the keys below; `kafka:` holds librdkafka properties, which pass through.
// An unknown key is an error with its line.
#pragma once

#include <map>
#include <string>

#include "core/status.h"

namespace qcdr {

struct ServeConfig {
  std::map<std::string, std::string> kafka;  // "bootstrap.servers" and any other property
  std::string slot = "0";                    // stable name of this instance within its service
  std::string state_directory = "state";
  std::string blob_directory = "blobs";
  std::string key_directory = "keys";
  // Copies of the state are kept there, one of each partition so often; empty: none.
  std::string snapshot_directory;
  int snapshot_minutes = 10;
  std::string admin_address;  // HOST:PORT of the admin port; empty: none
  bool text_log = false;      // lines for people instead of JSON
  bool replay = false;        // topics with creation time: a season is played again
};

// Reads the file over the values in *config.
Status read_serve_config(const std::string& path, ServeConfig* config);

}  // namespace qcdr
