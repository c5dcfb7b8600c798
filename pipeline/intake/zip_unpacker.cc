#include "intake/zip_unpacker.h"

#include <algorithm>
#include <array>

#include "intake/limits.h"

namespace qcdr::intake {
namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kDescriptorSignature = 0x08074b50;
constexpr std::uint32_t kDirectorySignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocatorSignature = 0x07064b50;
constexpr std::size_t kSignatureBytes = 4;
// Bytes of the fixed parts, without signature.
constexpr std::size_t kLocalBytes = 26;
constexpr std::size_t kDirectoryBytes = 42;
constexpr std::size_t kEndBytes = 18;
constexpr std::size_t kEnd64SizeBytes = 8;
constexpr std::size_t kLocatorBytes = 16;
constexpr std::uint32_t kEncryptedFlags = 1 | 1U << 6 | 1U << 13;
constexpr std::uint32_t kDescriptorFlag = 1U << 3;
constexpr std::uint32_t kStoredMethod = 0;
constexpr std::uint32_t kDeflateMethod = 8;
constexpr std::uint32_t kSeeZip64 = 0xFFFFFFFF;
constexpr std::uint32_t kZip64Extra = 1;
constexpr std::size_t kMaxEntries = kMaxArchiveFiles * 4;  // with those passed over
constexpr std::array<std::string_view, 5> kDocumentNames = {"[Content_Types].xml", "xl/", "word/",
                                                            "mimetype", "_rels/"};

bool is_document(std::string_view name) {
  if (name.ends_with(".xlsx") || name.ends_with(".xls") || name.ends_with(".ods")) return true;
  return std::any_of(kDocumentNames.begin(), kDocumentNames.end(),
                     [&](std::string_view start) { return name.starts_with(start); });
}

// What operating systems put beside files.
bool is_passed_over(std::string_view name) {
  if (name.ends_with('/') || name.starts_with("__MACOSX/")) return true;
  const std::size_t slash = name.rfind('/');
  const std::string_view file = slash == std::string_view::npos ? name : name.substr(slash + 1);
  return file.starts_with('.') || file == "Thumbs.db" || file == "desktop.ini";
}

}  // namespace

std::uint32_t ZipUnpacker::number(std::size_t offset, std::size_t bytes) const {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(part_[offset + i])} << (8 * i);
  }
  return value;
}

std::uint64_t ZipUnpacker::long_number(std::size_t offset) const {
  return number(offset, 4) | std::uint64_t{number(offset + 4, 4)} << 32;
}

void ZipUnpacker::expect(State state, std::size_t bytes) {
  state_ = state;
  wanted_ = bytes;
  part_.clear();
}

Status ZipUnpacker::take_signature() {
  switch (number(0, 4)) {
    case kLocalSignature:
      if (directory_entries_ > 0) return damaged("a file stands behind its directory");
      expect(State::kLocalHeader, kLocalBytes);
      return Status::ok();
    case kDirectorySignature:
      expect(State::kDirectoryEntry, kDirectoryBytes);
      return Status::ok();
    case kEnd64Signature:
      expect(State::kEnd64, kEnd64SizeBytes);
      return Status::ok();
    case kLocatorSignature:
      expect(State::kSkip, kLocatorBytes);
      return Status::ok();
    case kEndSignature:
      expect(State::kEnd, kEndBytes);
      return Status::ok();
    default:
      return damaged("its parts do not follow each other");
  }
}

Status ZipUnpacker::take_local_header() {
  flags_ = number(2, 2);
  method_ = number(4, 2);
  said_crc_ = number(10, 4);
  said_packed_ = number(14, 4);
  said_size_ = number(18, 4);
  name_bytes_ = number(22, 2);
  const std::size_t extra_bytes = number(24, 2);
  if (name_bytes_ > kMaxArchiveNameBytes) return damaged("the name of a file is too long");
  if (entries_.size() == kMaxEntries) {
    return refuse(FindingCode::ARCHIVE_TOO_MANY_FILES, {std::to_string(kMaxArchiveFiles)});
  }
  expect(State::kLocalNames, name_bytes_ + extra_bytes);
  return Status::ok();
}

