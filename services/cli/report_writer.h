// Writes the processing report of every upload that was finished, as `qcdr dev --reports` does:
// <directory>/<upload id>.txt, whole or not at all. A report that is there is left alone, so a run
// can be repeated.
//
// It follows the findings topic and keeps the findings of uploads that are not finished, and the
// fingerprints of the last upload of each practice, year and kind; the pipeline publishes at most
// 10,000 findings of an upload, which bounds both.
// Thread-safety: none. Lifetime: the log outlives it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "cli/rejected_rows.h"
#include "cli/upload_report.h"

namespace qcdr {

class ReportWriter {
 public:
  static Result<std::unique_ptr<ReportWriter>> open(stream::Log& log, std::string directory);
  // From now on `<upload id>.rejected-rows.csv` stands beside the report of an upload of which rows
  // were not used (cli/rejected_rows.h), closed to others: it holds what the file holds.
  // Both outlive it.
  void write_rejected_rows(stream::BlobStore& blobs, KeyRing& keys) {
    blobs_ = &blobs;
    keys_ = &keys;
  }
  // Reports of what was finished since the last call.
  Status write_new();

 private:
  using PracticeYearKind = std::tuple<std::uint32_t, std::int32_t, int>;
  struct LastUpload {
    Instant received_at;
    FingerprintCounts fingerprints;
  };

  ReportWriter() = default;
  Status take_uploads(Partition partition);
  Status take_finding(const stream::Record& record);
  Status write(const v1::UploadOutcome& outcome, Instant finished_at);

  Status write_rows(const UploadReport& report) const;

  std::string directory_;
  stream::BlobStore* blobs_ = nullptr;  // null: no rejected rows
  KeyRing* keys_ = nullptr;
  std::unique_ptr<LogView> log_;
  std::vector<Offset> next_upload_;   // by partition
  std::vector<Offset> next_finding_;  // by partition
  std::map<std::string, UploadView> unfinished_;
  std::map<std::string, std::vector<v1::Finding>> findings_;
  std::map<PracticeYearKind, LastUpload> last_;
};

}  // namespace qcdr
