// A rulebook of files in a directory, laid out as pipeline/rulebook/data is: to try a rule, a table
// or a year before it is built in.
//
// Thread-safety: free function. Ownership: the caller owns the rulebook. Errors: kNotFound for a
// directory that is not there, kLimitExceeded for more files or bytes than a rulebook may have,
// else as load_rulebook().
#pragma once

#include <memory>
#include <string>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr {

// For the registry that is named; else for the first that it has.
Result<std::unique_ptr<rulebook::Rulebook>> load_rulebook_directory(
    const std::string& directory, const std::string& registry = std::string());

}  // namespace qcdr
