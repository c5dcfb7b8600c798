#include "cli/serve_config.h"

#include <yaml-cpp/yaml.h>

namespace qcdr {
namespace {

Status at(const std::string& path, const YAML::Mark& mark, const std::string& what) {
  return Status(ErrorCode::kInvalidArgument,
                path + ":" + std::to_string(mark.line + 1) + ": " + what);
}

Status take(const std::string& path, const YAML::Node& key, const YAML::Node& value,
            ServeConfig* config) {
  const std::string name = key.as<std::string>();
  if (name == "kafka") {
    if (!value.IsMap()) return at(path, value.Mark(), "kafka takes properties");
    for (const auto& property : value) {
      config->kafka[property.first.as<std::string>()] = property.second.as<std::string>();
    }
  } else if (name == "slot") {
    config->slot = value.as<std::string>();
  } else if (name == "state_dir") {
    config->state_directory = value.as<std::string>();
  } else if (name == "blob_dir") {
    config->blob_directory = value.as<std::string>();
  } else if (name == "key_dir") {
    config->key_directory = value.as<std::string>();
  } else if (name == "snapshot_dir") {
    config->snapshot_directory = value.as<std::string>();
  } else if (name == "snapshot_minutes") {
    config->snapshot_minutes = value.as<int>();
    if (config->snapshot_minutes < 1) return at(path, value.Mark(), "at least one minute");
  } else if (name == "admin") {
    config->admin_address = value.as<std::string>();
  } else if (name == "log_format") {
    const std::string format = value.as<std::string>();
    if (format != "json" && format != "text") {
      return at(path, value.Mark(), "log_format is json or text");
    }
    config->text_log = format == "text";
  } else if (name == "replay") {
    config->replay = value.as<bool>();
  } else {
    return at(path, key.Mark(),
              "unknown key; there are kafka, slot, state_dir, blob_dir, key_dir, snapshot_dir, "
              "snapshot_minutes, admin, log_format, replay");
  }
  return Status::ok();
}

}  // namespace

Status read_serve_config(const std::string& path, ServeConfig* config) {
  try {
    const YAML::Node root = YAML::LoadFile(path);
    if (root.IsNull()) return Status::ok();
    if (!root.IsMap()) return at(path, root.Mark(), "not a map of keys");
    for (const auto& entry : root) {
      QCDR_RETURN_IF_ERROR(take(path, entry.first, entry.second, config));
    }
  } catch (const YAML::BadFile&) {
    return Status(ErrorCode::kNotFound, path + " cannot be read");
  } catch (const YAML::Exception& error) {
    return at(path, error.mark, error.msg);
  }
  return Status::ok();
}

}  // namespace qcdr
