// Unpacks zip and gzip archives while they arrive.
//
// A zip archive is read from its front, entry by entry; its directory at the end is then compared
// with what was read, so that half an archive or a changed one is found. Read are the methods
// "stored" and "deflate" without a password, zip64 included. Passed over are folders and what
// operating systems add ("__MACOSX/...", names that begin with a dot).
// Limits: bytes unpacked, their ratio to the bytes packed, number of files; an archive within an
// archive and a spreadsheet (which is a zip archive) are refused by name or first bytes.
// Errors: the first one is kept as a fatal finding; nothing is read behind it.
// Thread-safety: none. The handler outlives the unpacker.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/status.h"
#include "intake/findings.h"

namespace qcdr::intake {

// A bad status ends the unpacking and is passed on.
class UnpackHandler {
 public:
  virtual ~UnpackHandler() = default;
  // Files are numbered from 1, those passed over not counted.
  virtual Status file_begin(std::size_t number) = 0;
  virtual Status file_data(std::string_view bytes) = 0;
  virtual Status file_end() = 0;
};

class Unpacker {
 public:
  Unpacker(UnpackHandler& handler, std::uint64_t bytes_max)
      : handler_(handler), bytes_max_(bytes_max) {}
  virtual ~Unpacker() = default;

  virtual Status feed(std::string_view bytes) = 0;
  virtual Status finish() = 0;
  const std::optional<v1::Verdict>& failure() const { return failure_; }

 protected:
  Status refuse(FindingCode code, std::vector<std::string> parameters = {});
  Status damaged(std::string_view what);
  Status begin_file();
  // Bytes of the file at hand, after the checks of limits.
  Status emit(std::string_view bytes);
  Status end_file();
  std::size_t files() const { return files_; }

  std::uint64_t packed_ = 0;  // bytes taken so far

 private:
  Status flush_head();

  UnpackHandler& handler_;
  const std::uint64_t bytes_max_;
  std::uint64_t unpacked_ = 0;
  std::size_t files_ = 0;
  std::string head_;  // first bytes of a file, held back to see what it is
  bool head_done_ = false;
  std::optional<v1::Verdict> failure_;
};

enum class ArchiveType : std::uint8_t { kNone, kZip, kGzip };
// By the first bytes.
ArchiveType archive_type(std::string_view first_bytes);
// The first bytes of an archive of any sort that people use.
bool looks_like_archive(std::string_view first_bytes);
// Documents of office programs of the older sort, and PDF.
bool looks_like_document(std::string_view first_bytes);

std::unique_ptr<Unpacker> make_unpacker(ArchiveType type, UnpackHandler& handler,
                                        std::uint64_t bytes_max);

}  // namespace qcdr::intake
