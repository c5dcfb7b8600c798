// registries.yaml: the registries whose calendars the rulebook holds, the default one first.
//
// A registry's calendars are calendars/<name>-<year>.yaml. Thread-safety: free function. Errors:
// kInvalidArgument "path:line: what".
#pragma once

#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

inline constexpr std::string_view kRegistriesPath = "registries.yaml";

Result<std::vector<Registry>> parse_registry_file(std::string_view path, std::string_view bytes);

// Zones as files name them.
inline constexpr std::string_view kCentralZone = "America/Chicago";
inline constexpr std::string_view kEasternZone = "America/New_York";

}  // namespace qcdr::rulebook
