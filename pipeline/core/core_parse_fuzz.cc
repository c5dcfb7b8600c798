// Everything of core that reads bytes from outside: what it accepts, it gives back unchanged.
#include <cstddef>
#include <cstdint>

#include "core/assert.h"
#include "core/bytes.h"
#include "core/decimal.h"
#include "core/identifiers.h"
#include "core/time.h"

namespace qcdr {
namespace {

void check_decimal(std::string_view text) {
  const auto value = Decimal::parse(text);
  if (!value.is_ok()) return;
  const auto again = Decimal::parse(value.value().to_string());
  QCDR_ASSERT(again.is_ok() && again.value() == value.value());
}

void check_times(std::string_view text) {
  const auto instant = Instant::parse(text);
  if (instant.is_ok()) {
    const auto again = Instant::parse(instant.value().to_string());
    // An offset can carry an instant out of the four-digit years, where no text form exists.
    QCDR_ASSERT(!again.is_ok() || again.value() == instant.value());
  }
  const auto date = LocalDate::parse(text);
  if (date.is_ok()) QCDR_ASSERT(date.value().to_string() == text);
  const auto time = LocalDateTime::parse(text);
  if (time.is_ok()) {
    QCDR_ASSERT(time.value().second_of_day >= 0 && time.value().second_of_day < 86'400);
    QCDR_ASSERT(time.value().seconds_until(time.value()) == 0);
  }
}

void check_identifiers(std::string_view text) {
  Npi npi;
  if (check_npi(text, &npi) == NpiVerdict::kValid) {
    QCDR_ASSERT(std::to_string(npi.value()) == text);
  }
  if (check_tin(text) == TinVerdict::kValid) QCDR_ASSERT(mask_tin(text).substr(0, 5) == "*****");
  QCDR_ASSERT(hex(text).size() == text.size() * 2);
}

// The first byte of each step chooses what is read next; a good reader never holds more than
// before.
void check_reader(std::string_view bytes) {
  ByteReader reader(bytes);
  while (reader.ok() && !reader.at_end()) {
    const std::size_t before = reader.remaining();
    switch (reader.u8() % 6) {
      case 0:
        static_cast<void>(reader.varint());
        break;
      case 1:
        static_cast<void>(reader.signed_varint());
        break;
      case 2:
        QCDR_ASSERT(reader.text().size() <= before);
        break;
      case 3:
        static_cast<void>(reader.big_u64());
        break;
      case 4:
        static_cast<void>(reader.u32());
        break;
      default:
        static_cast<void>(reader.raw(3));
    }
    QCDR_ASSERT(reader.remaining() < before);
  }
}

}  // namespace
}  // namespace qcdr

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  qcdr::check_decimal(text);
  qcdr::check_times(text);
  qcdr::check_identifiers(text);
  qcdr::check_reader(text);
  return 0;
}