Status ZipUnpacker::take_local_names() {
  const std::string name = part_.substr(0, name_bytes_);
  const std::string extra = part_.substr(name_bytes_);
  if (is_document(name)) return refuse(FindingCode::SPREADSHEET_GIVEN);
  passed_over_ = is_passed_over(name);
  const bool descriptor = (flags_ & kDescriptorFlag) != 0;
  if ((flags_ & kEncryptedFlags) != 0 || (method_ != kStoredMethod && method_ != kDeflateMethod) ||
      (method_ == kStoredMethod && descriptor && !name.ends_with('/'))) {
    return refuse(FindingCode::ARCHIVE_METHOD);
  }
  return begin_data(extra);
}

Status ZipUnpacker::begin_data(std::string_view extra) {
  zip64_ = false;
  while (extra.size() >= 4) {
    part_ = extra.substr(0, std::min<std::size_t>(extra.size(), 20));
    const std::size_t bytes = number(2, 2);
    if (number(0, 2) == kZip64Extra) {
      zip64_ = true;
      std::size_t offset = 4;
      for (std::uint64_t* said : {&said_size_, &said_packed_}) {
        if (*said != kSeeZip64 || offset + 8 > part_.size()) continue;
        *said = long_number(offset);
        offset += 8;
      }
    }
    extra.remove_prefix(std::min(extra.size(), bytes + 4));
  }
  crc_ = 0;
  size_ = 0;
  slice_.clear();
  inflater_.reset();
  stored_left_ = said_packed_;
  if (!passed_over_) QCDR_RETURN_IF_ERROR(begin_file());
  expect(method_ == kStoredMethod ? State::kStored : State::kDeflated, 0);
  return method_ == kStoredMethod && stored_left_ == 0 ? data_is_over() : Status::ok();
}

Status ZipUnpacker::put(std::string_view bytes) {
  crc_ = add_to_crc32(crc_, bytes);
  size_ += bytes.size();
  if (!passed_over_) return emit(bytes);
  passed_over_bytes_ += bytes.size();
  if (passed_over_bytes_ > kRatioFreeBytes) {
    return refuse(FindingCode::ARCHIVE_TOO_DENSE, {std::to_string(kMaxUnpackedRatio)});
  }
  return Status::ok();
}

Status ZipUnpacker::take_stored(std::string_view* bytes) {
  const auto taken = static_cast<std::size_t>(
      std::min<std::uint64_t>({stored_left_, bytes->size(), kUnpackSliceBytes - slice_.size()}));
  slice_.append(bytes->substr(0, taken));
  bytes->remove_prefix(taken);
  packed_ += taken;
  stored_left_ -= taken;
  if (slice_.size() == kUnpackSliceBytes || stored_left_ == 0) {
    QCDR_RETURN_IF_ERROR(put(slice_));
    slice_.clear();
  }
  return stored_left_ == 0 ? data_is_over() : Status::ok();
}

Status ZipUnpacker::take_deflated(std::string_view* bytes) {
  const std::size_t before = bytes->size();
  const Inflater::Outcome outcome = inflater_.step(bytes, &slice_);
  packed_ += before - bytes->size();
  if (outcome == Inflater::Outcome::kDamaged) return damaged("its contents cannot be unpacked");
  if (outcome == Inflater::Outcome::kNeedsInput) return Status::ok();
  QCDR_RETURN_IF_ERROR(put(slice_));
  slice_.clear();
  return outcome == Inflater::Outcome::kEnded ? data_is_over() : Status::ok();
}

Status ZipUnpacker::data_is_over() {
  if ((flags_ & kDescriptorFlag) == 0) {
    return entry_is_over(said_crc_, said_size_);
  }
  expect(State::kDescriptor, kSignatureBytes);
  return Status::ok();
}

