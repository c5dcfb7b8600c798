// What reference data are called in control records.
#pragma once

#include <string_view>

namespace qcdr {

// A snapshot of the national register of NPIs; see reference/npi_registry.h.
inline constexpr std::string_view kNpiRegistryReference = "nppes";

}  // namespace qcdr
