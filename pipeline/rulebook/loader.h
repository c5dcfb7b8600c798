// Makes a rulebook of source files. Rulebook::built_in() is the one over embedded_files(); tests
// and `qcdr rulebook check` load others.
//
// The digest is SHA-256 over every file in order of path: path, a zero byte, the number of bytes in
// decimal, a zero byte, the bytes. A year is known to the rulebook when it has a performance
// threshold or any table; without measures it has no benchmarks, clusters and specifications.
// Behind the files stands the name of the registry that is served: `registry`, or the first of
// registries.yaml. Calendars of the others are read and checked for their form, and not used.
// Thread-safety: free function. Ownership: the caller owns the rulebook; it keeps no view of
// `files`. Errors: kInvalidArgument "path:line: what" for the first bad file.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/status.h"
#include "rulebook/rulebook.h"
#include "rulebook/source_file.h"

namespace qcdr::rulebook {

Result<std::unique_ptr<Rulebook>> load_rulebook(std::span<const SourceFile> files,
                                                std::string_view registry = {});

}  // namespace qcdr::rulebook
