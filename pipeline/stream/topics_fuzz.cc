// Any bytes as a topics file: an error or a list within its limits.
#include "core/assert.h"
#include "stream/topics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto topics = qcdr::stream::load_topics("fuzz", text);
  if (!topics.is_ok()) return 0;
  QCDR_ASSERT(topics.value().size() <= 200);
  for (const auto& topic : topics.value()) {
    QCDR_ASSERT(!topic.name.empty() && topic.name.size() <= 249);
    QCDR_ASSERT(topic.partitions >= 1 && topic.partitions <= 1000);
  }
  return 0;
}
