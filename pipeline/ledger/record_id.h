// How a later record names an earlier one: by the source's own id, or as "<upload id>/<row>".
// Thread-safety: free function.
#pragma once

#include <cstdint>
#include <string_view>

namespace qcdr::ledger {

// Splits "<upload id>/<row>"; false when it is not of that form.
bool split_record_id(std::string_view id, std::string_view* upload_id, std::uint32_t* row);

}  // namespace qcdr::ledger
