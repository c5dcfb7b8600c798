// The rows of an upload that were not used, as they came, with why and what to do: a CSV file that
// can be corrected and sent again as it stands.
//
// Columns of ours (intake/source_row.h) stand first and are not read again. Records of JSON and of
// NACOR XML stand there as a CSV file of their kind has them. Files of an archive that have further
// columns add them behind. A roster is taken whole, so all of its rows stand there, those that are
// right too: a file of the others alone would replace it. A file has a page of the rows, and says
// how many are behind it.
// Checks that need state publish at most 10,000 findings of an upload: of rows behind those the
// judge is asked (rejected_rows_judge.h), where there is one.
// Privacy: it is the practice's own data, identifiers included, and goes to the practice alone.
// Thread-safety: none. Lifetime: what a function is given outlives its call. Errors: kNotFound: the
// data were deleted; kFailedPrecondition: the file was refused as a whole, no row of it was read;
// kCorruption.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/log_view.h"
#include "core/key_ring.h"
#include "core/time.h"
#include "ingest/ingest.h"
#include "intake/chunk_builder.h"
#include "intake/parser.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/upload.pb.h"
#include "stream/blob_store.h"

namespace qcdr {

// Rows that stand in one file.
inline constexpr std::size_t kRejectedRowsMax = 100'000;
inline constexpr std::size_t kRejectedBytesMax = std::size_t{64} << 20;

// What checks that need state would find of rows.
class RowJudge {
 public:
  virtual ~RowJudge() = default;
  // A finding of a row, by its ordinal in the upload.
  using Tell = std::function<void(std::uint32_t ordinal, std::uint32_t code,
                                  const std::vector<std::string>& parameters)>;
  virtual Status judge(std::uint32_t first_ordinal, v1::ChunkRows rows, const Tell& tell) = 0;
};

class RejectedRows final : public intake::RowSink {
 public:
  // `first`: so many rejected rows are passed over, for the next page.
  explicit RejectedRows(v1::RecordKind kind, std::size_t first = 0);
  // What else was found of a row, by checks that need what there is already.
  void add(const v1::Finding& finding);
  // Asks the judge of rows from `ordinal` on. It outlives this.
  void judge_from(std::uint32_t ordinal, RowJudge* judge);
  // All rows were read.
  Status finish();

  Status row(v1::Row row, const intake::TinTable& tins) override;
  void file_finding(v1::Verdict) override {}
  bool wants_source() const override { return true; }
  void source(intake::SourceRow row) override;

  // The file; its header line alone when nothing was rejected.
  std::string csv() const;
  std::size_t rows() const { return lines_.size(); }
  // Rejected rows behind the last of the file.
  std::size_t left() const { return left_; }

 private:
  // Why a row is not used, each said once.
  struct Notes {
    std::vector<std::string> codes;
    std::vector<std::string> messages;
    std::vector<std::string> hints;
    bool takes_row_away = false;
    void add(std::uint32_t code, const std::vector<std::string>& parameters);
  };
  // A record as it came, under the columns that are known by then.
  struct Record {
    std::vector<std::string> cells;
    std::vector<std::string> beyond;  // more fields than its header line has
  };
  struct Line {
    std::string text;
    std::string beyond;
    std::size_t columns = 0;
  };
  // A row that waits for the judge.
  struct Waiting {
    v1::Row row;
    Record record;
  };
  std::size_t column(const std::string& name);
  void decide(const v1::Row& row, const Record& record);
  void write(const Notes& notes, const Record& record);
  Status judge_rows(std::uint32_t first_ordinal, v1::ChunkRows rows);

  const v1::RecordKind kind_;
  const std::size_t first_;
  std::map<std::uint32_t, Notes> found_;  // by ordinal
  std::vector<std::string> columns_;      // of all files, in order of first sight
  Record record_;                         // at hand
  std::vector<Line> lines_;
  std::size_t bytes_ = 0;
  std::size_t passed_over_ = 0;
  std::size_t left_ = 0;
  RowJudge* judge_ = nullptr;
  std::uint32_t judged_from_ = 0;
  std::unique_ptr<intake::ChunkBuilder> chunks_;
  std::deque<Waiting> waiting_;
};

// Reads an upload's bytes into the sink, as validation does.
Status parse_upload(stream::BlobStore& blobs, KeyRing& keys, const v1::Upload& upload,
                    Instant received_at, intake::RowSink& sink);
// A page of the rows of an upload of the log.
struct RejectedPage {
  std::string csv;
  std::size_t first = 0;  // rejected rows before it
  std::size_t rows = 0;
  std::size_t left = 0;  // and behind it
};
struct RejectedSource {
  stream::BlobStore& blobs;
  KeyRing& keys;
  RowJudge* judge = nullptr;  // null: rows behind what was published are not asked about
};
// `upload` with its outcome and `findings`, those published. Where the published ones are not all,
// rows from the last of them on are judged again by the state as it stands.
Result<RejectedPage> rejected_rows_page(const RejectedSource& source, const UploadView& upload,
                                        const std::vector<v1::Finding>& findings,
                                        std::size_t first);
// "1200 more rows were not used: ask from row 100000 on"; empty when none is left.
std::string rows_left_text(const RejectedPage& page);

}  // namespace qcdr
