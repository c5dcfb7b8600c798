// What the log has about one clinician or TIN: every record with its place, what was asked to be
// sent and what became of it. For packs and dossiers.
//
// Rows are opened with the data keys and written as review/record_json.h says: nothing of other
// clinicians. A record belongs to a clinician when it names him, or when it is about his TIN or the
// practice as a whole. What was laid aside for a parked practice is not in it, as in the state.
// Receipts are read from the practice's partition and from the topic of submission documents, where
// there is one. Thread-safety: none. Errors: as those of the log; kCorruption for rows that do not
// open. Limit: 2,000,000 records.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "cli/log_view.h"
#include "core/key_ring.h"
#include "qcdr/v1/decisions.pb.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr {

inline constexpr std::size_t kEvidenceRecordsMax = 2'000'000;

struct WantedEvidence {
  PracticeId practice;
  PerformanceYear year;
  Npi npi;                           // zero: of the TINs as a whole
  std::set<TinToken> tins;           // of the clinician, or the TIN
  std::set<std::string> entities;    // entity ids, 12 bytes each
  std::function<bool(int kind)> of;  // number of the proto RecordKind
};

struct EvidenceRecord {
  int kind = 0;
  std::string upload_id;
  std::uint32_t row = 0;
  std::uint32_t line = 0;
  std::string json;  // one line: kind, place, receipt, fact
};

// A state of a targeted review, as it was told.
struct ToldReview {
  v1::ReviewCase fact;
  Instant received_at;
};

struct Evidence {
  std::vector<EvidenceRecord> records;  // in the log's order
  std::vector<v1::SubmissionRequest> requests;
  std::vector<v1::SubmissionReceipt> receipts;
  std::vector<ToldReview> reviews;
  std::set<std::string> uploads;  // ids
};

Result<Evidence> read_evidence(LogView& log, KeyRing& keys, const WantedEvidence& wanted);

// "quality: sent 2023-03-14T..., read back the same".
std::string receipt_words(const v1::SubmissionReceipt& receipt);
std::string receipts_json(const std::vector<v1::SubmissionReceipt>& receipts);
std::string requests_json(const std::vector<v1::SubmissionRequest>& requests);
// Uploads with receipt, size and SHA-256.
Result<std::string> uploads_json(LogView& log, const std::set<std::string>& ids);

}  // namespace qcdr
