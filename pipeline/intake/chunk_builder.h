// Collects the rows of an upload into chunks for the log.
//
// A chunk has at most kMaxChunkRows rows and kMaxChunkBytes serialised bytes, and a TIN table of
// its own with just the TINs of its rows. Rows keep source order; chunks are handed out as soon as
// they are full, so memory is that of one chunk.
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "intake/parser.h"

namespace qcdr::intake {

class ChunkBuilder final : public RowSink {
 public:
  // Takes a finished chunk; its status stops the parser.
  using Emit = std::function<Status(std::uint32_t first_ordinal, v1::ChunkRows rows)>;
  explicit ChunkBuilder(Emit emit) : emit_(std::move(emit)) {}

  Status row(v1::Row row, const TinTable& tins) override;
  void file_finding(v1::Verdict verdict) override;
  // Hands out the last chunk. Call once, after Parser::finish(); not for a refused upload.
  Status flush();

  std::uint32_t row_count() const { return row_count_; }
  // A fatal finding came: the upload is refused as a whole.
  bool refused() const { return refused_; }
  // Findings about the upload as a whole, at most kMaxFileVerdicts.
  const std::vector<v1::Verdict>& file_verdicts() const { return file_verdicts_; }
  // How often each code occurred, in rows and file together.
  const std::map<std::uint32_t, std::uint32_t>& counts() const { return counts_; }

 private:
  std::uint32_t local_number(const v1::TinEntry& entry);
  std::size_t bytes_of_new_tins(v1::Row* row, const TinTable& tins) const;

  Emit emit_;
  v1::ChunkRows chunk_;
  std::size_t chunk_bytes_ = 0;
  std::uint32_t first_ordinal_ = 0;
  std::unordered_map<std::string, std::uint32_t> local_numbers_;  // by token
  std::uint32_t row_count_ = 0;
  bool refused_ = false;
  std::vector<v1::Verdict> file_verdicts_;
  std::map<std::uint32_t, std::uint32_t> counts_;
};

// Calls visit(number) for each TIN field of a row that is set, and stores what it returns. Asserts
// that the row's kind is one that intake makes.
void for_each_tin(v1::Row* row, const std::function<std::uint32_t(std::uint32_t)>& visit);

}  // namespace qcdr::intake
