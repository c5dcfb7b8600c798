// Small facts that came too late: what lets them in, and an officer who refuses them.
//
// A refused one waits for nobody, and only an officer lets it in after all.
// Thread-safety: free functions. Errors: kCorruption for facts that cannot be decoded.
#pragma once

#include <functional>

#include "ledger/fact_table.h"
#include "ledger/standing.h"

namespace qcdr::ledger {

// What an officer, an extension or a lifted hold does to what is held.
enum class Settle : std::uint8_t { kLetIn, kRefuse };

// A record that is held.
struct Held {
  FactKind kind = FactKind::kLayout;
  std::string_view subject;
  Origin origin;
  std::string_view calendar_kind;
  bool correction = false;
  bool refused = false;  // by an officer
};
using IsMeant = std::function<bool(const Held&)>;

// Settles everything held that is meant; says how many records that were. `uploads`: how many the
// practice-year knows by now.
Result<std::uint32_t> settle_facts(Settle settle, const IsMeant& is_meant, std::uint32_t uploads,
                                   FactTable* facts);

// The kind by which the calendar judges records that can be held (number of the proto RecordKind);
// empty for any other.
std::string_view calendar_kind_of(std::uint32_t record_kind);

}  // namespace qcdr::ledger
