// Corrections that come from an older file than what they replace. Order on the log decides what
// counts; a practice that uploads October's export after November's is told.
#include "ledger/practice_ledger.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {

Status PracticeLedger::tell_older_file(RowContext& context, const CaseEntry& replaced) {
  const std::int64_t written = context.row->anesthesia_case().file_created();
  if (written == 0) return Status::ok();
  if (!file_times_.complete) {  // most practice-years that are opened never ask
    QCDR_RETURN_IF_ERROR(for_each_known_upload([this](const std::string&, const UploadFact& fact) {
      file_times_.set(fact);
      return Status::ok();
    }));
    file_times_.complete = true;
  }
  for (const auto* contribution : {&replaced.counting, &replaced.held}) {
    if (!contribution->has_value() || written >= file_times_.of((*contribution)->upload)) continue;
    tell(context, FindingCode::CASE_FROM_OLDER_FILE);
    break;
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
