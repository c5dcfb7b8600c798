#include "intake/inflater.h"

#include <zlib.h>

#include <algorithm>

#include "core/assert.h"
#include "intake/limits.h"

namespace qcdr::intake {
namespace {

constexpr int kRawWindowBits = -15;
constexpr int kGzipWindowBits = 15 + 16;
constexpr std::size_t kMaxInput = 1 << 30;

}  // namespace

struct Inflater::Stream {
  z_stream zlib{};
};

Inflater::Inflater(Form form) : stream_(std::make_unique<Stream>()) {
  const int bits = form == Form::kRaw ? kRawWindowBits : kGzipWindowBits;
  const int status = inflateInit2(&stream_->zlib, bits);
  QCDR_ASSERT(status == Z_OK);
}

Inflater::~Inflater() {
  inflateEnd(&stream_->zlib);
}

void Inflater::reset() {
  const int status = inflateReset(&stream_->zlib);
  QCDR_ASSERT(status == Z_OK);
}

Inflater::Outcome Inflater::step(std::string_view* bytes, std::string* slice) {
  QCDR_ASSERT(slice->size() < kUnpackSliceBytes);
  z_stream& zlib = stream_->zlib;
  const std::size_t filled = slice->size();
  const std::string_view input = bytes->substr(0, kMaxInput);
  slice->resize(kUnpackSliceBytes);
  // zlib does not write to its input; its type merely lacks the const.
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  zlib.avail_in = static_cast<uInt>(input.size());
  zlib.next_out = reinterpret_cast<Bytef*>(slice->data() + filled);
  zlib.avail_out = static_cast<uInt>(kUnpackSliceBytes - filled);
  const int status = inflate(&zlib, Z_NO_FLUSH);
  bytes->remove_prefix(input.size() - zlib.avail_in);
  slice->resize(kUnpackSliceBytes - zlib.avail_out);
  if (status == Z_STREAM_END) return Outcome::kEnded;
  if (status != Z_OK && status != Z_BUF_ERROR) return Outcome::kDamaged;
  return slice->size() == kUnpackSliceBytes ? Outcome::kFull : Outcome::kNeedsInput;
}

std::uint32_t add_to_crc32(std::uint32_t crc, std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace qcdr::intake
