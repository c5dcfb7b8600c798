// The rows of an upload that were not used, as they came, with why and what to do: a CSV file that
// can be corrected and sent again as it stands.
//
// Columns of ours (intake/source_row.h) stand first and are not read again. Records of JSON and of
// NACOR XML stand there as a CSV file of their kind has them. A roster is taken whole, so all of
// its rows stand there, those that are right too: a file of the others alone would replace it.
// Privacy: it is the practice's own data, identifiers included, and goes to the practice alone.
// Thread-safety: none. Lifetime: what a function is given outlives its call. Errors: kNotFound: the
// data were deleted; kFailedPrecondition: the file was refused as a whole, no row of it was read;
// kCorruption.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/key_ring.h"
#include "core/time.h"
#include "ingest/ingest.h"
#include "intake/parser.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/upload.pb.h"
#include "stream/blob_store.h"

namespace qcdr {

// Rows that stand in the file; what is beyond is left out, and comes when those were corrected.
inline constexpr std::size_t kRejectedRowsMax = 100'000;
inline constexpr std::size_t kRejectedBytesMax = std::size_t{64} << 20;

class RejectedRows final : public intake::RowSink {
 public:
  explicit RejectedRows(v1::RecordKind kind) : kind_(kind) {}
  // What else was found of a row, by checks that need what there is already.
  void add(const v1::Finding& finding);

  Status row(v1::Row row, const intake::TinTable& tins) override;
  void file_finding(v1::Verdict) override {}
  bool wants_source() const override { return true; }
  void source(intake::SourceRow row) override;

  // The file; its header line alone when nothing was rejected.
  const std::string& csv() const { return csv_; }
  std::size_t rows() const { return rows_; }
  std::size_t left_out() const { return left_out_; }

 private:
  // Why a row is not used, each said once.
  struct Notes {
    std::vector<std::string> codes;
    std::vector<std::string> messages;
    std::vector<std::string> hints;
    bool takes_row_away = false;
    void add(std::uint32_t code, const std::vector<std::string>& parameters);
  };
  void begin(std::span<const std::string> columns);
  void write(const Notes& notes);

  const v1::RecordKind kind_;
  std::map<std::uint32_t, Notes> found_;  // by ordinal
  std::vector<std::string> columns_;      // of the first record
  std::vector<std::string> cells_;        // of the record at hand, under `columns_`
  std::string csv_;
  std::size_t rows_ = 0;
  std::size_t left_out_ = 0;
};

// Reads an upload's bytes into the sink, as validation does.
Status parse_upload(stream::BlobStore& blobs, KeyRing& keys, const v1::Upload& upload,
                    Instant received_at, intake::RowSink& sink);
// The rows of an upload of the log.
Result<std::string> rejected_rows_csv(stream::BlobStore& blobs, KeyRing& keys,
                                      const v1::Upload& upload, Instant received_at,
                                      const std::vector<v1::Finding>& findings);

}  // namespace qcdr
