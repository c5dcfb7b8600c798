// What a file would bring: its findings, what would become of its rows, and the two scores of each
// TIN and TIN/NPI before and after. Nothing is kept.
//
// The file is read into chunks as validation reads it, and a ledger over the state as it stands
// folds them in memory and is thrown away. What other practices report for a TIN counts as it
// stands; what the second stage would tell them is not followed.
// Thread-safety: none. Lifetime: what a function is given outlives its call.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/state_view.h"
#include "core/crypto.h"
#include "ingest/ingest.h"
#include "intake/chunk_builder.h"
#include "ledger/effects.h"

namespace qcdr {

// Findings of a dry run that are listed; all are counted.
inline constexpr std::size_t kDryRunFindingsMax = 1000;

struct DryRunOptions {
  std::uint64_t bytes_max = std::uint64_t{64} << 20;  // packed and unpacked
  bool test_mode = false;
  Channel channel = Channel::kPractice;
  std::optional<PracticeId> practice;  // the sender's; another one's file is refused
};

// A file that is read into memory as its bytes come.
class DryRunFile {
 public:
  DryRunFile(KeyRing& keys, Instant received_at, DryRunOptions options);
  ~DryRunFile();

  // Errors: kInvalidArgument, kLimitExceeded: refused; kPermissionDenied: another practice's.
  Status write(std::string_view bytes);
  // The last byte has come. What refuses a file that could be identified is told by the answer.
  Status finish();
  // What it is; asserts that it was identified.
  const intake::Identified& identified() const { return *identified_; }
  Instant received_at() const { return received_at_; }
  bool is_identified() const { return identified_.has_value(); }
  const std::optional<v1::Verdict>& why() const { return why_; }
  const Hash256& content() const { return content_; }

 private:
  friend class DryRun;
  // Of a file of several kinds each is read on its own, as the uploads would be.
  struct Part {
    v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
    std::vector<std::pair<std::uint32_t, v1::ChunkRows>> chunks;
    std::unique_ptr<intake::ChunkBuilder> builder;
    std::unique_ptr<intake::Parser> parser;
  };
  Status add_part(v1::RecordKind kind);
  Status identify_head();
  Status feed(std::string_view bytes);

  KeyRing& keys_;
  const Instant received_at_;
  const DryRunOptions options_;
  std::string head_;
  std::optional<intake::Identified> identified_;
  std::vector<std::unique_ptr<Part>> parts_;
  Sha256 hash_;
  Hash256 content_{};
  std::uint64_t bytes_ = 0;
  std::optional<v1::Verdict> why_;
};

struct DryRunAnswer {
  intake::Identified identified;
  bool refused = false;     // of several kinds: any
  ledger::UploadFact fact;  // rows and exact counts of findings, of all kinds together
  std::vector<ledger::LedgerFinding> findings;
  std::vector<ScoreRow> before;
  std::vector<ScoreRow> after;
  Instant as_of;
};

// Folds the file over the state of its practice's partition. kFailedPrecondition: the practice is
// parked, so nothing of it is folded now.
Result<DryRunAnswer> dry_run(DryRunFile& file, StateView& view, KeyRing& keys,
                             std::int32_t partitions);

std::string dry_run_json(const DryRunAnswer& answer, const Key256& fingerprint_key);
// For people: the entities whose scores would change.
std::string dry_run_text(const DryRunAnswer& answer);

}  // namespace qcdr
