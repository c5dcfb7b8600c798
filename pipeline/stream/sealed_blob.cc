#include "stream/sealed_blob.h"

#include <algorithm>
#include <cstring>

#include "core/assert.h"
#include "core/bytes.h"

namespace qcdr::stream {
namespace {

constexpr std::string_view kMagic = "QB";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kSealedFrameBytes = kSealedFrameContentBytes + kTagBytes;
constexpr std::size_t kSaltBytes = std::tuple_size<Nonce96>::value;
constexpr std::size_t kFixedHeaderBytes = 4;  // magic, version, length of the key's id
constexpr std::size_t kKeyIdBytesMax = 255;

Status damaged(const char* what) {
  return Status(ErrorCode::kCorruption, what);
}

Key256 blob_key(const DataKey& key, const std::string& header) {
  const Hash256 derived = hmac_sha256(key.key, "qcdr blob 1" + header);
  Key256 result;
  static_assert(sizeof result == sizeof derived);
  std::memcpy(result.data(), derived.data(), sizeof derived);
  return result;
}

Nonce96 frame_nonce(std::uint64_t number, bool last) {
  Nonce96 nonce{};
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[3 + i] = static_cast<std::uint8_t>(number >> (8 * (7 - i)));
  }
  nonce[11] = last ? 1 : 0;
  return nonce;
}

class SealingWriter : public BlobWriter {
 public:
  SealingWriter(std::unique_ptr<BlobWriter> inner, std::string header, const Key256& key)
      : inner_(std::move(inner)), header_(std::move(header)), key_(key) {}

  Status write(std::string_view bytes) override {
    if (finished_) return Status(ErrorCode::kFailedPrecondition, "the blob is committed");
    while (!bytes.empty()) {
      // A full frame waits until it is known whether more comes: only the last one says so.
      if (content_.size() == kSealedFrameContentBytes) QCDR_RETURN_IF_ERROR(flush(false));
      const std::size_t room = kSealedFrameContentBytes - content_.size();
      content_ += bytes.substr(0, room);
      bytes.remove_prefix(std::min(room, bytes.size()));
    }
    return Status::ok();
  }

  Status commit(const std::string& name) override {
    if (!finished_) QCDR_RETURN_IF_ERROR(flush(true));
    finished_ = true;
    return inner_->commit(name);
  }

 private:
  Status flush(bool last) {
    const std::string sealed = seal(key_, frame_nonce(number_++, last), header_, content_);
    content_.clear();
    return inner_->write(sealed);
  }

  std::unique_ptr<BlobWriter> inner_;
  std::string header_;
  Key256 key_;
  std::string content_;
  std::uint64_t number_ = 0;
  bool finished_ = false;
};

// Reads until `bytes` bytes came or the blob ended.
Result<std::string> read_up_to(BlobReader& reader, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) {
    QCDR_ASSIGN_OR_RETURN(const std::string some, reader.read(bytes - all.size()));
    if (some.empty()) break;
    all += some;
  }
  return all;
}

class OpeningReader : public BlobReader {
 public:
  OpeningReader(std::unique_ptr<BlobReader> inner, std::string header, const Key256& key)
      : inner_(std::move(inner)), header_(std::move(header)), key_(key) {}

  Result<std::string> read(std::size_t bytes_max) override {
    if (!failure_.is_ok()) return failure_;
    while (position_ == content_.size() && !last_) {
      failure_ = open_frame();
      if (!failure_.is_ok()) return failure_;
    }
    std::string bytes = content_.substr(position_, bytes_max);
    position_ += bytes.size();
    return bytes;
  }

 private:
  // Opens the next frame; it is the last one when nothing follows it.
  Status open_frame() {
    const std::size_t wanted = kSealedFrameBytes + 1 - ahead_.size();
    QCDR_ASSIGN_OR_RETURN(const std::string more, read_up_to(*inner_, wanted));
    ahead_ += more;
    const bool last = ahead_.size() <= kSealedFrameBytes;
    const std::string_view sealed = std::string_view(ahead_).substr(0, kSealedFrameBytes);
    Result<std::string> opened = open_sealed(key_, frame_nonce(number_, last), header_, sealed);
    if (!opened.is_ok()) return damaged("a sealed blob is damaged or cut");
    content_ = std::move(opened).value();
    ahead_.erase(0, sealed.size());
    position_ = 0;
    ++number_;
    last_ = last;
    return Status::ok();
  }

  std::unique_ptr<BlobReader> inner_;
  std::string header_;
  Key256 key_;
  std::string ahead_;  // read and not opened
  std::string content_;
  std::size_t position_ = 0;
  std::uint64_t number_ = 0;
  bool last_ = false;
  Status failure_;
};

}  // namespace

Result<std::unique_ptr<BlobWriter>> seal_blob(std::unique_ptr<BlobWriter> inner, const DataKey& key,
                                              const Nonce96& salt) {
  QCDR_ASSERT(key.id.size() <= kKeyIdBytesMax);
  ByteWriter header;
  header.raw(kMagic);
  header.u8(kVersion);
  header.u8(static_cast<std::uint8_t>(key.id.size()));
  header.raw(key.id);
  header.raw(salt.data(), salt.size());
  QCDR_RETURN_IF_ERROR(inner->write(header.bytes()));
  const Key256 derived = blob_key(key, header.bytes());
  std::unique_ptr<BlobWriter> writer =
      std::make_unique<SealingWriter>(std::move(inner), header.take(), derived);
  return writer;
}

Result<std::unique_ptr<BlobReader>> open_sealed_blob(std::unique_ptr<BlobReader> inner,
                                                     const DataKeyLookup& lookup) {
  QCDR_ASSIGN_OR_RETURN(std::string header, read_up_to(*inner, kFixedHeaderBytes));
  if (header.size() < kFixedHeaderBytes || header.compare(0, kMagic.size(), kMagic) != 0) {
    return damaged("not a sealed blob");
  }
  if (static_cast<std::uint8_t>(header[2]) != kVersion) {
    return damaged("a sealed blob of a version that this program does not know");
  }
  const std::size_t id_bytes = static_cast<std::uint8_t>(header[3]);
  QCDR_ASSIGN_OR_RETURN(const std::string rest, read_up_to(*inner, id_bytes + kSaltBytes));
  if (rest.size() != id_bytes + kSaltBytes) return damaged("the header of a sealed blob is cut");
  header += rest;
  QCDR_ASSIGN_OR_RETURN(const DataKey key, lookup(rest.substr(0, id_bytes)));
  const Key256 derived = blob_key(key, header);
  std::unique_ptr<BlobReader> reader =
      std::make_unique<OpeningReader>(std::move(inner), std::move(header), derived);
  return reader;
}

}  // namespace qcdr::stream
