// Whether what CMS shows is what was to be sent.
// Thread-safety: implementations are pure. Errors: what cannot be read differs.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "core/finding_codes.h"

namespace qcdr::submission {

enum class ReadBackKind : std::uint8_t {
  kEqual,
  kLacks,    // what is there is the payload's, and some of the payload is not there
  kDiffers,  // something else is there
};

struct ReadBackVerdict {
  ReadBackKind kind = ReadBackKind::kDiffers;
  Hash256 sha256{};  // of what was read back, in canonical form
  std::vector<FindingCode> codes;
};

class ReadBackCheck {
 public:
  virtual ~ReadBackCheck() = default;
  // `payload` as it was frozen, with the placeholder of the TIN; `set` as CMS shows it.
  virtual ReadBackVerdict compare(std::string_view payload, std::string_view set) const = 0;
};

}  // namespace qcdr::submission
