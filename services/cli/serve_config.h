// Configuration of `qcdr serve`: flags over environment (QCDR_...) over file over defaults.
//
// The file is YAML with the keys below; `kafka:` holds librdkafka properties, which pass through,
// and `kafka_secret_files:` properties whose values stand in files of their own. An unknown or
// repeated key, and a value of the wrong kind or out of range, is an error with its line. A file
// that holds a password itself must be closed to others. No message has a secret.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/status.h"

namespace qcdr {

struct ServeConfig {
  // "bootstrap.servers" and any other property, those out of secret files among them.
  std::map<std::string, std::string> kafka;
  std::string slot = "0";  // stable name of this instance within its service
  std::string state_directory = "state";
  std::string blob_directory = "blobs";
  std::string key_directory = "keys";
  std::string reference_directory = "reference";  // snapshots of the NPI register
  // Copies of the state are kept there, one of each partition so often; empty: none.
  std::string snapshot_directory;
  std::int64_t snapshot_milliseconds = 600'000;
  std::string admin_address;  // HOST:PORT of the admin port; empty: none
  // File of the tokens with which practices send uploads and ask for them; empty: not served.
  std::string access_tokens;
  bool text_log = false;  // lines for people instead of JSON
  bool replay = false;    // topics with creation time: a season is played again
};

// Reads the file over the values in *config.
Status read_serve_config(const std::string& path, ServeConfig* config);

// What is right in itself and can still not be used: no broker, an empty or impossible slot.
Status check_serve_config(const ServeConfig& config);

// For commands that only need the cluster: the file, if one is named, and the broker over it.
Result<ServeConfig> cluster_config(const std::string& file, const std::string& broker);

}  // namespace qcdr
