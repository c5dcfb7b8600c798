// Which vendors CMS lets report a registry's measure: data/vendors/<year>.csv, columns measure and
// vendors; see table.h for the syntax. Rows in order of measure. CMS names vendors by number; the
// number of a registry stands in registries.yaml.
// Thread-safety: free functions. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace qcdr::rulebook {

struct VendorRow {
  std::string measure_id;
  std::vector<std::string> vendors;  // never empty
};

Result<std::vector<VendorRow>> parse_vendor_table(std::string_view path, std::string_view bytes);
std::string write_vendor_table(std::span<const VendorRow> rows);

}  // namespace qcdr::rulebook
