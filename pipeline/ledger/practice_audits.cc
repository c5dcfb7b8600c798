// Audits that are open: a named case of a TIN that was not received again since keeps its sets
// here, until it is, until the window closes, or until the data are certified.
#include <algorithm>

#include "ledger/practice_ledger.h"

namespace qcdr::ledger {

// A case that was never received is of no TIN that anybody knows, and holds nobody.
Result<std::vector<AuditWindow>> PracticeLedger::open_audits(const TinRow& tin) {
  std::vector<AuditWindow> open;
  if (audit_corrections_.empty()) return open;
  QCDR_ASSIGN_OR_RETURN(const Certification certified, certification());
  QCDR_ASSIGN_OR_RETURN(const std::vector<Instant> received, receipts());
  for (const AuditCorrection& correction : audit_corrections_) {
    if (certified.present() && certified.origin.received_at >= correction.opens_at) continue;
    for (const CaseToken& token : correction.cases) {
      QCDR_ASSIGN_OR_RETURN(const auto place, cases_->find(token));
      if (!place) continue;
      QCDR_ASSIGN_OR_RETURN(const CaseEntry entry, cases_->read(*place));
      if (!entry.counting) continue;
      const auto pairs = entry.counting->pair_span();
      const bool of_tin = std::any_of(pairs.begin(), pairs.end(), [&](std::uint32_t pair) {
        return pairs_.pair(pair).tin == tin.ordinal;
      });
      if (!of_tin || received[entry.counting->upload] >= correction.opens_at) continue;
      open.push_back({correction.opens_at, correction.closes_at});
      break;
    }
  }
  return open;
}

}  // namespace qcdr::ledger
