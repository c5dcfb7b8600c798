#include "cli/range_words.h"

#include "core/finding_codes.h"

namespace qcdr {

std::string_view unknown_words(scoring::Unknown unknown) {
  switch (unknown) {
    case scoring::Unknown::kCost:
      return "cost";
    case scoring::Unknown::kSpecialStatus:
      return "special status";
    case scoring::Unknown::kSmallPractice:
      return "small practice";
    case scoring::Unknown::kComplexPatientBonus:
      return "complex patients";
    case scoring::Unknown::kBenchmarks:
      return "later benchmarks";
    case scoring::Unknown::kDataOfOthers:
      return "data that others send";
  }
  return "";
}

std::string finding_text(std::uint32_t code) {
  return print_code(code);
}

std::string banner_text(Instant as_of) {
  return "Projection from data received by " + as_of.to_string() +
         ". Not a CMS score. Nothing has been sent to CMS yet.";
}

}  // namespace qcdr
