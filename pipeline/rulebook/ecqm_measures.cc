#include "rulebook/ecqm_measures.h"

#include <algorithm>

namespace qcdr::rulebook {
namespace {

constexpr EcqmRate kRates[] = {
#define QCDR_ECQM(year, guid, id, stratum, population, denominator, numerator, exclusion, \
                  exception)                                                              \
  {PerformanceYear(year), guid,      id,        stratum,  population,                     \
   denominator,           numerator, exclusion, exception},
#include "rulebook/ecqm_measures.def"
#undef QCDR_ECQM
};

}  // namespace

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  std::transform(capitals.begin(), capitals.end(), capitals.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return capitals;
}

std::vector<const EcqmRate*> find_ecqm(PerformanceYear year, std::string_view measure_guid) {
  const std::string guid = in_capitals(measure_guid);
  std::vector<const EcqmRate*> found;
  for (const EcqmRate& rate : kRates) {
    if (rate.year == year && rate.measure_guid == guid) found.push_back(&rate);
  }
  return found;
}

std::vector<const EcqmRate*> find_ecqm_of(PerformanceYear year, std::string_view measure_id) {
  std::vector<const EcqmRate*> found;
  for (const EcqmRate& rate : kRates) {
    if (rate.year == year && rate.measure_id == measure_id) found.push_back(&rate);
  }
  return found;
}

}  // namespace qcdr::rulebook
