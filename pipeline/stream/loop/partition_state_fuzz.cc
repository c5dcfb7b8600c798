// Bytes of a store must never crash the loop; what decodes must survive a round trip.
#include <cstddef>
#include <cstdint>

#include "stream/loop/partition_state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto state = qcdr::stream::PartitionState::decode(bytes);
  if (state.is_ok()) {
    QCDR_ASSERT(qcdr::stream::PartitionState::decode(state.value().encode()).value() ==
                state.value());
  }
  const auto event = qcdr::stream::decode_event_row(bytes);
  if (event.is_ok()) QCDR_ASSERT(qcdr::stream::encode_event_row(event.value()) == bytes);
  return 0;
}
