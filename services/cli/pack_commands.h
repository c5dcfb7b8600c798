// Commands over packs, below `qcdr audit`. Thread-safety: one thread runs commands.
#pragma once

#include <string>

#include "core/status.h"

namespace CLI {
class App;
}

namespace qcdr {

void add_audit_pack(CLI::App& audit, int* exit_code);
// `audit verify --pack DIR`: prints what is the matter with a folder. Errors: as those of
// review::check_pack.
Status verify_pack(const std::string& directory, const std::string& root, bool as_json,
                   bool* whole);

}  // namespace qcdr
