// One row of any kind, with few different TINs, NPIs, dates and records, so that rows meet.
// Thread-safety: free function. For tests only.
#pragma once

#include <cstdint>

#include "generate/random.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/rulebook.h"

namespace qcdr::batch {

inline constexpr std::uint32_t kRandomTins = 3;

// `uploads`: how many uploads, named "upload-1" and so on, there are; records of them are named.
// Dates and measures are of the rules' year.
v1::Row random_row(const rulebook::YearRules& rules, v1::RecordKind kind, std::uint32_t practice,
                   int uploads, generate::Random* random);

}  // namespace qcdr::batch
