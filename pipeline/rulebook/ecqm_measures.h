// Electronic clinical quality measures: the GUIDs by which a QRDA category III document names
// measures and populations; the data are ecqm_measures.def. Thread-safety: free functions over
// constant tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/strong.h"

namespace qcdr::rulebook {

struct EcqmRate {
  PerformanceYear year;
  std::string_view measure_guid;  // in capitals, as all of them
  std::string_view measure_id;
  std::string_view stratum;  // empty: the measure has one rate
  std::string_view initial_population;
  std::string_view denominator;
  std::string_view numerator;
  std::string_view exclusion;  // empty: it has none
  std::string_view exception;
};

// The rates of a measure in the order of CMS's list; empty: the year has no such measure.
// `measure_guid` in whatever letters.
std::vector<const EcqmRate*> find_ecqm(PerformanceYear year, std::string_view measure_guid);
// The same by CMS's id of the measure.
std::vector<const EcqmRate*> find_ecqm_of(PerformanceYear year, std::string_view measure_id);
std::string in_capitals(std::string_view text);

}  // namespace qcdr::rulebook