Status ZipUnpacker::entry_is_over(std::uint32_t crc, std::uint64_t size) {
  if (crc != crc_ || size != size_) return damaged("a file does not agree with its check sum");
  entries_.push_back({crc_, size_});
  if (!passed_over_) QCDR_RETURN_IF_ERROR(end_file());
  expect(State::kSignature, kSignatureBytes);
  return Status::ok();
}

Status ZipUnpacker::take_directory_entry() {
  const std::uint32_t crc = number(12, 4);
  const std::size_t rest = number(24, 2) + number(26, 2) + number(28, 2);
  if (directory_entries_ >= entries_.size() || entries_[directory_entries_].crc != crc) {
    return damaged("its directory names other files");
  }
  ++directory_entries_;
  expect(State::kDirectorySkip, rest);
  return Status::ok();
}

Status ZipUnpacker::take_end() {
  if (directory_entries_ != entries_.size()) return damaged("its directory names other files");
  if (files() == 0) return refuse(FindingCode::ARCHIVE_EMPTY);
  expect(State::kComment, number(16, 2));
  return Status::ok();
}

Status ZipUnpacker::take_part() {
  switch (state_) {
    case State::kSignature:
      return take_signature();
    case State::kLocalHeader:
      return take_local_header();
    case State::kLocalNames:
      return take_local_names();
    case State::kDescriptor: {
      const bool signature = number(0, 4) == kDescriptorSignature;
      said_crc_ = number(0, 4);
      const std::size_t sizes = zip64_ ? 16 : 8;
      expect(State::kDescriptorRest, sizes + (signature ? 4 : 0));
      return Status::ok();
    }
    case State::kDescriptorRest: {
      const std::size_t sizes = zip64_ ? 16 : 8;
      const std::size_t offset = part_.size() - sizes;
      if (offset > 0) said_crc_ = number(0, 4);
      const std::uint64_t size = zip64_ ? long_number(offset + 8) : number(offset + 4, 4);
      return entry_is_over(said_crc_, size);
    }
    case State::kDirectoryEntry:
      return take_directory_entry();
    case State::kEnd64: {
      const std::uint64_t rest = long_number(0);
      if (rest > kMaxArchiveExtraBytes) return damaged("its end is too long");
      expect(State::kSkip, static_cast<std::size_t>(rest));
      return Status::ok();
    }
    case State::kDirectorySkip:
    case State::kSkip:
      expect(State::kSignature, kSignatureBytes);
      return Status::ok();
    case State::kEnd:
      return take_end();
    case State::kComment:
      expect(State::kDone, 0);
      return Status::ok();
    default:
      return Status::ok();
  }
}

Status ZipUnpacker::take_data(std::string_view* bytes) {
  return state_ == State::kStored ? take_stored(bytes) : take_deflated(bytes);
}

Status ZipUnpacker::feed(std::string_view bytes) {
  if (failure().has_value()) return to_status(*failure());
  while (!bytes.empty()) {
    if (state_ == State::kStored || state_ == State::kDeflated) {
      QCDR_RETURN_IF_ERROR(take_data(&bytes));
      continue;
    }
    if (state_ == State::kDone) return damaged("something stands behind its end");
    const std::size_t taken = std::min(wanted_ - part_.size(), bytes.size());
    part_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    packed_ += taken;
    // A part of no bytes is complete at once.
    while (part_.size() == wanted_ && state_ != State::kDone && state_ != State::kStored &&
           state_ != State::kDeflated) {
      QCDR_RETURN_IF_ERROR(take_part());
    }
  }
  return Status::ok();
}

Status ZipUnpacker::finish() {
  if (failure().has_value()) return to_status(*failure());
  return state_ == State::kDone ? Status::ok() : damaged("it ends too early");
}

}  // namespace qcdr::intake
