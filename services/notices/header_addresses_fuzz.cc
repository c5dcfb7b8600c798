// Whatever a file's header holds, nothing but addresses comes out of it, however it is cut.
#include <cstddef>
#include <cstdint>

#include "core/assert.h"
#include "notices/mail_sender.h"
#include "notices/recipients.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = size == 0 ? 0 : data[0] % (size + 1);
  qcdr::HeaderAddresses addresses;
  if (addresses.feed(text.substr(0, cut))) static_cast<void>(addresses.feed(text.substr(cut)));
  for (const std::string& each : addresses.take()) QCDR_ASSERT(qcdr::is_mail_address(each));
  return 0;
}
