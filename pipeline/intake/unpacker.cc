#include "intake/unpacker.h"

#include <algorithm>
#include <array>

#include "core/assert.h"
#include "intake/gzip_unpacker.h"
#include "intake/limits.h"
#include "intake/zip_unpacker.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kZipMagic("PK\x03\x04", 4);
constexpr std::string_view kEmptyZipMagic("PK\x05\x06", 4);
constexpr std::string_view kGzipMagic("\x1F\x8B", 2);
constexpr std::array<std::string_view, 5> kOtherArchives = {
    std::string_view("7z\xBC\xAF", 4), std::string_view("Rar!", 4), std::string_view("BZh", 3),
    std::string_view("\xFD"
                     "7zXZ",
                     5),
    std::string_view("\x28\xB5\x2F\xFD", 4)};
constexpr std::size_t kTarMagicOffset = 257;
constexpr std::string_view kTarMagic = "ustar";
constexpr std::size_t kHeadBytes = kTarMagicOffset + kTarMagic.size();
constexpr std::string_view kOleMagic("\xD0\xCF\x11\xE0", 4);
constexpr std::string_view kPdfMagic = "%PDF-";

}  // namespace

ArchiveType archive_type(std::string_view first_bytes) {
  if (first_bytes.starts_with(kZipMagic) || first_bytes.starts_with(kEmptyZipMagic)) {
    return ArchiveType::kZip;
  }
  return first_bytes.starts_with(kGzipMagic) ? ArchiveType::kGzip : ArchiveType::kNone;
}

bool looks_like_archive(std::string_view first_bytes) {
  if (archive_type(first_bytes) != ArchiveType::kNone) return true;
  if (first_bytes.size() >= kHeadBytes &&
      first_bytes.substr(kTarMagicOffset, kTarMagic.size()) == kTarMagic) {
    return true;
  }
  return std::any_of(kOtherArchives.begin(), kOtherArchives.end(),
                     [&](std::string_view magic) { return first_bytes.starts_with(magic); });
}

bool looks_like_document(std::string_view first_bytes) {
  return first_bytes.starts_with(kOleMagic) || first_bytes.starts_with(kPdfMagic);
}

Status Unpacker::refuse(FindingCode code, std::vector<std::string> parameters) {
  Place place;
  place.byte_offset = packed_;
  failure_ = make_verdict(code, place, "", std::move(parameters));
  return to_status(*failure_);
}

Status Unpacker::damaged(std::string_view what) {
  return refuse(FindingCode::ARCHIVE_DAMAGED, {std::string(what)});
}

Status Unpacker::begin_file() {
  if (files_ == kMaxArchiveFiles) {
    return refuse(FindingCode::ARCHIVE_TOO_MANY_FILES, {std::to_string(kMaxArchiveFiles)});
  }
  ++files_;
  head_.clear();
  head_done_ = false;
  return handler_.file_begin(files_);
}

Status Unpacker::flush_head() {
  if (head_done_) return Status::ok();
  head_done_ = true;
  if (looks_like_archive(head_)) return refuse(FindingCode::ARCHIVE_NESTED);
  if (looks_like_document(head_)) return refuse(FindingCode::SPREADSHEET_GIVEN);
  return head_.empty() ? Status::ok() : handler_.file_data(head_);
}

Status Unpacker::emit(std::string_view bytes) {
  unpacked_ += bytes.size();
  if (unpacked_ > bytes_max_) {
    return refuse(FindingCode::FILE_TOO_LARGE, {std::to_string(bytes_max_)});
  }
  if (unpacked_ > kRatioFreeBytes && unpacked_ / kMaxUnpackedRatio > packed_) {
    return refuse(FindingCode::ARCHIVE_TOO_DENSE, {std::to_string(kMaxUnpackedRatio)});
  }
  if (!head_done_) {
    const std::size_t wanted = std::min(kHeadBytes - head_.size(), bytes.size());
    head_.append(bytes.substr(0, wanted));
    bytes.remove_prefix(wanted);
    if (head_.size() < kHeadBytes) return Status::ok();
    QCDR_RETURN_IF_ERROR(flush_head());
  }
  return bytes.empty() ? Status::ok() : handler_.file_data(bytes);
}

Status Unpacker::end_file() {
  QCDR_RETURN_IF_ERROR(flush_head());
  return handler_.file_end();
}

std::unique_ptr<Unpacker> make_unpacker(ArchiveType type, UnpackHandler& handler,
                                        std::uint64_t bytes_max) {
  QCDR_ASSERT(type != ArchiveType::kNone);
  if (type == ArchiveType::kGzip) return std::make_unique<GzipUnpacker>(handler, bytes_max);
  return std::make_unique<ZipUnpacker>(handler, bytes_max);
}

}  // namespace qcdr::intake
