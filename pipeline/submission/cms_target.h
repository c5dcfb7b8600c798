// Whose set a payload is: what CMS finds it by, read out of the payload itself.
//
// A payload is the body of POST /measurement-sets with the placeholder {tin} where the TIN will
// stand. Thread-safety: pure functions. Errors: kInvalidArgument for a payload that does not say
// it; never with a value out of it. Privacy: a target holds an NPI.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr::submission {

// Stands for the TIN in a payload, in quotation marks.
inline constexpr std::string_view kTinMark = "{tin}";

struct CmsTarget {
  std::string entity_type;  // "individual", "group", "virtualGroup", "apm", "subgroup"
  std::string npi;          // of an individual
  std::string entity_id;    // CMS's own, of a virtual group, an APM entity, a subgroup
  bool has_tin = false;
  std::int64_t performance_year = 0;
  std::string category;           // "quality", "ia", "pi"
  std::string submission_method;  // "registry"
  std::string program_name;       // "mips" when the payload does not say
  friend bool operator==(const CmsTarget&, const CmsTarget&) = default;
};

Result<CmsTarget> read_target(std::string_view payload);

// The payload with the TIN in the place of the placeholder. kInvalidArgument: not nine digits, or
// the placeholder stands there not exactly once; without a TIN, if it stands there at all.
Result<std::string> put_tin(std::string_view payload, std::string_view tin);

}  // namespace qcdr::submission
