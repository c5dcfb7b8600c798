#include "generate/options.h"

#include <fmt/core.h>

#include "generate/population.h"

namespace qcdr::generate {
namespace {

Status within(const char* name, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return Status::ok();
  return Status(ErrorCode::kInvalidArgument,
                fmt::format("{} is {}, but must lie from {} to {}", name, value, low, high));
}

}  // namespace

Status check(const Options& options) {
  QCDR_RETURN_IF_ERROR(within("the number of practices", options.practices, 1, 99'900));
  QCDR_RETURN_IF_ERROR(
      within("the number of clinicians", options.clinicians_per_practice, 1, 100'000));
  QCDR_RETURN_IF_ERROR(within("the number of cases", options.cases_per_practice, 0, 100'000'000));
  QCDR_RETURN_IF_ERROR(
      within("the percentage of corrections", options.corrections_percent, 0, 100));
  QCDR_RETURN_IF_ERROR(within("the first practice", options.first_practice, 100, 99'999));
  QCDR_RETURN_IF_ERROR(within("the last practice",
                              std::int64_t{options.first_practice} + options.practices - 1, 100,
                              99'999));
  QCDR_RETURN_IF_ERROR(within("the year", options.year, 2017, 2098));
  QCDR_RETURN_IF_ERROR(within("the number of errors", options.errors_per_ten_thousand, 0, 10'000));
  const Population population(options);
  QCDR_RETURN_IF_ERROR(within("the number of TINs",
                              std::int64_t{options.practices} * population.tin_count(), 1,
                              Population::kTinsMax));
  return within("the number of clinicians in all",
                std::int64_t{options.practices} * options.clinicians_per_practice, 1,
                Population::kCliniciansMax);
}

}  // namespace qcdr::generate
