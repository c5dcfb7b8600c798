// The layout fact of a practice-year: what is kept beside its content. Thread-safety: values.
#pragma once

#include "core/digest.h"
#include "ledger/case_index.h"

namespace qcdr::ledger {

// What the layout fact of a practice-year keeps.
struct PracticeLayout {
  CaseIndexLayout cases;
  std::uint32_t uploads = 0;
  StateDigest digest;
};
Result<PracticeLayout> decode_practice_layout(const FactValue& value);

}  // namespace qcdr::ledger
