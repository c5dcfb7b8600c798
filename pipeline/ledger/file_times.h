// When the files of uploads were written, by ordinal of the upload: by this a correction from an
// older file is told.
//
// Seconds since 1970-01-01 of the sender's local time, as the files say it; 0: not said. An archive
// counts as its oldest file, so that nobody is warned for nothing.
// Thread-safety: value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "ledger/upload_fact.h"

namespace qcdr::ledger {

class FileTimes {
 public:
  // Earlier uploads are known too; they are read when the first correction asks.
  bool complete = false;

  void set(const UploadFact& upload) {
    if (upload.file_written == 0) return;
    if (upload.ordinal >= written_.size()) written_.resize(upload.ordinal + 1);
    written_[upload.ordinal] = upload.file_written;
  }
  // A row of the upload says when its file was written.
  void note(UploadFact* upload, std::int64_t written) {
    if (written == 0 || upload->file_written == written) return;
    const bool first = upload->file_written == 0;
    upload->file_written = first ? written : std::min(upload->file_written, written);
    set(*upload);
  }
  // 0: not said, or not known yet.
  std::int64_t of(std::uint32_t upload) const {
    return upload < written_.size() ? written_[upload] : 0;
  }
  std::size_t memory_bytes() const { return written_.capacity() * sizeof(std::int64_t); }

 private:
  std::vector<std::int64_t> written_;
};

}  // namespace qcdr::ledger
