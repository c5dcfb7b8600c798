// The opener of sealed blobs over bytes that anybody could have stored.
//
// Whatever comes it does not crash, and what it hands out is the content that was sealed or a
// beginning of it: input with the lowest bit of its first byte set is laid over a good blob.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.h"
#include "stream/memory_blob_store.h"
#include "stream/sealed_blob.h"

namespace qcdr::stream {
namespace {

DataKey sample_key() {
  DataKey key;
  key.id = "k";
  key.key.fill(7);
  return key;
}

std::string sealed_bytes(const std::string& content) {
  MemoryBlobStore store;
  Nonce96 salt{};
  auto writer = seal_blob(std::move(store.create()).value(), sample_key(), salt);
  QCDR_ASSERT(writer.value()->write(content).is_ok());
  QCDR_ASSERT(writer.value()->commit("blob").is_ok());
  return *store.bytes("blob");
}

// What could be read; *whole says whether it came to a good end.
std::string open_all(const std::string& bytes, bool* whole) {
  *whole = false;
  MemoryBlobStore store;
  store.add("blob", bytes);
  auto reader = open_sealed_blob(std::move(store.open("blob")).value(),
                                 [](const std::string&) { return sample_key(); });
  if (!reader.is_ok()) return {};
  std::string content;
  for (;;) {
    const auto some = reader.value()->read(10'000);
    if (!some.is_ok()) return content;
    *whole = some.value().empty();
    if (*whole) return content;
    content += some.value();
  }
}

}  // namespace
}  // namespace qcdr::stream

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qcdr::stream;
  static const std::string content(kSealedFrameContentBytes + 100, 'c');
  static const std::string good = sealed_bytes(content);
  if (size < 3) return 0;
  std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  bool whole = false;
  if ((data[0] & 1) == 0) {
    open_all(bytes, &whole);
    return 0;
  }
  const std::size_t at = (std::size_t{data[1]} * 256 + data[2]) * 2 % good.size();
  std::string changed = good;
  changed.replace(at, bytes.size() - 2, bytes, 2, std::string::npos);
  const std::string opened = open_all(changed, &whole);
  QCDR_ASSERT(std::string_view(content).substr(0, opened.size()) == opened);
  QCDR_ASSERT(whole == (changed == good));
  return 0;
}
