// Any bytes as an archive: no crash, limits hold, and the same files whole and in pieces.
#include <cstdlib>

#include "intake/identify.h"
#include "intake/limits.h"
#include "intake/unpacker.h"

namespace qcdr::intake {
namespace {

constexpr std::uint64_t kBytesMax = 8 << 20;

class Files final : public UnpackHandler {
 public:
  Status file_begin(std::size_t number) override {
    if (number != ++count) std::abort();
    return Status::ok();
  }
  Status file_data(std::string_view bytes) override {
    size += bytes.size();
    if (size > kBytesMax) std::abort();
    for (const char c : bytes) sum = sum * 31 + static_cast<unsigned char>(c);
    return Status::ok();
  }
  Status file_end() override {
    sum = sum * 31 + 257;
    return Status::ok();
  }
  std::size_t count = 0;
  std::uint64_t size = 0;
  std::uint64_t sum = 0;
};

struct Outcome {
  bool accepted = false;
  std::size_t count = 0;
  std::uint64_t sum = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome unpack(ArchiveType type, std::string_view bytes, std::size_t piece) {
  Files files;
  const auto unpacker = make_unpacker(type, files, kBytesMax);
  Status status;
  while (status.is_ok() && !bytes.empty()) {
    const std::string_view taken = bytes.substr(0, piece);
    bytes.remove_prefix(taken.size());
    status = unpacker->feed(taken);
  }
  if (status.is_ok()) status = unpacker->finish();
  if (status.is_ok() == unpacker->failure().has_value()) std::abort();
  // What a refused archive had given before is void, and depends on the cut.
  return status.is_ok() ? Outcome{true, files.count, files.sum} : Outcome{};
}

}  // namespace
}  // namespace qcdr::intake

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qcdr::intake;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(identify(bytes).is_ok());
  for (const ArchiveType type : {ArchiveType::kZip, ArchiveType::kGzip}) {
    if (!(unpack(type, bytes, size + 1) == unpack(type, bytes, 3))) std::abort();
  }
  return 0;
}
