// Values as JSON documents of the registry write them. Thread-safety: free functions.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/decimal.h"
#include "rulebook/rulebook.h"

namespace qcdr::registry {

// A number, as the decimal's shortest form says it.
nlohmann::ordered_json number_json(Decimal value);
nlohmann::ordered_json citation_json(const rulebook::Citation& citation);

}  // namespace qcdr::registry
