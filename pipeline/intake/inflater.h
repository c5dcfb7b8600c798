// One DEFLATE stream after another, unpacked in slices. Wraps zlib.
//
// Thread-safety: none. Errors: kDamaged, after which only reset() helps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace qcdr::intake {

class Inflater {
 public:
  enum class Form : std::uint8_t { kRaw, kGzip };
  enum class Outcome : std::uint8_t {
    kNeedsInput,  // *bytes is used up
    kFull,        // *slice has kUnpackSliceBytes
    kEnded,       // the stream has ended; *bytes begins behind it
    kDamaged,
  };

  explicit Inflater(Form form);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Takes from the front of *bytes and appends to *slice.
  Outcome step(std::string_view* bytes, std::string* slice);
  // Begins a new stream.
  void reset();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// The check sum that zip archives carry, continued.
std::uint32_t add_to_crc32(std::uint32_t crc, std::string_view bytes);

}  // namespace qcdr::intake
