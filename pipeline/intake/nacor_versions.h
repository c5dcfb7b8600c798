// Versions of the NACOR form by name, year and time of receipt; the data are nacor_versions.def.
// Thread-safety: free functions over constant tables.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/strong.h"
#include "core/time.h"

namespace qcdr::intake {

struct NacorVersion {
  std::string_view name;
  PerformanceYear year;            // of the data in such a file
  LocalDate from;                  // day of receipt, in the registry's zone
  std::optional<LocalDate> until;  // the first day on which it is not taken any more
  std::string_view confidence;
  std::string_view source;

  // None: it is not known when the file comes.
  bool is_taken_at(std::optional<Instant> received_at) const;
};

std::span<const NacorVersion> nacor_versions();
// All lines of a name; empty: there is no such version.
std::vector<const NacorVersion*> find_versions(std::string_view name);
// "2022V1.0, 2022V1.0R": each name once, of those that are taken then and, if given, for the year.
std::string accepted_versions(std::optional<PerformanceYear> year,
                              std::optional<Instant> received_at);

}  // namespace qcdr::intake
