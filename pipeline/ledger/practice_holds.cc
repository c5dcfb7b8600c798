// What is held, and what lets it in: an extension, a lifted hold, an officer. An officer may also
// refuse it; then nobody waits for it, and only an officer lets it in after all.
#include <algorithm>

#include "calendar/judge.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr::ledger {
namespace {

// A roster that waits because it drops many is not late, whatever else its rows were told.
bool is_late_roster(const UploadFact& fact) {
  return fact.kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ROSTER_ENTRY) && fact.completed &&
         fact.findings.contains(code_number(FindingCode::RECEIVED_LATE_HELD)) &&
         !fact.findings.contains(code_number(FindingCode::ROSTER_DROPS_MANY));
}

}  // namespace

// Rosters wait whole. A later one that is in force stays. Rows of a refused one count as rejected
// from then on; they stay, should an officer let them in after all.
Result<std::uint32_t> PracticeLedger::settle_rosters(Settle settle,
                                                     const parts::IsMeantRoster& is_meant,
                                                     bool refused, Offset cause, Effects* effects) {
  std::vector<std::pair<std::string, UploadFact>> meant;
  QCDR_RETURN_IF_ERROR(for_each_known_upload([&](const std::string& id, const UploadFact& fact) {
    const bool waits = fact.rows_held > 0 || (refused && fact.rows_rejected > 0);
    if (is_late_roster(fact) && waits && is_meant(id, fact)) meant.emplace_back(id, fact);
    return Status::ok();
  }));
  std::sort(meant.begin(), meant.end(),
            [](const auto& a, const auto& b) { return a.second.ordinal < b.second.ordinal; });
  std::uint32_t settled = 0;
  for (auto& [id, fact] : meant) {
    if (settle == Settle::kRefuse) {
      fact.rows_rejected += std::exchange(fact.rows_held, 0);
      put_upload(id, fact);
      ++settled;
      continue;
    }
    QCDR_ASSIGN_OR_RETURN(const bool superseded, roster_is_superseded(fact));
    QCDR_ASSIGN_OR_RETURN(const std::vector<PairRow> staged, staged_roster(id));
    if (superseded || staged.empty()) continue;
    if (fact.rows_held == 0) fact.rows_held = std::exchange(fact.rows_rejected, 0);
    QCDR_RETURN_IF_ERROR(take_waiting_roster(id, std::move(fact), staged, cause, effects));
    ++settled;
  }
  if (settled > 0) touch_all(cause, effects);
  return settled;
}

void PracticeLedger::put_upload(const std::string& upload_id, const UploadFact& fact) {
  if (const auto live = uploads_.find(upload_id); live != uploads_.end()) {
    live->second.fact = fact;
    live->second.dirty = true;
  } else {
    facts_.put(FactKind::kUpload, upload_id, fact.encode());
  }
}

Status PracticeLedger::for_each_known_upload(
    const std::function<Status(const std::string&, const UploadFact&)>& visit) const {
  for (const auto& [id, live] : uploads_) QCDR_RETURN_IF_ERROR(visit(id, live.fact));
  return facts_.for_each(FactKind::kUpload,
                         [&](std::string_view id, const FactValue& value) -> Status {
                           const std::string key(id);
                           if (uploads_.contains(key)) return Status::ok();
                           QCDR_ASSIGN_OR_RETURN(const UploadFact fact, UploadFact::decode(value));
                           return visit(key, fact);
                         });
}

Status PracticeLedger::lift_hold(std::uint32_t kind, Offset cause, Effects* effects) {
  dirty_ = true;
  reconciliations_.clear();
  if (kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ANESTHESIA_CASE)) {
    const auto waits = [](const Contribution& held) { return !held.refused; };
    return change_cases(let_in_if(waits), cause, effects).status();
  }
  if (kind == static_cast<std::uint32_t>(v1::RECORD_KIND_ROSTER_ENTRY)) {
    const auto any = [](std::string_view, const UploadFact&) { return true; };
    return settle_rosters(Settle::kLetIn, any, false, cause, effects).status();
  }
  const std::string_view calendar_kind = calendar_kind_of(kind);
  const auto is_meant = [&](const Held& held) {
    return !held.refused && held.calendar_kind == calendar_kind;
  };
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t lifted,
                        settle_facts(Settle::kLetIn, is_meant, upload_count_, &facts_));
  if (lifted > 0) touch_all(cause, effects);
  return Status::ok();
}

}  // namespace qcdr::ledger
